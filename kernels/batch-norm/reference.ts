import type { ReferenceKernel } from '../node.ts';
import { channelOf } from '../per-channel/reference.ts';

export const kernel: ReferenceKernel<object> = (
  { inputs: [shape], constants: { scale, offset } },
  [input],
) => {
  const channel = channelOf(shape);
  return [input.map((x, at) => x * scale.values[channel(at)] + offset.values[channel(at)])];
};
