import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { ArithmeticReader } from '../../src/jpeg/entropy/arithmetic/reader.ts';
import { encodeCoefficients } from '../../src/jpeg/index.ts';
import { ALL_CODINGS } from '../../src/jpeg/scans/all-codings.ts';
import type { Codings } from '../../src/jpeg/scans/codings.ts';
import { arithmeticDecoder } from '../../src/jpeg/scans/decode/arithmetic-coding.ts';
import { visitBlockRows } from '../../src/jpeg/scans/decode/block-rows.ts';
import { mulberry32 } from '../../src/random.ts';
import { anyImage } from './any-image.ts';

/** The decoder that knows of errors, for all scans. */
const EXACT: Codings = {
  ...ALL_CODINGS,
  arithmetic: {
    arithmeticDecoder: (parser, scan, progressive) =>
      arithmeticDecoder(parser, scan, progressive, new ArithmeticReader(parser.bytes)),
  },
};

interface Outcome {
  /** Coefficients of each row, and which of its blocks are known to be empty. */
  readonly rows: readonly (readonly number[])[];
  readonly error?: { readonly code: string; readonly message: string; readonly place: unknown };
}

function decode(jpeg: Uint8Array, codings: Codings): Outcome {
  const rows: number[][] = [];
  try {
    visitBlockRows(jpeg, codings, (_, coefficients, filled) => rows.push([...coefficients, ...filled]));
  } catch (error) {
    if (!(error instanceof WjpegError)) throw error;
    const { code, message, place } = error as WjpegError & { place?: unknown };
    return { rows, error: { code, message, place } };
  }
  return { rows };
}

const anyGreyJpeg = fc
  .tuple(anyImage, fc.constantFrom(0, 1, 7), fc.nat(15), fc.nat(15), fc.integer({ min: 1, max: 63 }))
  .map(([image, restartInterval, a, b, acThreshold]) => {
    const [component] = image.components;
    const grey = { ...component, horizontalSampling: 1, verticalSampling: 1 };
    const blocks = Math.ceil(image.width / 8) * Math.ceil(image.height / 8) * 64;
    const coefficients = Int16Array.from({ length: blocks }, (_, i) => component.coefficients[i] ?? 0);
    const conditioning = { dcLower: Math.min(a, b), dcUpper: Math.max(a, b), acThreshold };
    return encodeCoefficients(
      { ...image, components: [{ ...grey, coefficients }], adobeTransform: undefined },
      { entropy: 'arithmetic', conditioning, ...(restartInterval > 0 && { restartInterval }) },
    );
  });

test('a sound scan is decoded as by the decoder that knows of errors', () => {
  fc.assert(
    fc.property(anyGreyJpeg, (jpeg) => {
      const outcome = decode(jpeg, ALL_CODINGS);
      expect(outcome.error).toBeUndefined();
      expect(outcome).toEqual(decode(jpeg, EXACT));
    }),
  );
});

test('a damaged one, too: the same rows, then the same error', () => {
  const codes = new Set<string | undefined>();
  fc.assert(
    fc.property(anyGreyJpeg, fc.nat(), (jpeg, seed) => {
      const random = mulberry32(seed);
      const altered = random() < 0.3 ? jpeg.slice(0, Math.floor(jpeg.length * random())) : jpeg.slice();
      for (let change = random() * 4; change > 0; change--) {
        // Most of it behind the headers.
        altered[Math.floor(altered.length * (1 - random() ** 2))] = random() < 0.3 ? 0xff : random() * 256;
      }
      const outcome = decode(altered, ALL_CODINGS);
      codes.add(outcome.error?.code);
      expect(outcome).toEqual(decode(altered, EXACT));
    }),
    { numRuns: 2000 },
  );
  for (const code of [
    undefined,
    'JPEG_TRUNCATED',
    'JPEG_EXTRA_DATA',
    'JPEG_COEFFICIENT_RANGE',
    'JPEG_ZERO_RUN',
  ]) {
    expect(codes).toContain(code);
  }
});

it('reads one picture while another is being read', () => {
  const jpegs = fc.sample(anyGreyJpeg, { numRuns: 2, seed: 3 });
  const [first, second] = jpegs.map((jpeg) => decode(jpeg, EXACT));
  const rows: number[][] = [];
  visitBlockRows(jpegs[0], ALL_CODINGS, (_, coefficients, filled) => {
    rows.push([...coefficients, ...filled]);
    expect(decode(jpegs[1], ALL_CODINGS)).toEqual(second);
  });
  expect(rows).toEqual(first.rows);
});
