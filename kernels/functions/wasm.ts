import { unaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { ELU_SHAPES, type EluShape } from './elu.ts';

const numbers = ({ slope, amount, rate }: EluShape): number[] => [slope, amount, rate];

export const kernels: Readonly<Record<string, WasmBinding<never>>> = {
  abs: unaryWasm('abs'),
  ceil: unaryWasm('ceil'),
  celu: unaryWasm('elu', (attributes: { alpha: number }) => numbers(ELU_SHAPES.celu(attributes))),
  elu: unaryWasm('elu', (attributes: { alpha: number }) => numbers(ELU_SHAPES.elu(attributes))),
  erf: unaryWasm('erf'),
  exp: unaryWasm('exp'),
  floor: unaryWasm('floor'),
  log: unaryWasm('log'),
  mish: unaryWasm('mish'),
  negate: unaryWasm('negate'),
  reciprocal: unaryWasm('reciprocal'),
  round: unaryWasm('round'),
  selu: unaryWasm('elu', (attributes: { alpha: number; gamma: number }) =>
    numbers(ELU_SHAPES.selu(attributes)),
  ),
  sign: unaryWasm('sign'),
  softplus: unaryWasm('softplus'),
  softsign: unaryWasm('softsign'),
  sqrt: unaryWasm('sqrt'),
  'thresholded-relu': unaryWasm('thresholdedRelu', ({ alpha }: { alpha: number }) => [alpha]),
};
