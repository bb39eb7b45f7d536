import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { decodeLeniently, type LenientImage } from '../../src/jpeg/lenient/lenient-decoder.ts';
import type { CoefficientImage } from '../../src/jpeg/types.ts';
import { declaredSamples, jpeg, LIMITS } from './jpeg.ts';
import type { Target } from './target.ts';

const SPEC: ImageInputSpec = { kind: 'image', width: 28, height: 28, ...PICTURE_DEFAULTS };
const TILE = { width: 28, height: 28, x: 2, y: 2, blocksPerRow: 4, blocksPerColumn: 4 };

/** JPEGs as pictures: what is damaged is read as far as it goes. What the strict reader takes, both must read alike. */
export const lenient: Target = {
  seeds: jpeg.seeds,
  generate: jpeg.generate,
  read(bytes, variant) {
    const limits = variant % 1001 === 0 ? {} : LIMITS;
    const image = decodeLeniently(bytes, { limits });
    for (const warning of image.warnings) {
      if (!/^JPEG [^\n\r]{1,300}$/.test(warning)) throw new Error(`not a line: ${JSON.stringify(warning)}`);
    }
    if (variant % 4 === 1) preparePicture(bytes, SPEC, { tile: TILE, limits });
    else if (variant % 4 === 3) preparePicture(bytes, SPEC, { via: 'pixels', limits });
    else compareWithStrict(bytes, image, limits);
  },
  // Two bytes a sample, twice (a picture is decoded again to be prepared), then its planes, a byte a sample, and its
  // luma, 4 bytes a pixel; looking for ink takes half a megabyte and as much again. Tables and statistics of scans, which are dropped one after
  // another: 200 bytes a byte of file.
  memoryCap: (bytes) => 2 ** 20 + 300 * bytes.length + 24 * declaredSamples(bytes),
};

function compareWithStrict(bytes: Uint8Array, image: LenientImage, limits: object): void {
  let strict: CoefficientImage;
  try {
    strict = decodeCoefficients(bytes, { limits });
  } catch {
    return;
  }
  const { warnings } = image;
  // Tables that libjpeg refuses end the picture, even if no code of theirs is used.
  if (warnings.some((warning) => warning.includes('left out'))) return;
  // Whole bytes of 1-bits are padding for the strict reader, and a colour transform means nothing to it.
  const unexpected = warnings.filter((warning) => !/extraneous bytes|colour transform/.test(warning));
  if (unexpected.length > 0) {
    throw new Error(`the strict reader takes what has warnings: ${unexpected.join('; ')}`);
  }
  strict.components.forEach(({ coefficients, quantization }, index) => {
    const other = image.components[index];
    const isSame = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
      for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
      return a.length === b.length;
    };
    if (!isSame(coefficients, other.coefficients) || !isSame(quantization, other.quantization)) {
      throw new Error(`the strict reader finds other coefficients in component ${index}`);
    }
  });
}
