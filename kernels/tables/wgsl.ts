import { kernel as add } from '../add/wgsl.ts';
import { kernel as batchNorm } from '../batch-norm/wgsl.ts';
import { kernel as clip } from '../clip/wgsl.ts';
import { kernel as concatenate } from '../concatenate/wgsl.ts';
import { kernel as gelu } from '../gelu/wgsl.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/wgsl.ts';
import { kernel as hardSwish } from '../hard-swish/wgsl.ts';
import { kernel as leakyRelu } from '../leaky-relu/wgsl.ts';
import { kernel as multiply } from '../multiply/wgsl.ts';
import { kernel as prelu } from '../prelu/wgsl.ts';
import { kernel as relu } from '../relu/wgsl.ts';
import { kernel as sigmoid } from '../sigmoid/wgsl.ts';
import { kernel as silu } from '../silu/wgsl.ts';
import { kernel as softmax } from '../softmax/wgsl.ts';
import { kernel as tanh } from '../tanh/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

/** Operator → kernel on our own WGSL kernels. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, WgslKernel<never> | undefined>> = {
  add,
  'batch-norm': batchNorm,
  clip,
  concatenate,
  gelu,
  'hard-sigmoid': hardSigmoid,
  'hard-swish': hardSwish,
  'leaky-relu': leakyRelu,
  multiply,
  prelu,
  relu,
  sigmoid,
  silu,
  softmax,
  tanh,
};
