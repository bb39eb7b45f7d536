import { isKnown, UNKNOWN, UnsupportedForm, type Value } from './node.ts';
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
  if (first === undefined || second === undefined) return inputs;
  const behind = rankOf(first) - axis - rankOf(second);
  if (behind <= 0) return inputs;
  if (!isKnown(second)) throw new UnsupportedForm(`aligns a value that it computes at axis ${axis}`);
  return [first, { ...second, shape: [...second.shape, ...new Array<number>(behind).fill(1)] }];
}

/** How many axes the ONNX tensor has. */
function rankOf(value: Value): number {
  if (value === UNKNOWN) return 0;
  return value.shape.length + (isKnown(value) || value.batchAxis === null ? 0 : 1);
}
