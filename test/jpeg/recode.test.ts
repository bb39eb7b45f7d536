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

  test('refuse scans that go through too much, as the decoder does', () => {
    const scans = (count: number) =>
      stream(
        SOI,
        DQT,
        frame({ marker: 0xc2, width: 8192, height: 8192 }),
        ...new Array(count).fill([...scan({ parameters: [1, 63, 0] }), 0]),
        EOI,
      );
    expect(codeOf(scans(1))).toBeUndefined();
    expect(codeOf(scans(2))).toBe('JPEG_EXPANSION');
  });

  test('a stream that ends in a scan is truncated', () => {
    const jpeg = fixture('grey.jpg');
    expect(codeOf(jpeg.subarray(0, -2))).toBe('JPEG_TRUNCATED');
  });
});
