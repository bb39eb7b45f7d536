import { InverseDctRows } from '../../../kernels/jpeg-pixels/kernels.ts';
import type { CoefficientComponent } from '../types.ts';

/**
 * Calls `visit` with each row of a component's samples, 0…255, from the top down. One row of blocks is in memory at a
 * time, and `row` is overwritten after the call.
 */
export function visitSampleRows(
  component: CoefficientComponent,
  visit: (row: Uint8Array, y: number) => void,
): void {
  const { width, height, blocksPerRow, blocksPerColumn, coefficients, quantization } = component;
  const transform = new InverseDctRows(blocksPerRow, quantization);
  const line = blocksPerRow * 8;
  for (let blockRow = 0; blockRow < blocksPerColumn; blockRow++) {
    const start = blockRow * blocksPerRow * 64;
    const samples = transform.run(coefficients.subarray(start, start + blocksPerRow * 64));
    const rows = Math.min(8, height - blockRow * 8);
    for (let y = 0; y < rows; y++) visit(samples.subarray(y * line, y * line + width), blockRow * 8 + y);
  }
}

/** All samples of a component, width × height, row-major. */
export function samplePlane(component: CoefficientComponent): Uint8Array {
  const plane = new Uint8Array(component.width * component.height);
  visitSampleRows(component, (row, y) => plane.set(row, y * component.width));
  return plane;
}
