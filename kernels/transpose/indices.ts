import { type PlanGather, placesAlong, stridesOf } from '../gather/indices.ts';

export const planTranspose: PlanGather<{ readonly permutation: readonly number[] }> = ({
  inputs: [from],
  outputs: [shape],
  attributes: { permutation },
}) => {
  const strides = stridesOf(from);
  const along = (extent: number, axis: number): Int32Array =>
    placesAlong(extent, (place) => place * strides[permutation[axis]]);
  return { places: shape.map(along), fill: 0 };
};
