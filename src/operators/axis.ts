import { formatShape, type Shape } from '../graph/shape.ts';
import { integer, type Reader } from '../options/structure.ts';
import { shapeError } from './shape-error.ts';

/** An axis of a value, the batch not counted: from 0 at the outermost, or from −1 at the innermost. */
export const axisAttribute: Reader<number> = integer(-16, 15);

/** The same axis counted from 0. Throws `GRAPH_SHAPE` where the value has no such axis. */
export function resolveAxis(axis: number, shape: Shape): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (resolved >= 0 && resolved < shape.length) return resolved;
  throw shapeError(`axis ${axis} does not exist in a value of ${formatShape(shape)}`);
}
