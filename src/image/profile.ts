import { edgeOf } from './background.ts';
import type { Profile } from './placed.ts';
import type { GreySamples } from './resample.ts';

/** The profile of a picture's samples, 0…255. */
export function profileOf(picture: GreySamples): Profile {
  const { width, height, samples } = picture;
  const columnSums = new Float64Array(width);
  const rowSums = new Float64Array(height);
  samples.forEach((sample, at) => {
    columnSums[at % width] += sample;
    rowSums[Math.floor(at / width)] += sample;
  });
  return { width, height, edge: edgeOf(picture), columnSums, rowSums };
}
