import { poolWgsl } from '../pool/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import type { AveragePoolAttributes } from './divisor.ts';
import { averageFactors } from './factors.ts';

export const kernel: WgslKernel<AveragePoolAttributes> = poolWgsl('average-pool', averageFactors);
