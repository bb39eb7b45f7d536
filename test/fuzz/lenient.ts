import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { decodeLeniently, type LenientImage } from '../../src/jpeg/lenient/lenient-decoder.ts';
import type { CoefficientImage } from '../../src/jpeg/types.ts';
import { colourJpeg } from '../image/jpeg-builder.ts';
import { declaredSamples, jpeg, LIMITS, mutateStream } from './jpeg.ts';
import type { Target } from './target.ts';

const SPEC: ImageInputSpec = { kind: 'image', width: 28, height: 28, ...PICTURE_DEFAULTS };
const TILE = { width: 28, height: 28, x: 2, y: 2, blocksPerRow: 4, blocksPerColumn: 4 };

/** Pictures of whole patches, in colour. */
const COLOURS = (
  [
    [1, 1],
    [2, 1],
    [1, 2],
    [2, 2],
    [4, 1],
  ] as const
).map((chroma, seed) => colourJpeg(32, 16, 60, seed, chroma));

/** JPEGs as pictures: what is damaged is read as far as it goes. What the strict reader takes, both must read alike. */
export const lenient: Target = {
  seeds: [...jpeg.seeds, ...COLOURS],
  generate: (random) =>
    random.chance(0.2) ? mutateStream(random.pick(COLOURS), random) : jpeg.generate(random),
  read(bytes, variant) {
    const limits = variant % 1001 === 0 ? {} : LIMITS;
    const image = decodeLeniently(bytes, { limits });
    for (const warning of image.warnings) {
      if (!/^JPEG [^\n\r]{1,300}$/.test(warning)) throw new Error(`not a line: ${JSON.stringify(warning)}`);
    }
    if (variant % 8 === 5) enterByPatches(bytes, image, limits);
    else if (variant % 4 === 1) preparePicture(bytes, SPEC, { tile: TILE, limits });
    else if (variant % 4 === 3) preparePicture(bytes, SPEC, { via: 'pixels', limits });
    else compareWithStrict(bytes, image, limits);
  },
  // Two bytes a sample, twice (a picture is decoded again to be prepared), then its planes, a byte a sample, and its
  // luma, 4 bytes a pixel; looking for ink takes half a megabyte and as much again. Tables and statistics of scans, which are dropped one after
  // another: 200 bytes a byte of file.
  memoryCap: (bytes) => 2 ** 20 + 300 * bytes.length + 24 * declaredSamples(bytes),
};

/** As a network of patches takes it that is made for its size. */
function enterByPatches(bytes: Uint8Array, image: LenientImage, limits: object): void {
  const [width, height] = [image.width, image.height].map((side) => Math.min(64, 8 * Math.ceil(side / 8)));
  const size = image.orientation > 4 ? { width: height, height: width } : { width, height };
  const spec: ImageInputSpec = { kind: 'image', ...size, ...PICTURE_DEFAULTS, channels: 3 };
  const prepared = preparePicture(bytes, spec, { patch: { patchWidth: 8, patchHeight: 8 }, limits });
  const values = prepared.kind === 'coefficients' ? prepared.coefficients : prepared.values;
  if (!values.every(Number.isFinite)) throw new Error('values that are no numbers');
}

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
