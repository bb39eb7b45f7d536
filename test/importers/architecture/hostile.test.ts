import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WjpegError } from '../../../src/errors.ts';
import { importStateDict } from '../../../src/importers/architecture/import.ts';
import { withNamesOf } from '../../../src/importers/architecture/rename.ts';
import { parseDescription } from '../../../src/importers/architecture/text.ts';
import { architectureOf } from '../../../src/importers/architecture/zoo/index.ts';
import { OPERATOR_TYPES } from '../../../src/operators/index.ts';
import { leNetShapes, stateDict } from './tensors.ts';

/** Runs what may refuse its input: an error of ours in one line, or nothing. */
function refusesOrNot(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(WjpegError);
    expect((error as Error).message).not.toContain('\n');
  }
}

const tensors = stateDict(leNetShapes());
const number = fc.oneof(fc.nat(8), fc.integer(), fc.double());
const field = fc.oneof(
  number,
  fc.array(number, { maxLength: 4 }),
  fc.constantFrom('input', 'conv1', 'fc1', 'linear', '__proto__'),
  fc.jsonValue({ maxDepth: 2 }),
);
const NAMES = ['name', 'inputs', 'weights', 'weight', 'bias', 'kernel', 'strides', 'pads', 'groups', 'axis'];
const layer = fc.tuple(
  fc.constantFrom(...OPERATOR_TYPES),
  fc.dictionary(fc.constantFrom(...NAMES, 'axes', 'shape', 'size', 'scales', 'operand', 'epsilon'), field, {
    maxKeys: 4,
  }),
);
const shape = fc.array(fc.nat(40), { minLength: 1, maxLength: 3 });

describe('whatever a description holds, it is read or refused in one line', () => {
  it('any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => refusesOrNot(() => importStateDict(tensors, value as never))),
    );
  });

  it('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => refusesOrNot(() => parseDescription(bytes))));
  });

  it('layers of any fields', () => {
    fc.assert(
      fc.property(shape, fc.array(layer, { minLength: 1, maxLength: 4 }), (input, layers) =>
        refusesOrNot(() =>
          importStateDict(tensors, { input, layers: layers.map(([type, rest]) => ({ ...rest, type })) }),
        ),
      ),
      { numRuns: 1000 },
    );
  });

  it('a description of which fields were changed', () => {
    const { input, layers } = architectureOf('lenet5');
    fc.assert(
      fc.property(fc.nat(layers.length - 1), fc.constantFrom('type', ...NAMES), field, (at, name, value) =>
        refusesOrNot(() =>
          importStateDict(tensors, { input, layers: layers.with(at, { ...layers[at], [name]: value }) }),
        ),
      ),
      { numRuns: 500 },
    );
  });

  it('names of tensors of any kind', () => {
    const names = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', '.', '/', '_', '1', 'weight', 'module') }),
    );
    fc.assert(
      fc.property(names, (list) => {
        const odd = new Map(list.map((name, index) => [name, [...tensors.values()][index % tensors.size]]));
        refusesOrNot(() => importStateDict(odd, withNamesOf(architectureOf('lenet5'), odd)));
      }),
    );
  });

  it.each([
    [
      'more layers than a graph may have',
      {
        input: [1],
        layers: Array(10_001)
          .fill(0)
          .map(() => ({ type: 'relu' })),
      },
      'GRAPH_LIMIT',
    ],
    ['a value of more elements', { input: [2 ** 24, 2 ** 24], layers: [{ type: 'relu' }] }, 'GRAPH_LIMIT'],
    [
      'a table of more elements',
      {
        input: [1, 1, 1],
        layers: [
          { type: 'resize', size: [65536, 1], scales: [2 ** -16, 1], mode: 'linear', antialias: true },
        ],
      },
      'GRAPH_SHAPE',
    ],
    [
      'a larger map by padding',
      { input: [1, 2, 2], layers: [{ type: 'pad', pads: [0, 60000, 60000, 0, 0, 0] }] },
      'GRAPH_LIMIT',
    ],
  ])('%s is refused before memory is taken', (_, architecture, code) => {
    expect(() => importStateDict(new Map(), architecture)).toThrow(expect.objectContaining({ code }));
  });
});
