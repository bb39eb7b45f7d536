import { type KernelCall, multiplyScratch } from '../../../kernels/train/kernels.ts';
import { gradientOf, gradientTarget, type NodeContext, type NodePlan } from './operator.ts';

/**
 * y = W·x + b of vectors. Values are features × images, so that all operands are row-major: W in the sheet's samples where it
 * stands there row by row, otherwise gathered.
 */
export function linear({ inputs, output, memory, images, weights, bias }: NodeContext): NodePlan {
  const [[features], [outputs]] = [inputs[0], output];
  const { sheet, gradients } = weights();
  const biases = bias();
  const isMatrix = sheet.shape.layout === 'matrix';
  const { address: w } = isMatrix ? sheet.samples : memory.buffer(outputs * features);
  const row = isMatrix ? sheet.shape.blocksAcross * 8 : features;
  const gather = (): KernelCall => [
    'gather',
    outputs * features,
    memory.table(sheet.places).address,
    sheet.samples.address,
    w,
  ];
  return {
    prepare: isMatrix ? [] : [gather()],
    record(shard) {
      const {
        index,
        inputs: [input],
      } = shard;
      const sizes = [
        [outputs, images, features],
        [outputs, features, images],
        [features, images, outputs],
      ];
      const { address: scratch } = shard.memory.buffer(
        Math.max(...sizes.map(([m, n, k]) => multiplyScratch(m, n, k))),
      );
      const { address: x } = input.values;
      const { address: y } = shard.output.values;
      const forward: KernelCall[] = [
        ['multiply', outputs, images, features, w, row, 1, x, images, 1, y, images, scratch],
      ];
      if (biases) forward.push(['affine', outputs, images, y, 0, biases.values.address, y]);
      return {
        forward,
        backward() {
          const { address: dy } = gradientOf(shard);
          const { address: dw } = gradients[index];
          const calls: KernelCall[] = [
            ['multiply', outputs, features, images, dy, images, 1, x, 1, images, dw, features, scratch],
          ];
          if (biases) calls.push(['channelSums', outputs, images, dy, biases.gradients[index].address]);
          const target = gradientTarget(input);
          if (target === undefined) return calls;
          // A product is written, never added.
          const { address: dx } = target.add ? shard.memory.buffer(features * images) : target;
          calls.push(['multiply', features, images, outputs, w, 1, row, dy, images, 1, dx, images, scratch]);
          if (target.add) calls.push(['sum', features * images, dx, target.address, target.address]);
          return calls;
        },
      };
    },
  };
}
