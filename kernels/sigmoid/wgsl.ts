import { SIGMOID } from '../elementwise/functions.wgsl.ts';
import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<object> = unaryWgsl('sigmoid', 'return sigmoid(x);', () => [], SIGMOID);
