import { ERF, LOG1P } from '../elementwise/functions.wgsl.ts';
import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import { ELU_SHAPES, type EluShape } from './elu.ts';

/** Arguments beyond these are not in float32: drivers differ in what they give there. */
const EXP = `
fn boundedExp(x: V) -> V {
  return exp(clamp(x, V(-87.3), V(88.3)));
}
`;

/** `body` of `x`: see `unaryWgsl`. */
function plain(name: string, body: string, functions = ''): WgslKernel<object> {
  return unaryWgsl(name, `return ${body};`, () => [], functions);
}

function elu<A>(name: string, shape: (attributes: A) => EluShape): WgslKernel<A> {
  return unaryWgsl(
    name,
    `let below = parameters.p1 * (boundedExp(min(parameters.p2 * x, V(0))) - 1.0);
  return select(below, parameters.p0 * x, x > V(0));`,
    (attributes: A) => {
      const { slope, amount, rate } = shape(attributes);
      return [slope, amount, rate];
    },
    EXP,
  );
}

export const kernels: Readonly<Record<string, WgslKernel<never>>> = {
  abs: plain('abs', 'abs(x)'),
  ceil: plain('ceil', 'ceil(x)'),
  celu: elu('celu', ELU_SHAPES.celu),
  elu: elu('elu', ELU_SHAPES.elu),
  erf: plain('erf', 'erf(x)', ERF),
  exp: plain('exp', 'boundedExp(x)', EXP),
  floor: plain('floor', 'floor(x)'),
  log: plain('log', 'log(x)'),
  mish: unaryWgsl(
    'mish',
    `let e = exp(-min(abs(x), V(87.0)));
  let above = 1.0 + 2.0 * e;
  let below = e * e + 2.0 * e;
  return x * select(below / (below + 2.0), above / (above + 2.0 * e * e), x > V(0));`,
  ),
  negate: plain('negate', '-x'),
  reciprocal: plain('reciprocal', '1.0 / x'),
  round: plain('round', 'round(x)'),
  selu: elu('selu', ELU_SHAPES.selu),
  sign: plain('sign', 'sign(x)'),
  softplus: plain('softplus', 'max(x, V(0)) + log1p(exp(-min(abs(x), V(87.0))))', LOG1P),
  softsign: plain('softsign', 'x / (1.0 + abs(x))'),
  sqrt: plain('sqrt', 'sqrt(x)'),
  'thresholded-relu': unaryWgsl(
    'thresholded relu',
    'return select(V(0), x, x > V(parameters.p0));',
    ({ alpha }: { alpha: number }) => [alpha],
  ),
};
