import { type PlanGather, placesAlong } from '../gather/indices.ts';

export const planDepthToSpace: PlanGather<{ readonly blockSize: number; readonly mode: 'DCR' | 'CRD' }> = ({
  inputs: [[, height, width]],
  outputs: [[channels, rows, columns]],
  attributes: { blockSize, mode },
}) => {
  const map = height * width;
  // Maps from one place of a block to the next, and from one channel of the output to the next.
  const [next, channel] = mode === 'DCR' ? [channels, 1] : [1, blockSize ** 2];
  return {
    places: [
      placesAlong(channels, (c) => c * channel * map),
      placesAlong(rows, (y) => Math.floor(y / blockSize) * width + (y % blockSize) * blockSize * next * map),
      placesAlong(columns, (x) => Math.floor(x / blockSize) + (x % blockSize) * next * map),
    ],
    fill: 0,
  };
};
