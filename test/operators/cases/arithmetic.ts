import { constant, type OperatorCase } from '../case.ts';

/** All operators of two operands share their forms, for which `add` has the cases. */
function three(
  both: readonly [a: readonly number[], b: readonly number[], expected: readonly number[]],
  operand: number,
  [second, first]: readonly [second: readonly number[], first: readonly number[]],
  more: Pick<OperatorCase, 'range' | 'tolerance'> = {},
): readonly OperatorCase[] {
  const [a, b, expected] = both;
  const one = { constants: { operand: constant([], [operand]) }, inputs: [[a.length]], values: [a] };
  const shape = [a.length];
  return [
    { what: 'two values', inputs: [shape, shape], values: [a, b], expected, shape, ...more },
    { ...one, what: 'a constant', expected: second, shape, ...more },
    {
      ...one,
      what: 'a constant first',
      attributes: { constantFirst: true },
      expected: first,
      shape,
      ...more,
    },
  ];
}

export const families: Readonly<Record<string, readonly OperatorCase[]>> = {
  divide: three(
    [
      [1, -3, 8],
      [2, 4, -2],
      [0.5, -0.75, -4],
    ],
    2,
    [
      [0.5, -1.5, 4],
      [2, -2 / 3, 0.25],
    ],
    { range: [0.5, 4] },
  ),
  maximum: three(
    [
      [1, -3, 8],
      [2, -4, 8],
      [2, -3, 8],
    ],
    2,
    [
      [2, 2, 8],
      [2, 2, 8],
    ],
  ),
  minimum: three(
    [
      [1, -3, 8],
      [2, -4, 8],
      [1, -4, 8],
    ],
    2,
    [
      [1, -3, 2],
      [1, -3, 2],
    ],
  ),
  power: [
    ...three(
      [
        [2, 9, 4],
        [3, 0.5, -1],
        [8, 3, 0.25],
      ],
      2,
      [
        [4, 81, 16],
        [4, 512, 16],
      ],
      { range: [0.5, 4], tolerance: 1e-5 },
    ),
    {
      what: 'odd powers of negative numbers',
      constants: { operand: constant([], [3]) },
      inputs: [[3]],
      values: [[-2, 0, 3]],
      expected: [-8, 0, 27],
      shape: [3],
      tolerance: 1e-5,
    },
  ],
  subtract: [
    ...three(
      [
        [1, -3, 8],
        [2, 4, -2],
        [-1, -7, 10],
      ],
      2,
      [
        [-1, -5, 6],
        [1, 5, -6],
      ],
    ),
    {
      what: 'a constant that enlarges the value, as positional embeddings do',
      constants: { operand: constant([2, 3], [1, 2, 3, 4, 5, 6]) },
      inputs: [[1, 3]],
      values: [[10, 20, 30]],
      expected: [9, 18, 27, 6, 15, 24],
      shape: [2, 3],
    },
  ],
};
