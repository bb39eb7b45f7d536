import type { PlanGather } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planDepthToSpace: PlanGather<{ readonly blockSize: number; readonly mode: 'DCR' | 'CRD' }> = ({
  inputs: [[, height, width]],
  outputs: [shape],
  attributes: { blockSize, mode },
}) => {
  const [channels, rows, columns] = shape;
  const indices = Int32Array.from({ length: elementCount(shape) }, (_, to) => {
    const x = to % columns;
    const y = Math.floor(to / columns) % rows;
    const channel = Math.floor(to / (columns * rows));
    const place = (y % blockSize) * blockSize + (x % blockSize);
    const depth = mode === 'DCR' ? place * channels + channel : channel * blockSize ** 2 + place;
    return (depth * height + Math.floor(y / blockSize)) * width + Math.floor(x / blockSize);
  });
  return { indices, fill: 0 };
};
