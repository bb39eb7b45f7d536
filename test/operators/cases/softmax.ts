import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'a vector',
    inputs: [[3]],
    values: [[-1, 0, 1]],
    expected: [0.09003057317038046, 0.24472847105479764, 0.6652409557748218],
    shape: [3],
  },
  {
    what: 'large numbers do not overflow',
    inputs: [[2]],
    values: [[10000, 10001]],
    expected: [0.2689414213699951, 0.7310585786300049],
    shape: [2],
  },
  { what: 'along channels', attributes: { axis: 0 }, inputs: [[3, 2, 5]], shape: [3, 2, 5] },
  { what: 'along rows', attributes: { axis: 1 }, inputs: [[2, 7, 9]], shape: [2, 7, 9] },
  { what: 'along columns', inputs: [[4, 10]], shape: [4, 10] },
  { what: 'a long last axis', inputs: [[3, 27]], shape: [3, 27] },
];
