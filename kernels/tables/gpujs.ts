import { kernels as arithmetic } from '../arithmetic/gpujs.ts';
import { kernel as averagePool } from '../average-pool/gpujs.ts';
import { kernel as batchNorm } from '../batch-norm/gpujs.ts';
import { kernel as clip } from '../clip/gpujs.ts';
import { kernel as concatenate } from '../concatenate/gpujs.ts';
import { kernel as conv2d } from '../conv2d/gpujs.ts';
import { kernels as functions } from '../functions/gpujs.ts';
import { kernels as gathers } from '../gather/gpujs.ts';
import { kernel as gelu } from '../gelu/gpujs.ts';
import { kernel as globalAveragePool } from '../global-average-pool/gpujs.ts';
import { kernel as globalMaxPool } from '../global-max-pool/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/gpujs.ts';
import { kernel as hardSwish } from '../hard-swish/gpujs.ts';
import { kernel as leakyRelu } from '../leaky-relu/gpujs.ts';
import { kernel as matmul } from '../matmul/gpujs.ts';
import { kernel as maxPool } from '../max-pool/gpujs.ts';
import { kernel as prelu } from '../prelu/gpujs.ts';
import { kernels as reductions } from '../reduce/gpujs.ts';
import { kernel as relu } from '../relu/gpujs.ts';
import { kernel as resize } from '../resize/gpujs.ts';
import { kernel as sigmoid } from '../sigmoid/gpujs.ts';
import { kernel as silu } from '../silu/gpujs.ts';
import { logarithm as logSoftmax, kernel as softmax } from '../softmax/gpujs.ts';
import { kernel as tanh } from '../tanh/gpujs.ts';

/** Operator → kernel on gpu.js. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, GpuJsKernel<never> | undefined>> = {
  ...arithmetic,
  ...functions,
  ...gathers,
  ...reductions,
  'average-pool': averagePool,
  'batch-norm': batchNorm,
  clip,
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
