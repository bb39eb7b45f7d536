import { elementCount } from '../../graph/shape.ts';
import { gradientOf, gradientTarget, type NodeContext, type NodePlan } from './operator.ts';

/** A feature map as a vector: its pixels become channels. */
export function flatten({ inputs: [shape], images }: NodeContext): NodePlan {
  const [channels] = shape;
  const pixels = elementCount(shape) / channels;
  return {
    record(shard) {
      const {
        inputs: [input],
        output,
      } = shard;
      return {
        forward: [['imagesLast', input.values.address, output.values.address, channels, images, pixels, 0]],
        backward() {
          const target = gradientTarget(input);
          if (target === undefined) return [];
          const { address } = gradientOf(shard);
          return [['imagesLast', address, target.address, channels, pixels, images, target.add]];
        },
      };
    },
  };
}
