import { binaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { constantFirst, constantSecond, values } from './gpu.ts';
import { type Operation, perOperation } from './operations.ts';

export const kernels: Readonly<Record<Operation, GpuJsKernel<{ readonly constantFirst: boolean }>>> =
  perOperation((_, code) => binaryGpuJs({ values, constantSecond, constantFirst }, code));
