import { kernel as pool } from '../average-pool/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { asPool } from '../pool/global.ts';

export const kernel: GpuJsKernel<object> = (node) => pool(asPool(node));
