import { kernel as add } from '../add/wasm.ts';
import { kernel as batchNorm } from '../batch-norm/wasm.ts';
import { kernel as clip } from '../clip/wasm.ts';
import { kernel as concatenate } from '../concatenate/wasm.ts';
import { kernel as gelu } from '../gelu/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { kernel as hardSigmoid } from '../hard-sigmoid/wasm.ts';
import { kernel as hardSwish } from '../hard-swish/wasm.ts';
import { kernel as leakyRelu } from '../leaky-relu/wasm.ts';
import { kernel as multiply } from '../multiply/wasm.ts';
import { kernel as prelu } from '../prelu/wasm.ts';
import { kernel as relu } from '../relu/wasm.ts';
import { kernel as sigmoid } from '../sigmoid/wasm.ts';
import { kernel as silu } from '../silu/wasm.ts';
import { kernel as softmax } from '../softmax/wasm.ts';
import { kernel as tanh } from '../tanh/wasm.ts';

/** Operator → kernel on our own WebAssembly SIMD kernels. An operator without a row is refused by name on that backend. */
export const KERNELS: Readonly<Record<string, WasmBinding<never> | undefined>> = {
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
