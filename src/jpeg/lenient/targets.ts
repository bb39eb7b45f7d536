import type { FrameComponent, FrameHeader } from '../markers/frame-header.ts';
import { componentSize, type SampleScale } from '../pixels/rgb-rows.ts';
import { type SampleTransform, sampleTransform } from '../pixels/sample-rows.ts';
import { BlockMeans } from '../pixels/scaled-idct.ts';

/** Takes the rows of blocks of a component, from the top down. */
export interface BlockTarget {
  /** Whether of each block only its DC is wanted. */
  readonly dcOnly: boolean;
  /** `blocksPerRow` blocks of 64 coefficients in natural order, or their DCs; overwritten after the call. */
  row(blocks: Int16Array, blockRow: number): void;
}

/** Keeps all coefficients. */
export class CoefficientPlane implements BlockTarget {
  readonly dcOnly: boolean = false;
  readonly coefficients: Int16Array;

  constructor({ blocksPerRow, blocksPerColumn }: FrameComponent) {
    this.coefficients = new Int16Array(blocksPerRow * blocksPerColumn * 64);
  }

  row(blocks: Int16Array, blockRow: number): void {
    this.coefficients.set(blocks, blockRow * blocks.length);
  }
}

/** Makes samples of them, at a size below that of the picture. */
export class SamplePlane implements BlockTarget {
  readonly dcOnly: boolean;
  readonly samples: Uint8Array;
  readonly #width: number;
  readonly #height: number;
  readonly #block: number;
  readonly #line: number;
  readonly #transform: SampleTransform;

  constructor(frame: FrameHeader, index: number, scale: SampleScale, quantization: Uint16Array) {
    const { width, height, block } = componentSize(frame, index, scale);
    const { blocksPerRow } = frame.components[index];
    this.dcOnly = block === 1;
    this.samples = new Uint8Array(width * height);
    this.#width = width;
    this.#height = height;
    this.#block = block;
    this.#line = blocksPerRow * block;
    this.#transform = this.dcOnly
      ? new BlockMeans(blocksPerRow, quantization)
      : sampleTransform(blocksPerRow, quantization, block);
  }

  row(blocks: Int16Array, blockRow: number): void {
    const lines = this.#transform.run(blocks);
    const top = blockRow * this.#block;
    const rows = Math.min(this.#block, this.#height - top);
    for (let y = 0; y < rows; y++) {
      const start = y * this.#line;
      this.samples.set(lines.subarray(start, start + this.#width), (top + y) * this.#width);
    }
  }
}
