import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { geluKernel, geluTanhKernel } from './gpu.ts';

const exact = unaryGpuJs<object>(geluKernel, () => ({ root: Math.SQRT1_2 }));
const byTanh = unaryGpuJs<object>(geluTanhKernel);

export const kernel: GpuJsKernel<{ readonly approximate: 'none' | 'tanh' }> = (node) =>
  (node.attributes.approximate === 'none' ? exact : byTanh)(node);
