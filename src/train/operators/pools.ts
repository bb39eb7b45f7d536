import { WjpegError } from '../../errors.ts';
import { elementCount } from '../../graph/shape.ts';
import type { PoolAttributes } from '../../operators/window.ts';
import { gradientOf, gradientTarget, type NodeContext, type NodePlan } from './operator.ts';

/** What pool kernels take after addresses and the number of planes. */
interface Geometry {
  readonly planes: number;
  readonly pixels: number;
  readonly outPixels: number;
  /** Input and output extents, window, strides, padding above and left. */
  readonly window: readonly number[];
}

function geometry({ node, inputs: [shape], output, images }: NodeContext): Geometry {
  const { kernel, strides, pads, dilations } = node.attributes as PoolAttributes;
  if (dilations.some((step) => step > 1)) {
    throw new WjpegError(
      'unsupported',
      'TRAIN_OPERATOR',
      `node '${node.name}' (${node.operator}) is dilated, and training knows such pools only without dilation`,
    );
  }
  const [channels, height, width] = shape;
  return {
    planes: channels * images,
    pixels: height * width,
    outPixels: output[1] * output[2],
    window: [height, width, output[1], output[2], ...kernel, ...strides, pads[0], pads[1]],
  };
}

export function maxPool(context: NodeContext): NodePlan {
  const { planes, pixels, outPixels, window } = geometry(context);
  return {
    record(shard) {
      const {
        inputs: [input],
        output,
        memory,
      } = shard;
      const { address: places } = memory.integers(planes * outPixels);
      return {
        forward: [['maxPool', input.values.address, output.values.address, places, planes, ...window]],
        backward() {
          const target = gradientTarget(input);
          if (target === undefined) return [];
          const { address } = gradientOf(shard);
          return [
            ['maxPoolGradient', address, places, target.address, planes, pixels, outPixels, target.add],
          ];
        },
      };
    },
  };
}

export function averagePool(context: NodeContext): NodePlan {
  const { kernel, countIncludePad } = context.node.attributes as PoolAttributes & {
    countIncludePad: boolean;
  };
  const { planes, window } = geometry(context);
  return average(planes, window, countIncludePad ? 1 / (kernel[0] * kernel[1]) : 0);
}

/** The mean of each channel: one window on all of it. */
export function globalAveragePool({ inputs: [shape], images }: NodeContext): NodePlan {
  const [channels] = shape;
  const pixels = elementCount(shape) / channels;
  return average(channels * images, [1, pixels, 1, 1, 1, pixels, 1, 1, 0, 0], 1 / pixels);
}

function average(planes: number, window: readonly number[], factor: number): NodePlan {
  return {
    record(shard) {
      const {
        inputs: [input],
        output,
      } = shard;
      return {
        forward: [['averagePool', input.values.address, output.values.address, planes, ...window, factor]],
        backward() {
          const target = gradientTarget(input);
          if (target === undefined) return [];
          const { address } = gradientOf(shard);
          return [['averagePoolGradient', address, target.address, planes, ...window, factor, target.add]];
        },
      };
    },
  };
}
