import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../../src/importers/onnx/index.ts';
import { model } from '../one-node.ts';
import { FLOAT, type Fold, fold, INT8, INT32, UINT8 } from './folded.ts';

const [UINT16, INT16] = [4, 5];
/** 2 × 2 × 2. */
const floats = [
  [2, 2, 2],
  [0, 1, 2, 3, -1, -2, 50, 600],
] as const;
const integers = [[2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7], UINT8] as const;

describe('constants in integers', () => {
  it.each<[what: string, each: Partial<Fold>, expected: readonly number[], type: number]>([
    ['of uint8 where no zero point is given', {}, [0, 2, 4, 6, 0, 0, 100, 255], UINT8],
    [
      'of the type of the zero point',
      { constants: { x: floats, s: [[], [0.5]], z: [[], [10], INT8] } },
      [10, 12, 14, 16, 8, 6, 110, 127],
      INT8,
    ],
    [
      'of a named type',
      { opset: 21, attributes: { output_dtype: INT16 } },
      [0, 2, 4, 6, -2, -4, 100, 1200],
      INT16,
    ],
    [
      'by a scale per column, the axis where none is named',
      { constants: { x: floats, s: [[2], [0.5, 2]], z: [[2], [0, 1], UINT16] } },
      [0, 2, 2, 3, 0, 0, 26, 301],
      UINT16,
    ],
    [
      'by a scale per row',
      { attributes: { axis: -1 }, constants: { x: floats, s: [[2], [0.5, 2]], z: [[2], [4, 0], INT8] } },
      [4, 0, 8, 2, 2, -1, 104, 127],
      INT8,
    ],
  ])('%s', (_, each, expected, type) => {
    const constants = { x: floats, s: [[], [0.5]] } as const;
    const quantized = fold({ type: 'QuantizeLinear', constants, ...each });
    expect({ ...quantized, values: quantized.values.map((value) => value + 0) }).toEqual({
      shape: [2, 2, 2],
      values: expected,
      type,
    });
  });

  it('are rounded to the nearest, halves to even, before the zero point is added', () => {
    const constants = { x: [[4], [0.5, 1.5, 2.5, -0.5]], s: [[], [1]], z: [[], [1], INT8] } as const;
    expect(fold({ type: 'QuantizeLinear', constants }).values).toEqual([1, 3, 3, 1]);
  });

  it.each<[what: string, each: Partial<Fold>, expected: readonly number[]]>([
    ['one scale', { constants: { x: integers, s: [[], [0.5]] } }, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]],
    [
      'one scale and zero point, as vectors',
      { constants: { x: integers, s: [[1], [0.5]], z: [[1], [2], UINT8] } },
      [-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5],
    ],
    [
      'a scale and zero point per index of the axis in the middle',
      { constants: { x: integers, s: [[2], [1, 10]], z: [[2], [1, 2], UINT8] } },
      [-1, 0, 0, 10, 3, 4, 40, 50],
    ],
    [
      'a scale per index of the first axis',
      { attributes: { axis: 0 }, constants: { x: integers, s: [[2], [1, 10]] } },
      [0, 1, 2, 3, 40, 50, 60, 70],
    ],
    [
      'a scale per index and one zero point',
      { attributes: { axis: -3 }, constants: { x: integers, s: [[2], [1, 10]], z: [[], [1], UINT8] } },
      [-1, 0, 1, 2, 30, 40, 50, 60],
    ],
    [
      'a scale per block, the last block shorter',
      {
        opset: 21,
        attributes: { axis: 1, block_size: 2 },
        constants: {
          x: [[1, 3, 2], [1, 2, 3, 4, 5, 6], INT32],
          s: [
            [1, 2, 2],
            [1, 10, 100, 1000],
          ],
        },
      },
      [1, 20, 3, 40, 500, 6000],
    ],
    [
      'a scale for each two rows of two matrices',
      {
        opset: 21,
        attributes: { axis: 1, block_size: 2 },
        constants: {
          x: [[2, 4, 1], [1, 2, 3, 4, 5, 6, 7, 8], UINT8],
          s: [
            [2, 2, 1],
            [1, 10, 100, 1000],
          ],
        },
      },
      [1, 2, 30, 40, 500, 600, 7000, 8000],
    ],
    [
      'a scale per block of the rows of two matrices',
      {
        opset: 21,
        attributes: { axis: 1, block_size: 2 },
        constants: {
          x: integers,
          s: [
            [2, 1, 2],
            [1, 10, 100, 1000],
          ],
        },
      },
      [0, 10, 2, 30, 400, 5000, 600, 7000],
    ],
  ])('are read with %s', (_, each, expected) => {
    expect(fold({ type: 'DequantizeLinear', ...each })).toMatchObject({ values: expected, type: FLOAT });
  });

  it('are noted where they are weights', () => {
    const each = {
      type: 'Add',
      inputs: { x: [1, 2] },
      values: [],
      constants: { q: [[2], [1, 2], UINT8], s: [[], [0.5]] } as const,
      before: { w: { type: 'DequantizeLinear', takes: ['q', 's'] } },
      takes: ['x', 'w'],
    };
    expect(importOnnx(model(each)).notes).toEqual(['integer weights are dequantised']);
  });
});

describe('refused, and named', () => {
  const [x, s] = [integers, [[3], [1, 2, 3]] as const];
  it.each<[message: string, each: Fold]>([
    [
      'DequantizeLinear that has 3 scales for an axis of 2 elements',
      { type: 'DequantizeLinear', constants: { x, s } },
    ],
    [
      'QuantizeLinear that has 3 scales for an axis of 2 elements',
      { type: 'QuantizeLinear', constants: { x: floats, s } },
    ],
    [
      'DequantizeLinear that works on axis 1 of a tensor that has 1',
      { type: 'DequantizeLinear', constants: { x: [[3], [1, 2, 3], UINT8], s } },
    ],
    [
      'DequantizeLinear that has 3 scales for blocks of 2 of 2×2×2',
      {
        type: 'DequantizeLinear',
        attributes: { block_size: 2 },
        constants: {
          x,
          s: [
            [2, 1, 2],
            [1, 2, 3, 4],
          ],
          z: [[3], [1, 2, 3], UINT8],
        },
      },
    ],
    [
      'DequantizeLinear that has scales of 2×2×2 for blocks of -1',
      {
        type: 'DequantizeLinear',
        attributes: { block_size: -1 },
        constants: {
          x,
          s: [
            [2, 2, 2],
            [1, 2, 3, 4, 5, 6, 7, 8],
          ],
        },
      },
    ],
    [
      'QuantizeLinear that quantises to numbers that are no integers',
      {
        type: 'QuantizeLinear',
        opset: 21,
        attributes: { output_dtype: 17 },
        constants: { x: floats, s: [[], [1]] },
      },
    ],
  ])('%s', (message, each) => {
    expect(() => fold(each)).toThrow(`unsupported forms: ${message} (node)`);
  });
});
