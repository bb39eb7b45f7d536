import type { ImportedNode, Value } from '../node.ts';
import { convTranspose } from './conv-transpose.ts';
import { batchNormalization, binary, clipBounds, dropout, mean, power, prelu, unary } from './elementwise.ts';
import { concat, flatten, pad, reshape, slice, squeeze, transpose, unsqueeze } from './layout.ts';
import { gemm, matMul } from './linear.ts';
import { groupNormalization, instanceNormalization, layerNormalization } from './normalization.ts';
import {
  cast,
  convInteger,
  dequantizeLinear,
  dynamicQuantizeLinear,
  matMulInteger,
  qLinearConv,
  qLinearMatMul,
  quantizeLinear,
} from './quantized.ts';
import { absolute, logarithm, reduceLogSumExp, reduction, root, squared } from './reduce.ts';
import { resize, upsample } from './resize.ts';
import { expand, gather, split, tile } from './select.ts';
import { softmax } from './softmax.ts';
import { conv, pool } from './window.ts';

/** What a node of ONNX gives; it adds nodes of ours. */
export type Import = (node: ImportedNode) => Value | readonly Value[];

/** How each ONNX operator on values becomes nodes of ours: a new operator is a new row. */
export const IMPORTS: ReadonlyMap<string, Import> = new Map<string, Import>([
  ['Abs', unary('abs')],
  ['Add', binary('add')],
  ['AveragePool', pool('average-pool')],
  ['BatchNormalization', batchNormalization],
  ['Cast', cast],
  ['Ceil', unary('ceil')],
  ['Celu', unary('celu', (node) => ({ alpha: node.float('alpha', 1) }))],
  ['Clip', unary('clip', clipBounds)],
  ['Concat', concat],
  ['Conv', conv],
  ['ConvInteger', convInteger],
  ['ConvTranspose', convTranspose],
  [
    'DepthToSpace',
    unary('depth-to-space', (node) => ({
      blockSize: node.int('blocksize', 0),
      mode: node.text('mode', 'DCR'),
    })),
  ],
  ['DequantizeLinear', dequantizeLinear],
  ['Div', binary('divide')],
  ['Dropout', dropout],
  ['DynamicQuantizeLinear', dynamicQuantizeLinear],
  ['Elu', unary('elu', (node) => ({ alpha: node.float('alpha', 1) }))],
  ['Erf', unary('erf')],
  ['Exp', unary('exp')],
  ['Expand', expand],
  ['Flatten', flatten],
  ['Floor', unary('floor')],
  ['Gather', gather],
  ['Gelu', unary('gelu', (node) => ({ approximate: node.text('approximate', 'none') }))],
  ['Gemm', gemm],
  ['GlobalAveragePool', unary('global-average-pool')],
  ['GlobalMaxPool', unary('global-max-pool')],
  ['GroupNormalization', groupNormalization],
  [
    'HardSigmoid',
    unary('hard-sigmoid', (node) => ({ alpha: node.float('alpha', 0.2), beta: node.float('beta', 0.5) })),
  ],
  ['HardSwish', unary('hard-swish')],
  ['Identity', unary('identity')],
  ['InstanceNormalization', instanceNormalization],
  ['LayerNormalization', layerNormalization],
  ['LeakyRelu', unary('leaky-relu', (node) => ({ alpha: node.float('alpha', 0.01) }))],
  ['Log', unary('log')],
  ['LogSoftmax', softmax('log-softmax')],
  ['MatMul', matMul],
  ['MatMulInteger', matMulInteger],
  ['Max', binary('maximum')],
  ['MaxPool', pool('max-pool')],
  ['Mean', mean],
  ['Min', binary('minimum')],
  ['Mish', unary('mish')],
  ['Mul', binary('multiply')],
  ['Neg', unary('negate')],
  ['PRelu', prelu],
  ['Pad', pad],
  ['QLinearConv', qLinearConv],
  ['QLinearMatMul', qLinearMatMul],
  ['QuantizeLinear', quantizeLinear],
  ['Pow', power],
  ['Reciprocal', unary('reciprocal')],
  ['ReduceL1', reduction('reduce-sum', absolute)],
  ['ReduceL2', reduction('reduce-sum', squared, root)],
  ['ReduceLogSum', reduction('reduce-sum', undefined, logarithm)],
  ['ReduceLogSumExp', reduceLogSumExp],
  ['ReduceMax', reduction('reduce-max')],
  ['ReduceMean', reduction('reduce-mean')],
  ['ReduceMin', reduction('reduce-min')],
  ['ReduceSum', reduction('reduce-sum')],
  ['ReduceSumSquare', reduction('reduce-sum', squared)],
  ['Relu', unary('relu')],
  ['Reshape', reshape],
  ['Resize', resize],
  ['Round', unary('round')],
  [
    'Selu',
    unary('selu', (node) => ({
      alpha: node.float('alpha', 1.6732631921768188),
      gamma: node.float('gamma', 1.0507010221481323),
    })),
  ],
  ['Sigmoid', unary('sigmoid')],
  ['Sign', unary('sign')],
  ['Slice', slice],
  ['Softmax', softmax('softmax')],
  ['Softplus', unary('softplus')],
  ['Softsign', unary('softsign')],
  ['SpaceToDepth', unary('space-to-depth', (node) => ({ blockSize: node.int('blocksize', 0) }))],
  ['Split', split],
  ['Sqrt', unary('sqrt')],
  ['Squeeze', squeeze],
  ['Sub', binary('subtract')],
  ['Sum', binary('add')],
  ['Tanh', unary('tanh')],
  ['ThresholdedRelu', unary('thresholded-relu', (node) => ({ alpha: node.float('alpha', 1) }))],
  ['Tile', tile],
  ['Transpose', transpose],
  ['Unsqueeze', unsqueeze],
  ['Upsample', upsample],
]);
