import type { PlanGather } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planSpaceToDepth: PlanGather<{ readonly blockSize: number }> = ({
  inputs: [[channels, height, width]],
  outputs: [shape],
  attributes: { blockSize },
}) => {
  const [, rows, columns] = shape;
  const indices = Int32Array.from({ length: elementCount(shape) }, (_, to) => {
    const x = to % columns;
    const y = Math.floor(to / columns) % rows;
    const depth = Math.floor(to / (columns * rows));
    const place = Math.floor(depth / channels);
    const row = y * blockSize + Math.floor(place / blockSize);
    return ((depth % channels) * height + row) * width + x * blockSize + (place % blockSize);
  });
  return { indices, fill: 0 };
};
