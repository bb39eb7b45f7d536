import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { type DType, ELEMENT_BYTES, type Tensor, toFloat32 } from '../../src/safetensors/tensor.ts';
import { expectRefusal } from '../format/refusal.ts';

function tensorOf(dtype: DType, data: ArrayBuffer): Tensor {
  return { dtype, shape: [data.byteLength / ELEMENT_BYTES[dtype]], data: new Uint8Array(data) };
}

/** One float16 or bfloat16 by its bits. */
const fromBits = (dtype: 'F16' | 'BF16', bits: number): number =>
  toFloat32(tensorOf(dtype, Uint16Array.of(bits).buffer))[0];

const toHalfBits = (value: number): number => {
  const { data } = fromFloat32(Float32Array.of(value), [1], 'F16');
  return data[0] | (data[1] << 8);
};

describe('float16 to float32', () => {
  test.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0xfbff, -65504],
    [0x0400, 2 ** -14],
    [0x03ff, 2 ** -14 - 2 ** -24],
    [0x0001, 2 ** -24],
    [0x8001, -(2 ** -24)],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
    [0x7c01, NaN],
    [0xffff, NaN],
  ])('%i is %d', (bits, value) => {
    expect(fromBits('F16', bits)).toBe(value);
  });
});

describe('float32 to float16', () => {
  test('every float16 comes back from float32 as the same bits', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = fromBits('F16', bits);
      if (Number.isNaN(value)) expect(Number.isNaN(fromBits('F16', toHalfBits(value)))).toBe(true);
      else if (toHalfBits(value) !== bits) expect(toHalfBits(value), `${value}`).toBe(bits);
    }
  });

  test('what lies between two neighbours goes to the nearer, what lies in the middle to the even one', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const low = fromBits('F16', bits);
      const high = fromBits('F16', bits + 1);
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const gap = (high - low) / 8;
      const results = [middle - gap, middle, middle + gap, -middle].map(toHalfBits);
      const expected = [bits, even, bits + 1, even | 0x8000];
      if (results.join() !== expected.join()) expect(results, `around ${middle}`).toEqual(expected);
    }
  });

  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [2 ** -25, 0x0000],
    [2 ** -25 * (1 + 2 ** -23), 0x0001],
    [2 ** -149, 0x0000],
    [-(2 ** -149), 0x8000],
    [65519.99609375, 0x7bff],
    [Infinity, 0x7c00],
    [-Infinity, 0xfc00],
    [NaN, 0x7e00],
  ])('%d is %i', (value, bits) => {
    expect(toHalfBits(value)).toBe(bits);
  });

  test.each([65520, -65520, 1e5, 3.4028234663852886e38])('%d is beyond it: TENSOR_F16_OVERFLOW', (value) => {
    expectRefusal(
      () => fromFloat32(Float32Array.of(0, value), [2], 'F16'),
      'misuse',
      'TENSOR_F16_OVERFLOW',
      /element 1/,
    );
  });
});

describe('bfloat16 to float32', () => {
  test('is the upper half of a float32, for all of them', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const expected = new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
      if (!Object.is(fromBits('BF16', bits), expected))
        expect(fromBits('BF16', bits), `${bits}`).toBe(expected);
    }
  });

  test.each([
    [0x3f80, 1],
    [0xbf80, -1],
    [0x8000, -0],
    [0x0001, 2 ** -133],
    [0x7f7f, 3.3895313892515355e38],
    [0x7f80, Infinity],
    [0xff80, -Infinity],
    [0x7fc0, NaN],
  ])('%i is %d', (bits, value) => {
    expect(fromBits('BF16', bits)).toBe(value);
  });
});

describe('the other types to float32', () => {
  test('float32 keeps every bit pattern that is a number', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        const tensor = fromFloat32(Float32Array.of(value), [1], 'F32');
        expect(tensor.data).toEqual(new Uint8Array(Float32Array.of(value).buffer));
        expect(toFloat32(tensor)[0]).toBe(Math.fround(value));
      }),
    );
  });

  test.each([
    [0.1, Math.fround(0.1)],
    [1 + 2 ** -24, 1],
    [1 + 3 * 2 ** -24, 1 + 2 ** -22],
    [2 ** -149, 2 ** -149],
    [2 ** -150, 0],
    [-(2 ** -1074), -0],
    [3.4028234663852886e38, 3.4028234663852886e38],
    [3.5e38, Infinity],
    [-1e300, -Infinity],
    [NaN, NaN],
  ])('float64 %d is rounded to %d', (value, expected) => {
    expect(toFloat32(tensorOf('F64', Float64Array.of(value).buffer))[0]).toBe(expected);
  });

  test('bytes, with and without a sign', () => {
    const { buffer } = Uint8Array.of(0, 1, 127, 128, 255);
    expect([...toFloat32(tensorOf('I8', buffer))]).toEqual([0, 1, 127, -128, -1]);
    expect([...toFloat32(tensorOf('U8', buffer))]).toEqual([0, 1, 127, 128, 255]);
  });
});
