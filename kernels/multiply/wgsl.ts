import { binaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<{ readonly constantFirst: boolean }> = binaryWgsl('multiply', 'a * b');
