import { describe, expect, it } from 'vitest';
import { Budget } from '../../../src/importers/onnx/budget.ts';
import { decodeTensor } from '../../../src/importers/onnx/schema.ts';
import { DATA_TYPES, integerRange, readTensor, typeName } from '../../../src/importers/onnx/tensors.ts';
import { encode, type Message } from './graph-model.ts';

/** A tensor as a file has it. */
function read(message: Message, budget = new Budget()) {
  const { values, ...rest } = readTensor(decodeTensor(encode('TensorProto', { name: 'w', ...message })), {
    budget,
  });
  return { ...rest, values: [...values] };
}
/** Bytes from the lowest on, as `raw_data` has them. */
const raw = (...bytes: number[]) => Uint8Array.from(bytes);

describe('numbers in raw bytes', () => {
  it.each<[type: keyof typeof DATA_TYPES, bytes: readonly number[], expected: readonly number[]]>([
    ['float', [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1], [1, -10]],
    ['float16', [0, 0x3c, 0x00, 0xc9], [1, -10]],
    ['bfloat16', [0x80, 0x3f, 0x20, 0xc1], [1, -10]],
    ['double', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0x24, 0xc0], [1, -10]],
    ['uint8', [1, 0xff], [1, 255]],
    ['int8', [1, 0xff], [1, -1]],
    ['uint16', [1, 2, 0xff, 0xff], [0x201, 65535]],
    ['int16', [1, 2, 0xff, 0xff], [0x201, -1]],
    ['uint32', [1, 0, 2, 1, 0xff, 0xff, 0xff, 0xff], [0x1020001, 2 ** 32 - 1]],
    ['int32', [1, 0, 2, 1, 0xff, 0xff, 0xff, 0xff], [0x1020001, -1]],
    ['uint64', [1, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0], [2 ** 24 + 1, 2 ** 32 + 2]],
    ['int64', [1, 0, 0, 1, 0, 0, 0, 0, ...Array(8).fill(0xff)], [2 ** 24 + 1, -1]],
    ['bool', [0, 1], [0, 1]],
    ['uint4', [0x8f], [15, 8]],
    ['int4', [0x8f], [-1, -8]],
  ])('of %s', (type, bytes, values) => {
    const dataType = DATA_TYPES[type];
    expect(read({ dims: [2n], dataType, rawData: raw(...bytes) })).toEqual({
      shape: [2],
      values,
      type: dataType,
    });
  });

  it('of four bits, the last byte half full', () => {
    const expected = { shape: [3], values: [1, 2, 3], type: DATA_TYPES.uint4 };
    expect(read({ dims: [3n], dataType: DATA_TYPES.uint4, rawData: raw(0x21, 0xf3) })).toEqual(expected);
  });
});

describe('numbers in lists', () => {
  it.each<[type: keyof typeof DATA_TYPES, list: Message, expected: readonly number[]]>([
    ['float', { floatData: [0.5, -2] }, [0.5, -2]],
    ['double', { doubleData: [2 ** 24 + 1, -2] }, [2 ** 24 + 1, -2]],
    ['int32', { int32Data: [2 ** 24 + 1, -2] }, [2 ** 24 + 1, -2]],
    ['uint8', { int32Data: [255, 2] }, [255, 2]],
    ['int64', { int64Data: [2n ** 40n, -2n] }, [2 ** 40, -2]],
    ['uint64', { uint64Data: [2n ** 40n, 2n] }, [2 ** 40, 2]],
    ['uint32', { uint64Data: [2n ** 32n - 1n, 2n] }, [2 ** 32 - 1, 2]],
    ['float16', { int32Data: [0x3c00, 0xc900] }, [1, -10]],
    ['bfloat16', { int32Data: [0x3f80, 0xc120] }, [1, -10]],
    ['bool', { int32Data: [0, 1] }, [0, 1]],
    ['uint4', { int32Data: [0x8f] }, [15, 8]],
  ])('of %s', (type, list, values) => {
    const dataType = DATA_TYPES[type];
    expect(read({ dims: [2n, 1n], dataType, ...list })).toEqual({ shape: [2, 1], values, type: dataType });
  });

  it('none, for no elements, and one, for no axes', () => {
    expect(read({ dims: [0n, 3n], dataType: 1 })).toEqual({ shape: [0, 3], values: [], type: 1 });
    expect(read({ dims: [], dataType: 1, floatData: [7] })).toEqual({ shape: [], values: [7], type: 1 });
    expect(read({ dims: Array(32).fill(1n), dataType: 1, floatData: [7] }).values).toEqual([7]);
  });
});

describe('refused, and named', () => {
  it.each<[message: string, tensor: Message]>([
    ['declares 3 elements, 2 are in the file', { dims: [3n], dataType: 1, rawData: new Uint8Array(9) }],
    ['declares 3×2 elements, 5 are in the file', { dims: [3n, 2n], dataType: 1, floatData: [1, 2, 3, 4, 5] }],
    ['declares -1×-1 elements, 1 are in the file', { dims: [-1n, -1n], dataType: 1, floatData: [7] }],
    ['declares 2 elements, 0 are in the file', { dims: [2n], dataType: 1 }],
    ['has 13 bytes for 3 elements, expected 12', { dims: [3n], dataType: 1, rawData: new Uint8Array(13) }],
    ['declares 5 elements, 4 are in the file', { dims: [5n], dataType: 22, rawData: raw(1, 2) }],
    [
      'has element type complex64, expected float, float16, bfloat16, double or an integer',
      { dims: [1n], dataType: 14, floatData: [1, 2] },
    ],
    ['has element type string, expected float', { dims: [1n], dataType: 8 }],
    ['has element type float8e4m3fn, expected float', { dims: [1n], dataType: 17 }],
    ['has element type number 99, expected float', { dims: [1n], dataType: 99 }],
    ['has 33 axes, expected at most 32', { dims: Array(33).fill(1n), dataType: 1, floatData: [7] }],
  ])('%s', (message, tensor) => {
    expect(() => read(tensor)).toThrow(
      expect.objectContaining({
        code: 'ONNX_TENSOR',
        kind: 'corrupt',
        message: expect.stringContaining(`tensor 'w' ${message}`),
      }),
    );
  });

  it.each<[where: string, tensor: Message]>([
    ['raw bytes', { dataType: DATA_TYPES.bool, rawData: new Uint8Array(1000) }],
    ['a list', { dataType: DATA_TYPES.bool, int32Data: new Array(1000).fill(1) }],
  ])('more numbers in %s than the model may make', (_, tensor) => {
    const budget = new Budget();
    budget.take(2 ** 22 - 999, 'the others');
    expect(() => read({ dims: [1000n], ...tensor }, budget)).toThrow("tensor 'w' makes 1000 numbers");
  });
});

describe('types', () => {
  it('have ranges where they are integers', () => {
    const range = (type: keyof typeof DATA_TYPES) => integerRange(DATA_TYPES[type]);
    expect(range('uint8')).toEqual([0, 255]);
    expect(range('int8')).toEqual([-128, 127]);
    expect(range('int16')).toEqual([-32768, 32767]);
    expect(range('uint4')).toEqual([0, 15]);
    expect(range('int4')).toEqual([-8, 7]);
    expect(range('float')).toBeUndefined();
    expect(range('bool')).toBeUndefined();
    expect(integerRange(99)).toBeUndefined();
    expect(typeName(23)).toBe('float4e2m1');
  });
});
