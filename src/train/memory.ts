import { type Buffer32, type BufferInt, floatsOf } from '../../kernels/train/kernels.ts';

/** What hands out the memory of a run. */
export interface TrainMemory {
  /** `length` floats, all zero. */
  buffer(length: number): Buffer32;
  /** `length` whole numbers, all zero. */
  integers(length: number): BufferInt;
  /** Whole numbers that do not change. */
  table(values: ArrayLike<number>): BufferInt;
}

const NO_FLOATS = new Float32Array();
const NO_INTEGERS = new Int32Array();

/** Only counts: WebAssembly's memory is allocated at once, so a run is laid out twice. */
export class CountingMemory implements TrainMemory {
  /** What has been asked for. */
  floats = 0;

  buffer(length: number): Buffer32 {
    this.floats += floatsOf(length);
    return { address: 0, values: NO_FLOATS };
  }

  integers(length: number): BufferInt {
    this.floats += floatsOf(length);
    return { address: 0, values: NO_INTEGERS };
  }

  table(values: ArrayLike<number>): BufferInt {
    return this.integers(values.length);
  }
}
