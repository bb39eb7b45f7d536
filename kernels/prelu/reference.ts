import type { ReferenceKernel } from '../node.ts';
import { channelOf } from '../per-channel/reference.ts';

export const kernel: ReferenceKernel<object> = ({ inputs: [shape], constants: { slope } }, [input]) => {
  const channel = channelOf(shape);
  const isShared = slope.values.length === 1;
  return [input.map((x, at) => (x < 0 ? x * slope.values[isShared ? 0 : channel(at)] : x))];
};
