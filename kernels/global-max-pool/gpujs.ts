import type { GpuJsKernel } from '../gpujs.ts';
import { kernel as pool } from '../max-pool/gpujs.ts';
import { asPool } from '../pool/global.ts';

export const kernel: GpuJsKernel<object> = (node) => pool(asPool(node));
