import { kernels as arithmetic } from '../arithmetic/reference.ts';
import { kernel as averagePool } from '../average-pool/reference.ts';
import { kernel as batchNorm } from '../batch-norm/reference.ts';
import { kernel as clip } from '../clip/reference.ts';
import { kernel as concatenate } from '../concatenate/reference.ts';
import { kernel as conv2d } from '../conv2d/reference.ts';
import { kernel as depthToSpace } from '../depth-to-space/reference.ts';
import { kernels as functions } from '../functions/reference.ts';
import { kernel as gelu } from '../gelu/reference.ts';
import { kernel as globalAveragePool } from '../global-average-pool/reference.ts';
import { kernel as globalMaxPool } from '../global-max-pool/reference.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/reference.ts';
import { kernel as hardSwish } from '../hard-swish/reference.ts';
import { kernel as leakyRelu } from '../leaky-relu/reference.ts';
import { kernel as maxPool } from '../max-pool/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { kernel as pad } from '../pad/reference.ts';
import { kernel as prelu } from '../prelu/reference.ts';
import { kernel as relu } from '../relu/reference.ts';
import { kernel as sigmoid } from '../sigmoid/reference.ts';
import { kernel as silu } from '../silu/reference.ts';
import { kernel as slice } from '../slice/reference.ts';
import { kernel as softmax } from '../softmax/reference.ts';
import { kernel as tanh } from '../tanh/reference.ts';
import { kernel as transpose } from '../transpose/reference.ts';

/** Operator → kernel on the plain float64 loops that judge all others. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, ReferenceKernel<never> | undefined>> = {
  ...arithmetic,
  ...functions,
  'average-pool': averagePool,
  'batch-norm': batchNorm,
  clip,
  concatenate,
  conv2d,
  'depth-to-space': depthToSpace,
  gelu,
  'global-average-pool': globalAveragePool,
  'global-max-pool': globalMaxPool,
  'hard-sigmoid': hardSigmoid,
  'hard-swish': hardSwish,
  'leaky-relu': leakyRelu,
  'max-pool': maxPool,
  pad,
  prelu,
  relu,
  sigmoid,
  silu,
  slice,
  softmax,
  tanh,
  transpose,
};
