import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { ELU_SHAPES } from './elu.ts';
import {
  absKernel,
  ceilKernel,
  eluKernel,
  erfKernel,
  expKernel,
  floorKernel,
  logKernel,
  mishKernel,
  negateKernel,
  reciprocalKernel,
  roundKernel,
  signKernel,
  softplusKernel,
  softsignKernel,
  sqrtKernel,
  thresholdedReluKernel,
} from './gpu.ts';

export const kernels: Readonly<Record<string, GpuJsKernel<never>>> = {
  abs: unaryGpuJs(absKernel),
  ceil: unaryGpuJs(ceilKernel),
  celu: unaryGpuJs(eluKernel, (attributes: { alpha: number }) => ({ ...ELU_SHAPES.celu(attributes) })),
  elu: unaryGpuJs(eluKernel, (attributes: { alpha: number }) => ({ ...ELU_SHAPES.elu(attributes) })),
  erf: unaryGpuJs(erfKernel),
  exp: unaryGpuJs(expKernel),
  floor: unaryGpuJs(floorKernel),
  log: unaryGpuJs(logKernel),
  mish: unaryGpuJs(mishKernel),
  negate: unaryGpuJs(negateKernel),
  reciprocal: unaryGpuJs(reciprocalKernel),
  round: unaryGpuJs(roundKernel),
  selu: unaryGpuJs(eluKernel, (attributes: { alpha: number; gamma: number }) => ({
    ...ELU_SHAPES.selu(attributes),
  })),
  sign: unaryGpuJs(signKernel),
  softplus: unaryGpuJs(softplusKernel),
  softsign: unaryGpuJs(softsignKernel),
  sqrt: unaryGpuJs(sqrtKernel),
  'thresholded-relu': unaryGpuJs(thresholdedReluKernel, ({ alpha }: { alpha: number }) => ({ alpha })),
};
