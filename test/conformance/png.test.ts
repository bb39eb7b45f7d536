import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import type { DecodedPicture } from '../../src/image/picture.ts';
import { png } from '../fuzz/png.ts';
import { Random } from '../fuzz/random.ts';
import { decodePicture } from '../image/decode-picture.ts';
import { type PngFile, validFiles } from './png-files.ts';
import { greyAndAlpha, PngOracle, type PngPixels } from './png-oracle.ts';

const lacks = [
  ...(existsSync('/usr/include/png.h') ? [] : ['libpng-dev']),
  ...(hasCompiler() ? [] : ['gcc']),
].join(', ');

function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function opacities({ luma, alpha }: DecodedPicture): Float32Array {
  return alpha ?? new Float32Array(luma.length).fill(1);
}

function outcome(bytes: Uint8Array): DecodedPicture | WjpegError {
  try {
    return decodePicture(bytes, { maxPixels: MAX_SIDE ** 2 });
  } catch (error) {
    if (error instanceof WjpegError) return error;
    throw error;
  }
}

const ALTERED = 2000;
const SEED = 5;
/** png-pixels.c refuses larger ones. */
const MAX_SIDE = 4096;
/** What libpng overlooks and we refuse: the order of critical chunks, and damage right behind the last row. */
const STRICTER = /must be IHDR|must come once|must follow one another|is critical|invalid distance/;
/** What libpng refuses and we do not: the end of the compressed data, its Adler-32 included, once all rows are there. */
const LAXER = /Not enough image data|incorrect data check|invalid bit length|invalid code|invalid distance/;

describe.skipIf(lacks !== '')(`against libpng${lacks && ` (skipped: no ${lacks})`}`, () => {
  let oracle: PngOracle;
  beforeAll(() => {
    oracle = new PngOracle();
  });
  afterAll(() => oracle.dispose());

  function expectSame(files: readonly PngFile[]): void {
    oracle.read(files.map(({ bytes }) => bytes)).forEach((theirs, index) => {
      const { name, bytes } = files[index];
      if ('error' in theirs) throw new Error(`${name}: libpng: ${theirs.error}`);
      const ours = decodePicture(bytes);
      const { width, height, luma, warnings = [] } = ours;
      const expected = greyAndAlpha(theirs);
      expect({ width, height, warnings: warnings.length }, name).toEqual({
        width: theirs.width,
        height: theirs.height,
        // libpng counts from 0 here, so that the first index beyond the palette passes without a warning.
        warnings: name.includes('too few colours') ? 1 : theirs.warnings,
      });
      // Compared as texts: a failure would otherwise print thousands of numbers.
      expect(luma.join(), name).toBe(expected.luma.join());
      expect(opacities(ours).join(), name).toBe(expected.alpha.join());
    });
  }

  test('every colour type, bit depth, filter and interlacing, odd sizes, tRNS: to the bit', () => {
    const files = validFiles();
    console.log(`${files.length} PNGs`);
    expectSame(files);
  });

  test(`${ALTERED} altered files: read or refused as libpng does, and the same pixels`, () => {
    const random = new Random(SEED);
    const files = Array.from({ length: ALTERED }, () => png.generate(random));
    const counts = { read: 0, refused: 0 };
    oracle.read(files).forEach((theirs, index) => {
      const ours = outcome(files[index]);
      const refusal = 'error' in theirs ? theirs.error : undefined;
      if (ours instanceof WjpegError || refusal !== undefined) {
        counts.refused++;
        if (refusal === undefined) expect((ours as WjpegError).message).toMatch(STRICTER);
        else if (!(ours instanceof WjpegError)) expect(refusal).toMatch(LAXER);
        return;
      }
      counts.read++;
      const expected = greyAndAlpha(theirs as PngPixels);
      expect(ours.luma.join()).toBe(expected.luma.join());
      expect(opacities(ours).join()).toBe(expected.alpha.join());
    });
    expect(counts.read).toBeGreaterThan(ALTERED / 10);
    expect(counts.refused).toBeGreaterThan(ALTERED / 10);
  });
});
