import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  { what: 'both signs', inputs: [[4]], values: [[-2, -0.5, 0, 3]], expected: [0, 0, 0, 3], shape: [4] },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
