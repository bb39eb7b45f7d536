import type { ComputedValue, ImportedNode } from '../node.ts';
import { batchNormalization, binary, clipBounds, prelu, unary } from './elementwise.ts';
import {
  concat,
  flatten,
  pad,
  reduceMean,
  reshape,
  slice,
  softmax,
  squeeze,
  transpose,
  unsqueeze,
} from './layout.ts';
import { gemm, matMul } from './linear.ts';
import { conv, pool } from './window.ts';

/** How each ONNX operator on values becomes nodes of ours: a new operator is a new row. */
export const IMPORTS: ReadonlyMap<string, (node: ImportedNode) => ComputedValue> = new Map([
  ['Add', binary('add', false)],
  ['AveragePool', pool('average-pool')],
  ['BatchNormalization', batchNormalization],
  ['Clip', unary('clip', clipBounds)],
  ['Concat', concat],
  ['Conv', conv],
  [
    'DepthToSpace',
    unary('depth-to-space', (node) => ({
      blockSize: node.int('blocksize', 0),
      mode: node.text('mode', 'DCR'),
    })),
  ],
  ['Div', binary('multiply', true)],
  ['Dropout', unary('identity')],
  ['Flatten', flatten],
  ['Gelu', unary('gelu', (node) => ({ approximate: node.text('approximate', 'none') }))],
  ['Gemm', gemm],
  ['GlobalAveragePool', unary('global-average-pool')],
  ['GlobalMaxPool', unary('global-max-pool')],
  [
    'HardSigmoid',
    unary('hard-sigmoid', (node) => ({ alpha: node.float('alpha', 0.2), beta: node.float('beta', 0.5) })),
  ],
  ['HardSwish', unary('hard-swish')],
  ['Identity', unary('identity')],
  ['LeakyRelu', unary('leaky-relu', (node) => ({ alpha: node.float('alpha', 0.01) }))],
  // Softmax: the same order of classes; the importer takes it at the end of a network only.
  ['LogSoftmax', softmax],
  ['MatMul', matMul],
  ['MaxPool', pool('max-pool')],
  ['Mul', binary('multiply', false)],
  ['PRelu', prelu],
  ['Pad', pad],
  ['ReduceMean', reduceMean],
  ['Relu', unary('relu')],
  ['Reshape', reshape],
  ['Sigmoid', unary('sigmoid')],
  ['Slice', slice],
  ['Softmax', softmax],
  ['Squeeze', squeeze],
  ['Sub', binary('add', true)],
  ['Tanh', unary('tanh')],
  ['Transpose', transpose],
  ['Unsqueeze', unsqueeze],
]);
