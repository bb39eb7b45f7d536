import { outputStep } from '../elementwise/wgsl.ts';
import { elementCount } from '../node.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';
import { type ResizeAttributes, resizeTaps } from './taps.ts';

const source = (vector: boolean): string => `${header(
  vector,
  'width: u32, height: u32, columns: u32, rows: u32, across: u32, rowTaps: u32, columnTaps: u32',
  {
    rowIndices: 'array<u32>',
    rowWeights: 'array<f32>',
    columnIndices: 'array<u32>',
    columnWeights: 'array<f32>',
    inputs: 'array<V>',
    outputs: 'array<V>',
  },
)}
${perOutput(
  'item',
  'parameters.width',
  `let x = item % parameters.across;
  let y = item / parameters.across % parameters.rows;
  let map = item / (parameters.across * parameters.rows);
  var value = V(0);
  for (var k = y * parameters.rowTaps; k < (y + 1u) * parameters.rowTaps; k++) {
    let row = (map * parameters.height + rowIndices[k]) * parameters.columns;
    var sum = V(0);
    for (var l = x * parameters.columnTaps; l < (x + 1u) * parameters.columnTaps; l++) {
      sum += columnWeights[l] * inputs[(row + columnIndices[l]) * call.lanes + lane];
    }
    value += rowWeights[k] * sum;
  }
  outputs[item * call.lanes + lane] = value;`,
)}
`;

export const kernel: WgslKernel<ResizeAttributes> = (node) => {
  const [[, height, columns]] = node.inputs;
  const [shape] = node.outputs;
  const taps = [resizeTaps(node, 0), resizeTaps(node, 1)];
  const width = elementCount(shape);
  const words = [width, height, columns, shape[1], shape[2], ...taps.map(({ count }) => count)];
  const weights = taps.flatMap(({ indices, weights }) => [
    Uint32Array.from(indices),
    Float32Array.from(weights),
  ]);
  return [outputStep('resize', source, words, { width, weights, reads: [0] })];
};
