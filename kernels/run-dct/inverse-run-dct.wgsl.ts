import {
  BASIS,
  FINISH,
  header,
  packEpilogue,
  packParameters,
  perOutput,
  planOutputs,
  type RowEpilogue,
  type WgslStep,
} from '../wgsl.ts';

/**
 * Inverse 8-point DCT on runs of 8, then scale, offset, bias and ReLU; one thread per output.
 * Shapes: transformed [8·⌈O ÷ 8⌉][lanes], sums [lanes] → [O][lanes].
 */
const source = (vector: boolean): string => `${header(vector, 'epilogue: Epilogue, outFeatures: u32', {
  basis: 'array<f32>',
  rowData: 'array<f32>',
  transformed: 'array<V>',
  sums: 'array<V>',
  outputs: 'array<V>',
})}
${FINISH}
${perOutput(
  'row',
  'parameters.outFeatures',
  `let start = row / 8u * 8u;
  let i = row % 8u;
  var sum = V(0);
  for (var v = 0u; v < 8u; v++) {
    sum += basis[v * 8u + i] * transformed[(start + v) * call.lanes + lane];
  }
  outputs[row * call.lanes + lane] = epilogue(row, sum, lane);`,
)}`;

export function inverseRunDctStep(outFeatures: number, epilogue: RowEpilogue): WgslStep {
  const { words, rowData } = packEpilogue(epilogue, outFeatures);
  return {
    name: 'inverse DCT of runs',
    source,
    parameters: packParameters([...words, outFeatures]),
    weights: [BASIS, rowData],
    readsSums: true,
    width: outFeatures,
    plan: (lanes) => planOutputs(outFeatures, lanes),
  };
}
