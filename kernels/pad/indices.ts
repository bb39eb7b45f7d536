import type { PlanGather } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planPad: PlanGather<{
  readonly pads: readonly number[];
  readonly mode: 'constant' | 'reflect' | 'edge';
  readonly value: number;
}> = ({ inputs: [from], outputs: [shape], attributes: { pads, mode, value } }) => {
  const source = (axis: number, at: number): number => {
    const place = at - pads[axis];
    const last = from[axis] - 1;
    if (place >= 0 && place <= last) return place;
    if (mode === 'constant') return -1;
    if (mode === 'edge') return place < 0 ? 0 : last;
    return place < 0 ? -place : 2 * last - place;
  };
  const [channels, rows, columns] = shape;
  const indices = new Int32Array(elementCount(shape));
  let to = 0;
  for (let c = 0; c < channels; c++) {
    const channel = source(0, c);
    for (let y = 0; y < rows; y++) {
      const row = source(1, y);
      for (let x = 0; x < columns; x++) {
        const column = source(2, x);
        const isFill = channel < 0 || row < 0 || column < 0;
        indices[to++] = isFill ? -1 : (channel * from[1] + row) * from[2] + column;
      }
    }
  }
  return { indices, fill: value };
};
