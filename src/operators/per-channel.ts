import type { Constant } from '../graph/graph.ts';
import { elementCount, formatShape, type Shape } from '../graph/shape.ts';
import { shapeError } from './shape-error.ts';

/** Checks a constant with one number per channel; channels are the first axis of a value. Throws `GRAPH_SHAPE`. */
export function requirePerChannel(name: string, constant: Constant | undefined, value: Shape): void {
  const channels = value[0];
  if (constant !== undefined && channels !== undefined && elementCount(constant.shape) === channels) return;
  const got = constant === undefined ? 'is missing' : `has shape ${formatShape(constant.shape)}`;
  throw shapeError(
    `'${name}' ${got}, expected one number for each of the ${channels ?? 0} channels of ${formatShape(value)}`,
  );
}
