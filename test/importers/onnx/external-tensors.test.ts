import { describe, expect, it } from 'vitest';
import { Budget } from '../../../src/importers/onnx/budget.ts';
import { type ExternalData, readExternal } from '../../../src/importers/onnx/external-data.ts';
import { decodeTensor } from '../../../src/importers/onnx/schema.ts';
import { encode } from './graph-model.ts';

const file: ExternalData = (_, offset, length) => Uint8Array.from({ length }, (_byte, at) => offset + at);

/** What is read of a tensor of 8 bytes with these entries, or as many as are named. */
function read(
  entries: Readonly<Record<string, string>>,
  { bytes = 8, externalData = file, budget = new Budget() } = {},
): number[] {
  const externalDataEntries = Object.entries(entries).map(([key, value]) => ({ key, value }));
  const message = { name: 'w', externalData: externalDataEntries };
  const tensor = decodeTensor(encode('TensorProto', message));
  return [...readExternal(tensor, bytes, { externalData, budget })];
}

describe('weights in a file beside the model', () => {
  it('lie at an offset, or at its beginning', () => {
    expect(read({ location: 'w.bin', offset: '16', length: '8' })).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
    expect(read({ location: 'w.bin', offset: '16' })).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
    expect(read({ location: 'w.bin' })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(read({ location: 'weights/part 1/w.bin', length: '8' })).toHaveLength(8);
  });

  it('are no more than the tensor has', () => {
    expect(read({ location: 'w' }, { externalData: () => new Uint8Array(20) })).toHaveLength(8);
  });

  it('allow for more numbers, as the model does', () => {
    const budget = new Budget();
    read({ location: 'w' }, { budget });
    budget.take(2 ** 22 + 64, 'one');
    expect(() => budget.take(1, 'another')).toThrow('another makes 1 numbers');
  });
});

describe('refused, and named', () => {
  it.each<[message: string, entries: Readonly<Record<string, string>>]>([
    ["lies at offset 0, length 9 of 'w', expected a length of 8", { location: 'w', length: '9' }],
    ["lies at offset -1, length 8 of 'w', expected a length of 8", { location: 'w', offset: '-1' }],
    ["lies at offset 0.5, length 8 of 'w', expected a length of 8", { location: 'w', offset: '0.5' }],
    ["lies at offset x, length 8 of 'w', expected a length of 8", { location: 'w', offset: 'x' }],
    ["lies in '', expected a relative path inside of the model's folder", {}],
    ["lies in 'c:w', expected a relative path inside of the model's folder", { location: 'c:w' }],
  ])('%s', (message, entries) => {
    expect(() => read(entries)).toThrow(
      expect.objectContaining({
        code: 'ONNX_TENSOR',
        kind: 'corrupt',
        message: expect.stringContaining(`tensor 'w' ${message}`),
      }),
    );
  });

  it('more than a gibibyte, before anything is read', () => {
    const externalData: ExternalData = () => {
      throw new Error('was read');
    };
    expect(() => read({ location: 'w' }, { bytes: 2 ** 30 + 1, externalData })).toThrow(
      "tensor 'w' declares 1073741825 bytes, expected at most 1073741824",
    );
    expect(() => read({ location: 'w' }, { bytes: 2 ** 30, externalData })).toThrow('was read');
  });

  it('a file that was not given', () => {
    const tensor = decodeTensor(
      encode('TensorProto', { name: 'w', externalData: [{ key: 'location', value: 'a' }] }),
    );
    expect(() => readExternal(tensor, 8, { budget: new Budget() })).toThrow(
      "tensor 'w' lies in the file 'a' beside the model, which was not given: give it (externalData), or save the model with " +
        'its weights inside (onnx.save)',
    );
  });
});
