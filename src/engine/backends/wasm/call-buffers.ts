import type { KernelMemory } from './memory.ts';

/** Where inputs and outputs of a call lie: behind all else in the kernels' memory, so that they can grow. */
export class CallBuffers {
  /** Room for as many inputs as were reserved, and some more behind them. */
  inputs: Float32Array = new Float32Array(0);
  outputs: Float32Array = new Float32Array(0);
  readonly #memory: KernelMemory;
  readonly #inputWidth: number;
  readonly #outputWidth: number;
  #start: number;
  #images = 0;

  /** Widths in values an image. */
  constructor(memory: KernelMemory, inputWidth: number, outputWidth: number) {
    this.#memory = memory;
    this.#inputWidth = inputWidth;
    this.#outputWidth = outputWidth;
    this.#start = memory.used;
    this.reserve(1);
  }

  /** Makes room for the inputs and outputs of so many images at once. If memory is refused, what was there stays. */
  reserve(images: number): void {
    if (images <= this.#images) return;
    const memory = this.#memory;
    const values = images * this.#inputWidth + 32;
    const outputs = images * this.#outputWidth;
    memory.rewind(this.#start);
    // Growing takes the memory away from under earlier views: all at once, so that it is done or refused as a whole.
    memory.take((values + outputs) * 4 + 128);
    memory.rewind(this.#start);
    this.inputs = memory.floats(memory.take(values * 4), values);
    this.outputs = memory.floats(memory.take(outputs * 4), outputs);
    this.#images = images;
  }

  /**
   * Lets `put` take memory that stays, where the buffers were; they lie behind it then. What they held is lost. If memory is
   * refused, they are where they were.
   */
  putBefore<T>(put: () => T): T {
    const start = this.#start;
    this.#memory.rewind(start);
    this.#images = 0;
    try {
      const result = put();
      this.#start = this.#memory.used;
      this.reserve(1);
      return result;
    } catch (error) {
      this.#start = start;
      this.reserve(1);
      throw error;
    }
  }
}
