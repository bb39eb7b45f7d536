import type { BinaryAttributes } from '../../operators/binary.ts';
import type { Constant, GraphNode } from '../graph.ts';
import { elementCount } from '../shape.ts';

/** y = scale·x + offset, one number of each per channel. */
export interface ChannelAffine {
  readonly scale: Float32Array;
  readonly offset: Float32Array;
}

/**
 * What a node does to a value of `channels` channels and `rank` axes, if that is a scale and an offset per channel: a batch norm, or
 * arithmetic with a constant that has one number, or one per channel.
 */
export function channelAffine(node: GraphNode, channels: number, rank: number): ChannelAffine | undefined {
  if (node.operator === 'batch-norm') {
    const { scale, offset } = node.constants;
    return { scale: scale.values, offset: offset.values };
  }
  const make = ARITHMETIC[node.operator];
  const { operand } = node.constants;
  if (make === undefined || operand === undefined || !isPerChannel(operand, channels, rank)) return undefined;
  const parts = make((node.attributes as BinaryAttributes).constantFirst);
  if (parts === undefined) return undefined;
  const { values } = operand;
  const of = (part: (value: number) => number): Float32Array =>
    Float32Array.from({ length: channels }, (_, channel) => part(values[values.length === 1 ? 0 : channel]));
  return { scale: of(parts.scale), offset: of(parts.offset) };
}

interface Parts {
  scale(operand: number): number;
  offset(operand: number): number;
}

/** Scale and offset by the constant; undefined where the value would be a divisor. */
const ARITHMETIC: Readonly<Record<string, (constantFirst: boolean) => Parts | undefined>> = {
  add: () => ({ scale: () => 1, offset: (operand) => operand }),
  subtract: (constantFirst) =>
    constantFirst
      ? { scale: () => -1, offset: (operand) => operand }
      : { scale: () => 1, offset: (operand) => -operand },
  multiply: () => ({ scale: (operand) => operand, offset: () => 0 }),
  divide: (constantFirst) =>
    constantFirst ? undefined : { scale: (operand) => 1 / operand, offset: () => 0 },
};

/** Whether a constant has one number, or one for each index of the outermost axis, and broadcasts to the value's own shape. */
function isPerChannel({ shape }: Constant, channels: number, rank: number): boolean {
  if (shape.length > rank) return false;
  const count = elementCount(shape);
  return count === 1 || (shape.length === rank && shape[0] === channels && count === channels);
}
