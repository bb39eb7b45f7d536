import { BASIS, header, packParameters, perOutput, planOutputs, type WgslStep } from '../wgsl.ts';

/**
 * 8-point DCT on runs of 8 inputs, one thread per coefficient; the last run is padded with zeros.
 * Shapes: inputs [I][lanes] → [K][lanes], K = 8·⌈I ÷ 8⌉.
 */
const source = (vector: boolean): string => `${header(vector, 'inFeatures: u32, columns: u32', {
  basis: 'array<f32>',
  inputs: 'array<V>',
  coefficients: 'array<V>',
})}
${perOutput(
  'column',
  'parameters.columns',
  `let start = column / 8u * 8u;
  let frequency = column % 8u;
  var sum = V(0);
  for (var i = 0u; i < 8u; i++) {
    if (start + i < parameters.inFeatures) {
      sum += basis[frequency * 8u + i] * inputs[(start + i) * call.lanes + lane];
    }
  }
  coefficients[column * call.lanes + lane] = sum;`,
)}`;

export function runDctStep(inFeatures: number): WgslStep {
  const columns = 8 * Math.ceil(inFeatures / 8);
  return {
    name: 'DCT of runs',
    source,
    parameters: packParameters([inFeatures, columns]),
    weights: [BASIS],
    readsSums: false,
    width: columns,
    plan: (lanes) => planOutputs(columns, lanes),
  };
}
