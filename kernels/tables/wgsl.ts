import { kernels as arithmetic } from '../arithmetic/wgsl.ts';
import { kernel as averagePool } from '../average-pool/wgsl.ts';
import { kernel as batchNorm } from '../batch-norm/wgsl.ts';
import { kernel as clip } from '../clip/wgsl.ts';
import { kernel as coefficientConv2d } from '../coefficient-conv2d/wgsl.ts';
import { kernel as concatenate } from '../concatenate/wgsl.ts';
import { kernel as conv2d } from '../conv2d/wgsl.ts';
import { kernels as functions } from '../functions/wgsl.ts';
import { kernels as gathers } from '../gather/wgsl.ts';
import { kernel as gelu } from '../gelu/wgsl.ts';
import { kernel as globalAveragePool } from '../global-average-pool/wgsl.ts';
import { kernel as globalMaxPool } from '../global-max-pool/wgsl.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/wgsl.ts';
import { kernel as hardSwish } from '../hard-swish/wgsl.ts';
import { kernel as leakyRelu } from '../leaky-relu/wgsl.ts';
import { kernel as matmul } from '../matmul/wgsl.ts';
import { kernel as maxPool } from '../max-pool/wgsl.ts';
import { kernel as prelu } from '../prelu/wgsl.ts';
import { kernels as reductions } from '../reduce/wgsl.ts';
import { kernel as relu } from '../relu/wgsl.ts';
import { kernel as resize } from '../resize/wgsl.ts';
import { kernel as sigmoid } from '../sigmoid/wgsl.ts';
import { kernel as silu } from '../silu/wgsl.ts';
import { logarithm as logSoftmax, kernel as softmax } from '../softmax/wgsl.ts';
import { kernel as tanh } from '../tanh/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

/** Operator → kernel on our own WGSL kernels. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, WgslKernel<never> | undefined>> = {
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
