import { kernel as pool } from '../average-pool/wgsl.ts';
import { asPool } from '../pool/global.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<object> = (node) => pool(asPool(node));
