import { elementCount } from '../../graph/shape.ts';
import { gradientOf, gradientTarget, type NodeContext, type NodePlan } from './operator.ts';

/** ReLU. */
export function relu(context: NodeContext): NodePlan {
  return limits(context, 0, Infinity);
}

/** min ≤ y ≤ max, such as ReLU6. */
export function clip(context: NodeContext): NodePlan {
  const { min = -Infinity, max = Infinity } = context.node.attributes as { min?: number; max?: number };
  return limits(context, min, max);
}

function limits({ output, images }: NodeContext, low: number, high: number): NodePlan {
  const count = elementCount(output) * images;
  return {
    record(shard) {
      const {
        inputs: [input],
        output: result,
      } = shard;
      return {
        forward: [['clip', count, input.values.address, result.values.address, low, high]],
        backward() {
          const target = gradientTarget(input);
          if (target === undefined) return [];
          const { address: y } = result.values;
          const { address: dy } = gradientOf(shard);
          return [['clipGradient', count, y, dy, target.address, low, high, target.add]];
        },
      };
    },
  };
}
