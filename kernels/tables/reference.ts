import { kernels as arithmetic } from '../arithmetic/reference.ts';
import { kernel as averagePool } from '../average-pool/reference.ts';
import { kernel as batchNorm } from '../batch-norm/reference.ts';
import { kernel as clip } from '../clip/reference.ts';
import { kernel as coefficientConv2d } from '../coefficient-conv2d/reference.ts';
import { kernel as concatenate } from '../concatenate/reference.ts';
import { kernel as conv2d } from '../conv2d/reference.ts';
import { kernels as functions } from '../functions/reference.ts';
import { kernels as gathers } from '../gather/reference.ts';
import { kernel as gelu } from '../gelu/reference.ts';
import { kernel as globalAveragePool } from '../global-average-pool/reference.ts';
import { kernel as globalMaxPool } from '../global-max-pool/reference.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/reference.ts';
import { kernel as hardSwish } from '../hard-swish/reference.ts';
import { kernel as leakyRelu } from '../leaky-relu/reference.ts';
import { kernel as matmul } from '../matmul/reference.ts';
import { kernel as maxPool } from '../max-pool/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { kernel as prelu } from '../prelu/reference.ts';
import { kernels as reductions } from '../reduce/reference.ts';
import { kernel as relu } from '../relu/reference.ts';
import { kernel as resize } from '../resize/reference.ts';
import { kernel as sigmoid } from '../sigmoid/reference.ts';
import { kernel as silu } from '../silu/reference.ts';
import { logarithm as logSoftmax, kernel as softmax } from '../softmax/reference.ts';
import { kernel as tanh } from '../tanh/reference.ts';

/** Operator → kernel on the plain float64 loops that judge all others. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, ReferenceKernel<never> | undefined>> = {
  ...arithmetic,
  ...functions,
  ...gathers,
  ...reductions,
  'average-pool': averagePool,
  'batch-norm': batchNorm,
  clip,
  'coefficient-conv2d': coefficientConv2d,
  concatenate,
  conv2d,
  gelu,
  'global-average-pool': globalAveragePool,
  'global-max-pool': globalMaxPool,
  'hard-sigmoid': hardSigmoid,
  'hard-swish': hardSwish,
  'leaky-relu': leakyRelu,
  'log-softmax': logSoftmax,
  matmul,
  'max-pool': maxPool,
  prelu,
  relu,
  resize,
  sigmoid,
  silu,
  softmax,
  tanh,
};
