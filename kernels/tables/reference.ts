import { kernel as add } from '../add/reference.ts';
import { kernel as batchNorm } from '../batch-norm/reference.ts';
import { kernel as clip } from '../clip/reference.ts';
import { kernel as concatenate } from '../concatenate/reference.ts';
import { kernel as gelu } from '../gelu/reference.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/reference.ts';
import { kernel as hardSwish } from '../hard-swish/reference.ts';
import { kernel as leakyRelu } from '../leaky-relu/reference.ts';
import { kernel as multiply } from '../multiply/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { kernel as prelu } from '../prelu/reference.ts';
import { kernel as relu } from '../relu/reference.ts';
import { kernel as sigmoid } from '../sigmoid/reference.ts';
import { kernel as silu } from '../silu/reference.ts';
import { kernel as softmax } from '../softmax/reference.ts';
import { kernel as tanh } from '../tanh/reference.ts';

/** Operator → kernel on the plain float64 loops that judge all others. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, ReferenceKernel<never> | undefined>> = {
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
