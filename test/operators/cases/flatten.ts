import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  { what: 'a feature map', inputs: [[2, 1, 2]], values: [[1, 2, 3, 4]], expected: [1, 2, 3, 4], shape: [4] },
];
