import { describe, expect, it } from 'vitest';
import { findOperator } from '../../src/operators/index.ts';
import type { Operator } from '../../src/operators/operator.ts';
import { constant } from './case.ts';

describe('shapes that do not fit an operator are refused with GRAPH_SHAPE', () => {
  it.each([
    [
      'matmul',
      [
        [2, 3],
        [2, 3],
      ],
      {},
      {},
      'matrices of 2×3 and 2×3 cannot be multiplied',
    ],
    [
      'matmul',
      [
        [2, 3],
        [1, 3, 2],
      ],
      {},
      {},
      'matrices of 2×3 and 1×3×2 cannot be multiplied',
    ],
    [
      'matmul',
      [[2, 3]],
      {},
      { weight: constant([4, 2], Array(8).fill(0)) },
      "'weight' has shape 4×2, expected … × 3 for 2×3",
    ],
    ['matmul', [[2, 3]], {}, {}, "takes two values, or one and the constant 'weight'"],
    [
      'reduce-mean',
      [[2, 3, 4]],
      { axes: [0, 2] },
      {},
      'axes [0, 2] of 2×3×4 do not follow one another: reduce them in several nodes',
    ],
    ['reduce-sum', [[2]], { axes: [1] }, {}, 'axis 1 does not exist in a value of 2'],
    [
      'gather',
      [[2, 3]],
      { axis: 1, indices: [0, 3] },
      {},
      'index 3 does not exist along axis 1, which has 3 elements',
    ],
    ['tile', [[2, 3]], { repeats: [2] }, {}, 'repeats [2] do not have one number per axis of 2×3'],
    ['space-to-depth', [[2, 3, 4]], { blockSize: 2 }, {}, 'height and width of 2×3×4 are no multiples of 2'],
    [
      'resize',
      [[2, 3]],
      { size: [1, 1], scales: [1, 1] },
      {},
      'takes a feature map of channels × height × width, got 2×3',
    ],
    [
      'resize',
      [[1, 2, 3]],
      { size: [1, 1], scales: [1] },
      {},
      'scales [1] are not those of height and width',
    ],
  ])('%s of %j', (type, inputs, given, constants, message) => {
    const { attributes, infer } = findOperator(type) as Operator;
    const refused = (): unknown => infer({ inputs, attributes: attributes(given, ''), constants });
    expect(refused).toThrow(expect.objectContaining({ code: 'GRAPH_SHAPE', message }));
  });
});
