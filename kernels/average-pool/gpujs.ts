import type { GpuJsKernel } from '../gpujs.ts';
import { poolGpuJs } from '../pool/gpujs.ts';
import type { AveragePoolAttributes } from './divisor.ts';
import { averageFactors } from './factors.ts';

export const kernel: GpuJsKernel<AveragePoolAttributes> = poolGpuJs(averageFactors);
