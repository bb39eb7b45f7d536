import { describe, expect, test } from 'vitest';
import type { WjpegError } from '../../src/errors.ts';
import {
  asPlainSequential,
  checkScanLimits,
  decodeCoefficients,
  encodeCoefficients,
  readFrameHeader,
} from '../../src/jpeg/index.ts';
import { FIXTURES, fixture } from './fixtures.ts';
import { DQT, EOI, frame, SOI, scan, stream } from './stream-builder.ts';

describe('in plain sequential form', () => {
  const image = decodeCoefficients(fixture('grey.jpg'));

  test.each([
    ['arithmetic', fixture('grey-arithmetic.jpg')],
    ['progressive arithmetic', fixture('grey-progressive-arithmetic.jpg')],
    ['progressive', fixture('grey-progressive.jpg')],
    ['with restart intervals', encodeCoefficients(image, { restartInterval: 5 })],
    [
      'arithmetic with restart intervals',
      encodeCoefficients(image, { entropy: 'arithmetic', restartInterval: 5 }),
    ],
  ])('%s: coefficients stay', (_, stream) => {
    const plain = asPlainSequential(stream);
    expect(plain.some((byte, at) => byte === 0xff && plain[at + 1] === 0xdd)).toBe(false);
    expect(readFrameHeader(plain).process).toBe('baseline');
    expect(decodeCoefficients(plain).components).toEqual(decodeCoefficients(stream).components);
  });

  test('what has it already stays as it is', () => {
    const jpeg = encodeCoefficients(image);
    expect(asPlainSequential(jpeg)).toBe(jpeg);
  });
});

describe('the limits that count scans', () => {
  const codeOf = (bytes: Uint8Array, limits = {}): string | undefined => {
    try {
      checkScanLimits(bytes, { limits });
      return undefined;
    } catch (error) {
      return (error as WjpegError).code;
    }
  };

  test('let every picture pass that is decoded, with its number of scans and not with one less', () => {
    for (const { name } of FIXTURES) {
      const image = decodeCoefficients(fixture(name));
      for (const options of [{}, { progressive: true, restartInterval: 1 }]) {
        const jpeg = encodeCoefficients(image, options);
        let max = 1;
        while (codeOf(jpeg, { maxScans: max }) === 'JPEG_TOO_MANY_SCANS') max++;
        expect(codeOf(jpeg, { maxScans: max })).toBeUndefined();
        const decode = (maxScans: number) => () => decodeCoefficients(jpeg, { limits: { maxScans } });
        expect(decode(max)).not.toThrow();
        if (max > 1) expect(decode(max - 1)).toThrow(/more than \d+ scans/);
      }
    }
  });

  test('refuse scans that go through more than they may, to the coefficient', () => {
    const scans = (...parameters: (readonly [number, number, number])[]): Uint8Array =>
      stream(
        SOI,
        DQT,
        frame({ marker: 0xc2, width: 8192, height: 8192 }),
        ...parameters.map((each) => [...scan({ parameters: each }), 0]),
        EOI,
      );
    // 2^20 blocks of 64 coefficients are what any stream may go through.
    const whole = [
      [0, 0, 0x01],
      [1, 63, 0x00],
    ] as const;
    expect(codeOf(scans(...whole))).toBeUndefined();
    const more = scans(...whole, [0, 0, 0x10]);
    expect(() => checkScanLimits(more)).toThrow(
      expect.objectContaining({
        code: 'JPEG_EXPANSION',
        message: `JPEG scans go through more than ${2 ** 26} coefficients, the limit for ${more.length} bytes`,
        // SOS and a byte before EOI.
        offset: more.length - 2 - 1 - 10,
      }),
    );
    expect(codeOf(more, { maxExpansion: 2 ** 26 })).toBeUndefined();
  });

  test('a stream that ends in a scan is truncated', () => {
    const jpeg = fixture('grey.jpg');
    expect(codeOf(jpeg.subarray(0, -2))).toBe('JPEG_TRUNCATED');
  });
});
