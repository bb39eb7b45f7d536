import { type PlanGather, placesAlong } from '../gather/indices.ts';

export const planSpaceToDepth: PlanGather<{ readonly blockSize: number }> = ({
  inputs: [[channels, height, width]],
  outputs: [[depth, rows, columns]],
  attributes: { blockSize },
}) => {
  const inBlock = (place: number): number => Math.floor(place / blockSize) * width + (place % blockSize);
  return {
    places: [
      placesAlong(depth, (at) => (at % channels) * height * width + inBlock(Math.floor(at / channels))),
      placesAlong(rows, (y) => y * blockSize * width),
      placesAlong(columns, (x) => x * blockSize),
    ],
    fill: 0,
  };
};
