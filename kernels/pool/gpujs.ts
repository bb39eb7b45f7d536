import type { GpuJsKernel } from '../gpujs.ts';
import { elementCount, type KernelNode } from '../node.ts';
import type { PoolWindow } from '../window.ts';
import { averagePoolKernel, maxPoolKernel } from './gpu.ts';
import { windowSpans } from './spans.ts';

/** `factors`: absent for the maximum, else by row and column of the output what a sum is multiplied by. */
export function poolGpuJs<A extends PoolWindow>(
  factors?: (node: KernelNode<A>) => Float32Array,
): GpuJsKernel<A> {
  return (node) => {
    const [[, height, columns]] = node.inputs;
    const [shape] = node.outputs;
    const [, rows, across] = shape;
    const { kernel, dilations } = node.attributes;
    const constants = {
      rowSpans: Float32Array.from(windowSpans(node.attributes, 0, height, rows)),
      columnSpans: Float32Array.from(windowSpans(node.attributes, 1, columns, across)),
      ...(factors && { factors: factors(node) }),
      ...{ height, columns, rows, across, kernelHeight: kernel[0], kernelWidth: kernel[1] },
      ...{ stepY: dilations[0], stepX: dilations[1] },
    };
    const run = factors ? averagePoolKernel : maxPoolKernel;
    return [{ kernel: run, width: elementCount(shape), constants, reads: [0] }];
  };
}
