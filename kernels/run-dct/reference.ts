import { forwardDct8, inverseDct8 } from '../../src/jpeg/dct/dct.ts';

/**
 * 8-point DCT on runs of 8 inputs, in float64. `inputs`: B × I. Returns B × 8·ceil(I/8); an incomplete last run is
 * padded with zeros.
 */
export function runDctReference(inputs: ArrayLike<number>, batch: number, inFeatures: number): Float64Array {
  const runs = Math.ceil(inFeatures / 8);
  const output = new Float64Array(batch * runs * 8);
  const samples = new Float64Array(8);
  for (let b = 0; b < batch; b++) {
    for (let run = 0; run < runs; run++) {
      for (let i = 0; i < 8; i++) {
        const k = run * 8 + i;
        samples[i] = k < inFeatures ? inputs[b * inFeatures + k] : 0;
      }
      forwardDct8(samples, output.subarray((b * runs + run) * 8));
    }
  }
  return output;
}

/** Inverse 8-point DCT on runs of 8, in float64. `inputs`: B × 8·ceil(O/8). Returns B × O. */
export function inverseRunDctReference(
  inputs: Float64Array,
  batch: number,
  outFeatures: number,
): Float64Array {
  const runs = Math.ceil(outFeatures / 8);
  const output = new Float64Array(batch * outFeatures);
  const samples = new Float64Array(8);
  for (let b = 0; b < batch; b++) {
    for (let run = 0; run < runs; run++) {
      const start = (b * runs + run) * 8;
      inverseDct8(inputs.subarray(start, start + 8), samples);
      for (let i = 0; i < 8 && run * 8 + i < outFeatures; i++) {
        output[b * outFeatures + run * 8 + i] = samples[i];
      }
    }
  }
  return output;
}
