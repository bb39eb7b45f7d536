import { elementCount } from '../node.ts';

/** The channel of element `at` of a batch: channels are the first axis of a value. */
export function channelOf(shape: readonly number[]): (at: number) => number {
  const [channels] = shape;
  const inner = elementCount(shape.slice(1));
  return (at) => Math.floor(at / inner) % channels;
}
