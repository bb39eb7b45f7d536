import { poolWgsl } from '../pool/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import type { PoolWindow } from '../window.ts';

export const kernel: WgslKernel<PoolWindow> = poolWgsl('max-pool');
