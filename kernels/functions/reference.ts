import { erf } from '../elementwise/erf.ts';
import { unaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

type Alpha = { readonly alpha: number };

const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * Math.expm1(x));

/** Halves go to the even neighbour, as in IEEE 754 and ONNX. */
function roundHalfToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const kernels: Readonly<Record<string, ReferenceKernel<never>>> = {
  abs: unaryReference(Math.abs),
  ceil: unaryReference(Math.ceil),
  celu: unaryReference((x, { alpha }: Alpha) => (x > 0 ? x : alpha * Math.expm1(x / alpha))),
  elu: unaryReference((x, { alpha }: Alpha) => elu(x, alpha)),
  erf: unaryReference(erf),
  exp: unaryReference(Math.exp),
  floor: unaryReference(Math.floor),
  log: unaryReference(Math.log),
  mish: unaryReference((x) => x * Math.tanh(softplus(x))),
  negate: unaryReference((x) => -x),
  reciprocal: unaryReference((x) => 1 / x),
  round: unaryReference(roundHalfToEven),
  selu: unaryReference((x, { alpha, gamma }: Alpha & { readonly gamma: number }) => gamma * elu(x, alpha)),
  sign: unaryReference(Math.sign),
  softplus: unaryReference(softplus),
  softsign: unaryReference((x) => x / (1 + Math.abs(x))),
  sqrt: unaryReference(Math.sqrt),
  'thresholded-relu': unaryReference((x, { alpha }: Alpha) => (x > alpha ? x : 0)),
};
