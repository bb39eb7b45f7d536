import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { type DType, ELEMENT_BYTES, type Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';

const DTYPES = Object.keys(ELEMENT_BYTES) as DType[];

const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...DTYPES), fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const bytes = shape.reduce((a, b) => a * b, ELEMENT_BYTES[dtype]);
    return fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .map((data): Tensor => ({ dtype, shape, data }));
  });

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '0', '10', '2', '__proto__', 'constructor', 'a.weight', 'schöne Schicht', '\n', '"'),
);

const tensors = fc
  .uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 8 })
  .map((entries) => new Map(entries.filter(([key]) => key !== '__metadata__')));

describe('a safetensors file', () => {
  test('holds the tensors that it was written from, whatever their names', () => {
    fc.assert(
      fc.property(tensors, (map) => {
        const read = readSafetensors(writeSafetensors(map));
        expect(new Set(read.keys())).toEqual(new Set(map.keys()));
        for (const [key, value] of map) expect(read.get(key)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps the order of tensors that are not empty', () => {
    fc.assert(
      fc.property(tensors, (map) => {
        const full = new Map([...map].filter(([, { data }]) => data.length > 0));
        expect([...readSafetensors(writeSafetensors(full)).keys()]).toEqual([...full.keys()]);
      }),
    );
  });

  test('is the same bytes when written again from what was read', () => {
    fc.assert(
      fc.property(tensors, (map) => {
        const bytes = writeSafetensors(new Map([...map].filter(([, { data }]) => data.length > 0)));
        expect(writeSafetensors(readSafetensors(bytes))).toEqual(bytes);
      }),
    );
  });

  test('begins its data at a multiple of 8, blanks before it', () => {
    fc.assert(
      fc.property(tensors, (map) => {
        const bytes = writeSafetensors(map);
        const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(length % 8).toBe(0);
        const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
        expect(header).toMatch(/^\{.*\} {0,7}$/s);
      }),
    );
  });

  test('is laid out as its page says, byte by byte', () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const bytes = writeSafetensors(new Map([['a', { dtype: 'F16', shape: [2], data }]]));
    const header = '{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}';
    const padded = header.padEnd(56);
    expect(header.length).toBe(54);
    expect([...bytes]).toEqual([56, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(padded), 1, 2, 3, 4]);
  });

  test('is read without copying: the tensors are views of the file', () => {
    const file = writeSafetensors(new Map([['a', { dtype: 'U8', shape: [1], data: Uint8Array.of(7) }]]));
    const read = readSafetensors(file).get('a');
    expect(read?.data.buffer).toBe(file.buffer);
    expect(read?.data.byteOffset).toBe(file.length - 1);
  });

  test('is read from anywhere within a buffer, at odd addresses too', () => {
    const file = writeSafetensors(
      new Map([['a', { dtype: 'F64', shape: [1], data: new Uint8Array(8).fill(64) }]]),
    );
    const around = new Uint8Array(file.length + 5);
    around.set(file, 3);
    expect(readSafetensors(around.subarray(3, 3 + file.length))).toEqual(readSafetensors(file));
  });
});
