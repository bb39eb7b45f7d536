import { type PlanGather, placesAlong, stridesOf } from '../gather/indices.ts';

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
  const strides = stridesOf(from);
  const along = (extent: number, axis: number): Int32Array =>
    placesAlong(extent, (at) => {
      const place = source(axis, at);
      return place < 0 ? -1 : place * strides[axis];
    });
  return { places: shape.map(along), fill: value };
};
