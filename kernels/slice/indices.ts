import { type PlanGather, placesAlong, stridesOf } from '../gather/indices.ts';

export const planSlice: PlanGather<{
  readonly starts: readonly number[];
  readonly steps: readonly number[];
}> = ({ inputs: [from], outputs: [shape], attributes: { starts, steps } }) => {
  const strides = stridesOf(from);
  const along = (extent: number, axis: number): Int32Array =>
    placesAlong(extent, (place) => (starts[axis] + place * steps[axis]) * strides[axis]);
  return { places: shape.map(along), fill: 0 };
};
