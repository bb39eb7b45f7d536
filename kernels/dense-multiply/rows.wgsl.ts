import { header, perRow } from '../wgsl.ts';
import { DENSE_PARAMETERS, denseBuffers, fourFunction } from './weights.ts';

/**
 * y = W·x for few images, then scale, offset, bias and ReLU. PARTS threads of SPLITS workgroups share a row, four
 * weights at a time: neighbours read neighbouring weights, and every weight is read once.
 * Shapes: inputs [I][lanes], sums [lanes] → [O][lanes].
 */
export function denseRowsSource(vector: boolean, int8: boolean): string {
  return `${header(vector, DENSE_PARAMETERS, {
    ...denseBuffers(int8),
    rowData: 'array<f32>',
    inputs: 'array<V>',
    sums: 'array<V>',
    outputs: 'array<V>',
  })}
${fourFunction(int8)}
${perRow(
  `for (var q = split * PARTS + local.y; q * 4u < parameters.columns; q += PARTS * SPLITS) {
      let weights = four(row, q);
      for (var j = 0u; j < 4u; j++) {
        if (q * 4u + j < parameters.columns) {
          sum += weights[j] * inputs[(q * 4u + j) * call.lanes + lane];
        }
      }
    }`,
)}`;
}
