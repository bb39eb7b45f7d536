import { attributes } from '../attributes.ts';
import { float32 } from '../numbers.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

const none = attributes({});
const alpha = attributes({ alpha: [float32, 1] });
const selu = attributes({
  alpha: [float32, 1.6732631921768188],
  gamma: [float32, 1.0507010221481323],
});

/** Functions of one number, applied to every element: as ONNX has them by the same names. */
export const functions: readonly Operator[] = [
  unary('abs', none, 'none'),
  unary('ceil', none, 'none'),
  unary('celu', alpha, 'transcendental'),
  unary('elu', alpha, 'transcendental'),
  unary('erf', none, 'transcendental'),
  unary('exp', none, 'transcendental'),
  unary('floor', none, 'none'),
  unary('log', none, 'transcendental'),
  unary('mish', none, 'transcendental'),
  unary('negate', none, 'none'),
  unary('reciprocal', none),
  unary('round', none, 'none'),
  unary('selu', selu, 'transcendental'),
  unary('sign', none, 'none'),
  unary('softplus', none, 'transcendental'),
  unary('softsign', none),
  unary('sqrt', none),
  unary('thresholded-relu', alpha, 'none'),
];
