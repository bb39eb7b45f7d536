import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<object> = unaryWgsl('relu', `return select(x, V(0), x < V(0));`);
