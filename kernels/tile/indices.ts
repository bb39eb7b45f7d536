import { type PlanGather, placesAlong, stridesOf } from '../gather/indices.ts';

export const planTile: PlanGather<object> = ({ inputs: [from], outputs: [shape] }) => {
  const strides = stridesOf(from);
  const along = (extent: number, axis: number): Int32Array =>
    placesAlong(extent, (place) => (place % from[axis]) * strides[axis]);
  return { places: shape.map(along), fill: 0 };
};
