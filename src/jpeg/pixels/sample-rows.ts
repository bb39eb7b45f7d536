import { InverseDctRows } from '../../../kernels/jpeg-pixels/kernels.ts';
import type { CoefficientComponent } from '../types.ts';
import { scaledInverseDct } from './scaled-idct.ts';

/** A component at a size. */
export interface ScaledSize {
  readonly width: number;
  readonly height: number;
  /** Samples of a block across and down, 1…16; 8 is the size at which the component is stored. */
  readonly block: number;
}

/** Rows of blocks to rows of samples. */
export interface SampleTransform {
  /** From a row of blocks: `block` lines of blocksPerRow × `block` samples; overwritten by the next call. */
  run(blocks: Int16Array): Uint8Array;
}

/** The transform of a component to blocks of `block` samples across and down. */
export function sampleTransform(
  blocksPerRow: number,
  quantization: Uint16Array,
  block: number,
): SampleTransform {
  return block === 8
    ? new InverseDctRows(blocksPerRow, quantization)
    : scaledInverseDct(blocksPerRow, quantization, block);
}

/**
 * Calls `visit` with each row of a component's samples, 0…255, from the top down. One row of blocks is in memory at a
 * time, and `row` is overwritten after the call.
 */
export function visitSampleRows(
  component: CoefficientComponent,
  { width, height, block }: ScaledSize,
  visit: (row: Uint8Array, y: number) => void,
): void {
  const { blocksPerRow, blocksPerColumn, coefficients, quantization } = component;
  const transform = sampleTransform(blocksPerRow, quantization, block);
  const line = blocksPerRow * block;
  for (let blockRow = 0; blockRow < blocksPerColumn; blockRow++) {
    const start = blockRow * blocksPerRow * 64;
    const samples = transform.run(coefficients.subarray(start, start + blocksPerRow * 64));
    const rows = Math.min(block, height - blockRow * block);
    for (let y = 0; y < rows; y++) visit(samples.subarray(y * line, y * line + width), blockRow * block + y);
  }
}
