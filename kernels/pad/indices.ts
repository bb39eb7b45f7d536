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
  const strides = from.map((_, axis) => elementCount(from.slice(axis + 1)));
  const places = shape.map((extent, axis) =>
    Int32Array.from({ length: extent }, (_, at) => source(axis, at)),
  );
  const indices = Int32Array.from({ length: elementCount(shape) }, (_, element) => {
    let rest = element;
    let index = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const place = places[axis][rest % shape[axis]];
      if (place < 0) return -1;
      index += place * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return index;
  });
  return { indices, fill: value };
};
