import { elementCount } from '../../kernels/node.ts';
import type { Constant } from '../../src/graph/graph.ts';
import type { Shape } from '../../src/graph/shape.ts';
import { mulberry32 } from '../../src/random.ts';
import { readyNode, type TimedNode } from './graph-kernel.ts';
import type { KernelCase } from './kernel-case.ts';
import type { Work } from './work.ts';

const MAP: Shape = [16, 32, 32];
const ELEMENTS = elementCount(MAP);
const POSITIVE = [0.1, 2] as const;

/**
 * Operations on floats that an element takes by the formulas of the kernels (their own comments and kernels/elementwise/assembly): a
 * division or a root counts as one, a choice by a mask as one.
 */
const EXP = 26;
const LOG = 42;
const ERF = 25;
const SIGMOID = EXP + 3;
const TANH = EXP + 21;
const OPERATIONS: Readonly<Record<string, number>> = {
  ...{ abs: 1, ceil: 1, floor: 1, negate: 1, reciprocal: 1, relu: 1, round: 1, sqrt: 1 },
  ...{ celu: EXP + 6, elu: EXP + 6, selu: EXP + 6, erf: ERF, exp: EXP, log: LOG },
  ...{ mish: EXP + 13, sign: 4, softplus: EXP + 21, softsign: 3, 'thresholded-relu': 2 },
  ...{ gelu: ERF + 4, 'hard-sigmoid': 4, 'hard-swish': 5, 'leaky-relu': 3, clip: 2 },
  ...{ sigmoid: SIGMOID, silu: SIGMOID + 1, tanh: TANH },
};
const ATTRIBUTES: Readonly<Record<string, object>> = {
  clip: { min: -0.5, max: 0.5 },
  'thresholded-relu': { alpha: 0.5 },
};
const OF_TWO: Readonly<Record<string, number>> = {
  ...{ add: 1, divide: 1, maximum: 1, minimum: 1, multiply: 1, subtract: 1 },
  power: EXP + LOG + 16,
};

export const ELEMENT_CASES: readonly KernelCase[] = [
  ...Object.entries(OPERATIONS).map(([operator, operations]) =>
    elements({
      operator,
      inputs: [MAP],
      operations: (operations * ELEMENTS) / 4,
      attributes: ATTRIBUTES[operator] ?? {},
      ...(['log', 'sqrt', 'reciprocal'].includes(operator) && { range: POSITIVE }),
    }),
  ),
  ...Object.entries(OF_TWO).map(([operator, operations]) =>
    elements({ operator, inputs: [MAP, MAP], operations: (operations * ELEMENTS) / 4, range: POSITIVE }),
  ),
  elements({
    operator: 'batch-norm',
    inputs: [MAP],
    constants: { scale: perChannel(), offset: perChannel() },
    operations: (2 * ELEMENTS) / 4,
  }),
  elements({
    operator: 'prelu',
    inputs: [MAP],
    constants: { slope: perChannel() },
    operations: (3 * ELEMENTS) / 4,
  }),
  // The largest, the exponentials with their sum, the quotients.
  elements({ operator: 'softmax', inputs: [[1000]], operations: ((EXP + 4) * 1000) / 4 }),
  elements({ operator: 'log-softmax', inputs: [[1000]], operations: ((EXP + 5) * 1000) / 4 }),
];

/** Each element is computed from those at its place. */
function elements({ operations, ...node }: TimedNode & { readonly operations: number }): KernelCase {
  const { operator, inputs, constants } = node;
  const taken = inputs.reduce((sum, shape) => sum + elementCount(shape), 0);
  const work: Work = { operations, bytes: 4 * (taken + elementCount(inputs[0])) };
  const of = constants ? `, ${Object.keys(constants).join(' and ')} per channel` : '';
  return { kernel: operator, what: shapesOf(inputs) + of, work, prepare: () => readyNode(node) };
}

export function shapesOf(shapes: readonly Shape[]): string {
  return shapes.map((shape) => shape.join('×')).join(' and ');
}

function perChannel(): Constant {
  const random = mulberry32(3);
  return { shape: [16, 1, 1], values: Float32Array.from({ length: 16 }, random) };
}
