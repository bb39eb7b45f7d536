import { ERF, TANH } from '../elementwise/functions.wgsl.ts';
import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

const exact = unaryWgsl<object>(
  'gelu',
  'return 0.5 * x * (1.0 + erf(x * 0.7071067811865476));',
  () => [],
  ERF,
);
const byTanh = unaryWgsl<object>(
  'gelu, tanh',
  'return 0.5 * x * (1.0 + accurateTanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));',
  () => [],
  TANH,
);

export const kernel: WgslKernel<{ readonly approximate: 'none' | 'tanh' }> = (node) =>
  (node.attributes.approximate === 'none' ? exact : byTanh)(node);
