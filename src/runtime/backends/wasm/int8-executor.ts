import type { PerWord } from '../../../../kernels/conv2d/words.ts';
import { instantiate } from '../../../../kernels/embedded.ts';
import { GROUP } from '../../../../kernels/int8-multiply/layout.ts';
import { DCT_BASIS } from '../../../jpeg/dct/basis.ts';
import type { TileGeometry } from '../../../jpeg/dct/tile-geometry.ts';
import type { Network } from '../../../weights/network.ts';
import type { Executor, InputKind, ResidentBytes } from '../backend.ts';
import { checkLength, type InputWidths, inputWidths, requireFinite } from '../check-input.ts';
import { residentOf } from '../resident.ts';
import { allocateInt8Work, writeInt8Layer } from './int8-layer.ts';
import { KernelMemory } from './memory.ts';
import { kernelModule, loadModule } from './module.ts';

/** Exports of kernels/int8-multiply/assembly. Addresses and counts are 32-bit numbers. */
interface Int8Kernels {
  /** One layer for `count` inputs. Returns how many were run: the next has an element that is not finite. */
  linearPairs(layer: number, work: number, input: number, output: number, count: number): number;
  inverseBlocks(blocks: number, count: number, basis: number): void;
}

interface RelaxedKernels {
  linearQuads: Int8Kernels['linearPairs'];
}

/** Images that go through a layer before the next one: their values stay in the cache. */
const IMAGES = 4 * GROUP;

interface Layer {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

interface Blocks {
  readonly tile: TileGeometry;
  /** Addresses of the blocks of a picture, and of the basis of the DCT. */
  readonly at: number;
  readonly basis: number;
}

/**
 * Runs a chain whose layers are all bytes: weights of 8 bits in the input's own domain, inputs of 7 bits over each one's own range, those
 * that are as low as the least of them skipped. An answer is the same wherever its image lies in a batch, and on every engine: with relaxed
 * SIMD four products are one step, without it the same integers are multiplied as int16.
 */
export class Int8Executor implements Executor {
  readonly backend = 'wasm';
  readonly residentBytes: ResidentBytes;
  readonly #memory = new KernelMemory(false);
  readonly #kernels: Int8Kernels;
  readonly #linear: Int8Kernels['linearPairs'];
  readonly #layers: readonly Layer[];
  readonly #widths: InputWidths;
  /** Where the first layer takes coefficients of pictures. */
  readonly #blocks: Blocks | undefined;
  readonly #work: number;
  readonly #inputs: number;
  /** Values between layers, in turns. */
  readonly #between: readonly [number, number];

  private constructor(network: Network, isRelaxed: boolean) {
    const memory = this.#memory;
    const { nodes } = network;
    this.#kernels = instantiate<Int8Kernels>(kernelModule('int8'), memory.memory);
    this.#linear = isRelaxed
      ? instantiate<RelaxedKernels>(kernelModule('relaxed'), memory.memory).linearQuads
      : this.#kernels.linearPairs;
    const perWord: PerWord = isRelaxed ? 4 : 2;
    this.#layers = nodes.map((node) => {
      const before = memory.used;
      const address = writeInt8Layer(memory, node, perWord);
      const { name, inFeatures, outFeatures } = node;
      return { name, address, bytes: memory.used - before, inFeatures, outFeatures };
    });
    this.residentBytes = residentOf(
      this.#layers.map(({ name, bytes }) => ({
        name,
        weights: 'dense',
        precision: 'int8',
        host: 0,
        device: bytes,
      })),
    );
    const [first] = nodes;
    this.#widths = inputWidths(first);
    this.#work = allocateInt8Work(memory, Math.max(...nodes.map(({ inFeatures }) => inFeatures)), perWord);
    const values = (features: number): number => memory.allocate(IMAGES * features * 4 + 64);
    this.#inputs = values(first.inFeatures);
    const widest = Math.max(...nodes.map(({ outFeatures }) => outFeatures));
    this.#between = [values(widest), values(widest)];
    if (first.kind === 'rows') {
      const at = memory.allocate(this.#widths.coefficients * 4);
      this.#blocks = { tile: first.tile, at, basis: memory.write(Float32Array.from(DCT_BASIS)) };
    }
  }

  static async create(network: Network): Promise<Int8Executor> {
    const { KERNELS_INT8 } = await import('../../../../kernels/int8-multiply/kernels-wasm.ts');
    await loadModule('int8', KERNELS_INT8);
    return new Int8Executor(network, await (await import('./relaxed.ts')).loadRelaxed());
  }

  /** The kernels' memory never shrinks: its size now is its maximum. */
  get peakBytes(): number {
    return this.#memory.memory.buffer.byteLength;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    const width = checkLength(input, batch, kind, this.#widths);
    const { outFeatures } = this.#layers[this.#layers.length - 1];
    const logits = new Float32Array(batch * outFeatures);
    for (let first = 0; first < batch; first += IMAGES) {
      const count = Math.min(IMAGES, batch - first);
      const part = input.subarray(first * width, (first + count) * width);
      if (kind === 'values') this.#memory.floats(this.#inputs, part.length).set(part);
      else this.#writePixels(part, count);
      // The kernels find what is not finite; here it is located in the caller's array.
      logits.set(
        this.#runPart(count, () => requireFinite(part, first * width)),
        first * outFeatures,
      );
    }
    return logits;
  }

  dispose(): void {
    // Only memory is held, which is freed with the session.
  }

  /** `refuse`: called where an input is not finite. */
  #runPart(count: number, refuse: () => void): Float32Array {
    let from = this.#inputs;
    this.#layers.forEach(({ address, inFeatures, outFeatures }, index) => {
      const to = this.#between[index % 2];
      for (let done = 0; done < count; done++) {
        const [input, output] = [from + done * inFeatures * 4, to + done * outFeatures * 4];
        done += this.#linear(address, this.#work, input, output, count - done);
        if (done === count) break;
        if (index === 0) refuse();
        // What has left float32 within the network stays so.
        this.#memory.floats(to + done * outFeatures * 4, outFeatures).fill(NaN);
      }
      from = to;
    });
    return this.#memory.floats(from, count * this.#layers[this.#layers.length - 1].outFeatures);
  }

  /** Coefficients of pictures as the pixels of which they are: the first layer takes these. */
  #writePixels(coefficients: Float32Array, count: number): void {
    const { tile, at, basis } = this.#blocks as Blocks;
    const { width, height, x, y, blocksPerRow } = tile;
    const size = this.#widths.coefficients;
    const blocks = this.#memory.floats(at, size);
    const pixels = this.#memory.floats(this.#inputs, count * width * height);
    for (let image = 0; image < count; image++) {
      blocks.set(coefficients.subarray(image * size, (image + 1) * size));
      this.#kernels.inverseBlocks(at, size / 64, basis);
      for (let row = 0; row < height; row++) {
        const [down, start] = [row + y, (image * height + row) * width];
        const line = (down >> 3) * blocksPerRow * 64 + (down & 7) * 8;
        for (let column = 0; column < width; column++) {
          const across = column + x;
          pixels[start + column] = blocks[line + (across >> 3) * 64 + (across & 7)];
        }
      }
    }
  }
}
