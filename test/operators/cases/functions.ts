import type { OperatorCase } from '../case.ts';

/** One vector that fills no whole vector of lanes; values worked out by Python's math. */
export const families: Readonly<Record<string, readonly OperatorCase[]>> = {
  abs: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1.5, 0, 2, 1, 1, 1, 1]],
      expected: [1.5, 0, 2, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  ceil: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1.5, 0, 1.2, 1, 1, 1, 1]],
      expected: [-1, 0, 2, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  celu: [
    {
      what: 'values',
      attributes: { alpha: 2 },
      inputs: [[7]],
      values: [[-2, 0, 3, 1, 1, 1, 1]],
      expected: [-1.2642411176571153, 0, 3, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  elu: [
    {
      what: 'values',
      attributes: { alpha: 2 },
      inputs: [[7]],
      values: [[-1, 0, 3, 1, 1, 1, 1]],
      expected: [-1.2642411176571153, 0, 3, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  erf: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1, 0, 0.5, 10, 1, 1, 1]],
      expected: [
        -0.8427007929497149, 0, 0.5204998778130465, 1, 0.8427007929497149, 0.8427007929497149,
        0.8427007929497149,
      ],
      shape: [7],
    },
  ],
  exp: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1, 0, 2, 1, 1, 1, 1]],
      expected: [0.36787944117144233, 1, 7.38905609893065, Math.E, Math.E, Math.E, Math.E],
      shape: [7],
    },
  ],
  floor: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1.5, 0, 1.2, 1, 1, 1, 1]],
      expected: [-2, 0, 1, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  log: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[0.001, 1, Math.E, 1000, 1, 1, 1]],
      range: [0.01, 8],
      expected: [-6.907755278982137, 0, 1, 6.907755278982137, 0, 0, 0],
      shape: [7],
    },
  ],
  mish: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-20, -1, 0, 2, 1, 1, 1]],
      expected: [
        -4.122307240628762e-8, -0.30340146137410895, 0, 1.9439589595339946, 0.8650983882673103,
        0.8650983882673103, 0.8650983882673103,
      ],
      shape: [7],
    },
  ],
  negate: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1.5, 2, 1, 1, 1, 1, 1]],
      expected: [1.5, -2, -1, -1, -1, -1, -1],
      shape: [7],
    },
  ],
  reciprocal: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-4, 0.5, 1, 1, 1, 1, 1]],
      range: [0.25, 4],
      expected: [-0.25, 2, 1, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  round: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1.5, -0.5, 0.5, 1.5, 2.5, 2.6, 1]],
      expected: [-2, 0, 0, 2, 2, 3, 1],
      shape: [7],
    },
  ],
  selu: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1, 0, 1, 1, 1, 1, 1]],
      expected: [
        -1.1113307378125625, 0, 1.0507009873554805, 1.0507009873554805, 1.0507009873554805,
        1.0507009873554805, 1.0507009873554805,
      ],
      shape: [7],
    },
  ],
  sign: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-3, 0, 5, 1, 1, 1, 1]],
      expected: [-1, 0, 1, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  softplus: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-20, -1, 0, 20, 1, 1, 1]],
      expected: [
        2.061153620314381e-9,
        0.31326168751822286,
        Math.LN2,
        20.000000002061153,
        1.3132616875182228,
        1.3132616875182228,
        1.3132616875182228,
      ],
      shape: [7],
    },
  ],
  softsign: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[-1, 0, 3, 1, 1, 1, 1]],
      expected: [-0.5, 0, 0.75, 0.5, 0.5, 0.5, 0.5],
      shape: [7],
    },
  ],
  sqrt: [
    {
      what: 'values',
      inputs: [[7]],
      values: [[0, 2, 9, 1, 1, 1, 1]],
      range: [0, 8],
      expected: [0, Math.SQRT2, 3, 1, 1, 1, 1],
      shape: [7],
    },
  ],
  'thresholded-relu': [
    {
      what: 'values',
      attributes: { alpha: 2 },
      inputs: [[7]],
      values: [[-3, 2, 2.5, 1, 1, 1, 1]],
      expected: [0, 0, 2.5, 0, 0, 0, 0],
      shape: [7],
    },
  ],
};
