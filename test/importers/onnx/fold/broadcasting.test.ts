import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../../src/importers/onnx/index.ts';
import { model } from '../one-node.ts';
import { FLOAT, type Fold, fold, INT32 } from './folded.ts';

const count = (length: number) => Array.from({ length }, (_, at) => at + 1);

describe('constants are repeated along axes of 1 element', () => {
  it.each<
    [what: string, constants: NonNullable<Fold['constants']>, shape: readonly number[], values: number[]]
  >([
    [
      'a column and a row',
      {
        a: [
          [2, 1],
          [10, 20],
        ],
        b: [[3], count(3)],
      },
      [2, 3],
      [11, 12, 13, 21, 22, 23],
    ],
    ['a number', { a: [[], [10]], b: [[2, 1, 2], count(4)] }, [2, 1, 2], [11, 12, 13, 14]],
    [
      'an axis in the middle',
      {
        a: [
          [2, 1, 2],
          [10, 20, 30, 40],
        ],
        b: [
          [1, 2, 1],
          [1, 2],
        ],
      },
      [2, 2, 2],
      [11, 21, 12, 22, 31, 41, 32, 42],
    ],
    ['an axis of no elements', { a: [[0, 2], []], b: [[2], [1, 2]] }, [0, 2], []],
  ])('%s', (_, constants, shape, values) => {
    expect(fold({ type: 'Add', constants })).toEqual({ shape, values, type: FLOAT });
    const turned = { type: 'Add', constants, takes: ['b', 'a'] };
    expect(fold(turned)).toEqual({ shape, values, type: FLOAT });
  });
});

describe('what is folded', () => {
  it('a Dropout that drops nothing', () => {
    const constants = { a: [[2], [1, 2], INT32] } as const;
    expect(fold({ type: 'Dropout', constants })).toEqual({ shape: [2], values: [1, 2], type: INT32 });
    const training = { r: [[], [0.5]], t: [[], [1], 9] } as const;
    expect(() => fold({ type: 'Dropout', constants: { ...constants, ...training } })).toThrow(
      'unsupported forms: Dropout that ',
    );
  });

  it('not activations, which are computed on values only', () => {
    expect(() => fold({ type: 'Relu', constants: { a: [[2], [1, 2]] } })).toThrow(
      'unsupported forms: Relu that takes a constant as input 0 (node)',
    );
  });

  it('not what takes a value that the network computes', () => {
    const each = (type: string) => {
      const takes = type === 'Where' ? ['c', 'x', 'c'] : ['x'];
      return model({ type, inputs: { x: [1, 2] }, values: [], constants: { c: [[2], [0, 1], 9] }, takes });
    };
    for (const type of ['Where', 'NonZero', 'Not']) {
      expect(() => importOnnx(each(type))).toThrow(
        `unsupported forms: ${type} that depends on the network's input (node)`,
      );
    }
  });
});
