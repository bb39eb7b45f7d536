import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  { what: 'a vector', inputs: [[2]], values: [[1, -1]], expected: [1, -1], shape: [2] },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
