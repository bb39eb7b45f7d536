import type { GpuJsKernel } from '../gpujs.ts';
import { elementCount } from '../node.ts';
import { resizeKernel } from './gpu.ts';
import { type ResizeAttributes, resizeTaps } from './taps.ts';

export const kernel: GpuJsKernel<ResizeAttributes> = (node) => {
  const [[, height, columns]] = node.inputs;
  const [shape] = node.outputs;
  const [down, across] = [resizeTaps(node, 0), resizeTaps(node, 1)];
  const constants = {
    rowIndices: Float32Array.from(down.indices),
    rowWeights: Float32Array.from(down.weights),
    columnIndices: Float32Array.from(across.indices),
    columnWeights: Float32Array.from(across.weights),
    ...{ rowTaps: down.count, columnTaps: across.count },
    ...{ height, columns, rows: shape[1], across: shape[2] },
  };
  return [{ kernel: resizeKernel, width: elementCount(shape), constants, reads: [0] }];
};
