import { formatShape, type Shape } from '../../graph/shape.ts';
import { array, flag } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import { axisAttribute, resolveAxis } from '../axis.ts';
import type { Operator, Rounding } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

export interface ReduceAttributes {
  /** Axes that follow one another. */
  readonly axes: readonly number[];
  /** Whether those axes stay, with 1 element each. */
  readonly keepDims: boolean;
}

/** Maximum, mean, minimum and sum over axes. */
export const reductions: readonly Operator<ReduceAttributes>[] = [
  reduction('reduce-max', 'none'),
  reduction('reduce-mean'),
  reduction('reduce-min', 'none'),
  reduction('reduce-sum'),
];

function reduction(type: string, rounding: Rounding = 'arithmetic'): Operator<ReduceAttributes> {
  return {
    type,
    inputs: [1, 1],
    rounding,
    attributes: attributes({ axes: [array(axisAttribute, 1)], keepDims: [flag, true] }),
    infer: ({ inputs: [shape], attributes: { axes, keepDims } }) => [reducedShape(shape, axes, keepDims)],
  };
}

function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  const resolved = axes.map((axis) => resolveAxis(axis, shape)).sort((a, b) => a - b);
  if (resolved.some((axis, index) => axis !== resolved[0] + index)) {
    throw shapeError(
      `axes [${axes.join(', ')}] of ${formatShape(shape)} do not follow one another: reduce them in several nodes`,
    );
  }
  return keepDims
    ? shape.map((extent, axis) => (resolved.includes(axis) ? 1 : extent))
    : shape.filter((_, axis) => !resolved.includes(axis));
}
