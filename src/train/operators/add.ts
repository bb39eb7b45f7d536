import type { KernelCall } from '../../../kernels/train/kernels.ts';
import { elementCount } from '../../graph/shape.ts';
import { gradientOf, gradientTarget, type NodeContext, type NodePlan } from './operator.ts';

/** The sum of two values of one shape: where branches meet. */
export function add({ output, images }: NodeContext): NodePlan {
  const count = elementCount(output) * images;
  return {
    record(shard) {
      const [a, b] = shard.inputs;
      return {
        forward: [['sum', count, a.values.address, b.values.address, shard.output.values.address]],
        backward() {
          const { address } = gradientOf(shard);
          return shard.inputs.flatMap((input): KernelCall[] => {
            const target = gradientTarget(input);
            return target ? [['copy', count, address, target.address, target.add]] : [];
          });
        },
      };
    },
  };
}
