import { describe, expect, test } from 'vitest';
import type { WjpegError } from '../../src/errors.ts';
import {
  checkScanLimits,
  decodeCoefficients,
  encodeCoefficients,
  readFrameHeader,
  withoutArithmetic,
} from '../../src/jpeg/index.ts';
import { FIXTURES, fixture } from './fixtures.ts';
import { DQT, EOI, frame, SOI, scan, stream } from './stream-builder.ts';

describe('without arithmetic coding', () => {
  test.each(['grey-arithmetic.jpg', 'grey-progressive-arithmetic.jpg'])('%s: coefficients stay', (name) => {
    const recoded = withoutArithmetic(fixture(name));
    expect(readFrameHeader(recoded).process).toBe('baseline');
    expect(decodeCoefficients(recoded).components).toEqual(decodeCoefficients(fixture(name)).components);
  });

  test('what has Huffman codes stays as it is', () => {
    for (const progressive of [false, true]) {
      const jpeg = encodeCoefficients(decodeCoefficients(fixture('grey.jpg')), { progressive });
      expect(withoutArithmetic(jpeg)).toBe(jpeg);
    }
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
        let most = 1;
        while (codeOf(jpeg, { maxScans: most }) === 'JPEG_TOO_MANY_SCANS') most++;
        expect(codeOf(jpeg, { maxScans: most })).toBeUndefined();
        const decode = (maxScans: number) => () => decodeCoefficients(jpeg, { limits: { maxScans } });
        expect(decode(most)).not.toThrow();
        if (most > 1) expect(decode(most - 1)).toThrow(/more than \d+ scans/);
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
