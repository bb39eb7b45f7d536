import { elementCount } from '../../graph/shape.ts';
import { gradientOf, gradientTarget, type NodeContext, type NodePlan } from './operator.ts';

/** Batch normalisation: by the moments of a shard's images in training, by the running ones in evaluation. */
export function batchNorm({ output, images, normalization }: NodeContext): NodePlan {
  const [channels] = output;
  const per = (elementCount(output) / channels) * images;
  const { scale, offset, epsilon, moments, affine } = normalization();
  return {
    record(shard) {
      const {
        index,
        inputs: [input],
        output: result,
      } = shard;
      const { address: x } = input.values;
      const { address: y } = result.values;
      const { address: gamma } = scale.values;
      const { address: own } = moments[index];
      return {
        forward: [['normalize', channels, per, x, gamma, offset.values.address, epsilon, y, own]],
        evaluate: [['affine', channels, per, x, affine.scale.address, affine.offset.address, y]],
        backward() {
          const { address: dy } = gradientOf(shard);
          // Its parameters need their gradients though the input may need none.
          const target = gradientTarget(input) ?? {
            address: shard.memory.buffer(channels * per).address,
            add: 0,
          };
          const [dGamma, dBeta] = [scale.gradients[index].address, offset.gradients[index].address];
          return [
            [
              'normalizeGradient',
              channels,
              per,
              x,
              gamma,
              own,
              epsilon,
              dy,
              target.address,
              target.add,
              dGamma,
              dBeta,
            ],
          ];
        },
      };
    },
  };
}
