import { kernels as arithmetic } from '../arithmetic/wasm.ts';
import { kernel as averagePool } from '../average-pool/wasm.ts';
import { kernel as batchNorm } from '../batch-norm/wasm.ts';
import { kernel as clip } from '../clip/wasm.ts';
import { kernel as concatenate } from '../concatenate/wasm.ts';
import { kernel as conv2d } from '../conv2d/wasm.ts';
import { kernels as functions } from '../functions/wasm.ts';
import { kernels as gathers } from '../gather/wasm.ts';
import { kernel as gelu } from '../gelu/wasm.ts';
import { kernel as globalAveragePool } from '../global-average-pool/wasm.ts';
import { kernel as globalMaxPool } from '../global-max-pool/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/wasm.ts';
import { kernel as hardSwish } from '../hard-swish/wasm.ts';
import { kernel as leakyRelu } from '../leaky-relu/wasm.ts';
import { kernel as matmul } from '../matmul/wasm.ts';
import { kernel as maxPool } from '../max-pool/wasm.ts';
import { kernel as prelu } from '../prelu/wasm.ts';
import { kernels as reductions } from '../reduce/wasm.ts';
import { kernel as relu } from '../relu/wasm.ts';
import { kernel as resize } from '../resize/wasm.ts';
import { kernel as sigmoid } from '../sigmoid/wasm.ts';
import { kernel as silu } from '../silu/wasm.ts';
import { logarithm as logSoftmax, kernel as softmax } from '../softmax/wasm.ts';
import { kernel as tanh } from '../tanh/wasm.ts';
import { kernel as transformedConv2d } from '../transformed-conv2d/wasm.ts';

/** Operator → kernel on our own WebAssembly SIMD kernels. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, WasmBinding<never> | undefined>> = {
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
  'transformed-conv2d': transformedConv2d,
};
