import { isKnown, type Value } from './node.ts';
import type { NodeProto } from './schema.ts';

/**
 * Before opset 7 the second operand of Add, Mul, … was aligned at the attribute `axis` of the first where `broadcast` was 1,
 * since then at the last axis: axes of 1 element are put behind a constant that stood elsewhere.
 */
export function broadcastAsToday(
  { attribute }: NodeProto,
  inputs: readonly (Value | undefined)[],
): readonly (Value | undefined)[] {
  const numberOf = (wanted: string): number | undefined => {
    const found = attribute.find(({ name }) => name === wanted);
    return found && Number(found.i);
  };
  const axis = numberOf('axis');
  const [first, second] = inputs;
  if (numberOf('broadcast') !== 1 || axis === undefined || axis < 0) return inputs;
  if (first === undefined || second === undefined || first === 'unknown' || !isKnown(second)) return inputs;
  const rank = isKnown(first) ? first.shape.length : first.shape.length + (first.batchAxis === null ? 0 : 1);
  const behind = Math.max(0, rank - axis - second.shape.length);
  const shape = [...second.shape, ...new Array<number>(behind).fill(1)];
  return [first, { ...second, shape }, ...inputs.slice(2)];
}
