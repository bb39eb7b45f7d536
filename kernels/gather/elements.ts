import { axisIndex } from '../node.ts';
import { type PlanGather, placesAlong, stridesOf } from './indices.ts';

/** The operator `gather`: some elements along an axis. */
export const planElements: PlanGather<{ readonly axis: number; readonly indices: readonly number[] }> = ({
  inputs: [from],
  outputs: [shape],
  attributes: { axis, indices },
}) => {
  const strides = stridesOf(from);
  const chosen = axisIndex(axis, from);
  const along = (extent: number, at: number): Int32Array =>
    placesAlong(extent, (place) => (at === chosen ? indices[place] : place) * strides[at]);
  return { places: shape.map(along), fill: 0 };
};
