import { deflateSync } from 'node:zlib';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { decodeLeniently } from '../../src/jpeg/lenient/lenient-decoder.ts';
import { concat } from '../format/zip-builder.ts';
import { app1, exifSegment, tiffWithOrientation, withSegment } from '../image/exif-builder.ts';
import { colourJpeg, greyJpeg } from '../image/jpeg-builder.ts';
import { chunk, headerChunk, PNG_SIGNATURE } from '../image/png-builder.ts';
import { LIMITS } from './jpeg.ts';
import { lenient } from './lenient.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { png } from './png.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

const SPEC: ImageInputSpec = { kind: 'image', width: 16, height: 8, ...PICTURE_DEFAULTS };
const PICTURES = [greyJpeg(16, 8, 60, 1), colourJpeg(16, 8, 60, 2)];
const seeds = PICTURES.flatMap((picture, index) =>
  [3, 6, 8].map((orientation) => withSegment(picture, exifSegment(orientation, index === 0))),
);
const HEADER = [...'Exif\0\0'].map((letter) => letter.charCodeAt(0));

/** A TIFF header and directory with counts, offsets, types and values that lead anywhere. */
function tiff(random: Random): Uint8Array {
  const bytes = tiffWithOrientation(1 + random.below(9), random.chance(0.5));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = bytes[0] === 0x49;
  for (let changes = random.below(4); changes > 0; changes--) {
    // The directory's offset and length, an entry's tag, type, count and value.
    const at = random.pick([4, 4, 8, 10, 12, 14, 18, 22, 24, 26, 30]);
    if (random.chance(0.5)) view.setUint16(at, random.size(65_535), isLittle);
    else view.setUint32(Math.min(at, bytes.length - 4), random.size(2 ** 32 - 1), isLittle);
  }
  const changed = random.chance(0.3) ? mutateBytes(bytes, random) : bytes;
  return random.chance(0.2) ? changed.subarray(0, random.below(changed.length + 1)) : changed;
}

function generate(random: Random): Uint8Array {
  if (random.chance(0.3)) {
    const pixels = deflateSync(new Uint8Array(9 * 4).fill(0));
    return concat(
      Uint8Array.from(PNG_SIGNATURE),
      headerChunk({ width: 8, height: 4 }),
      chunk('eXIf', tiff(random)),
      chunk('IDAT', pixels),
      chunk('IEND'),
    );
  }
  const segments = Array.from({ length: 1 + random.below(2) }, () => app1([...HEADER, ...tiff(random)]));
  return segments.reduce(withSegment, random.pick(PICTURES));
}

/** Pictures with Exif, whole or damaged: it says how they are turned, and never what is in them. */
export const exif: Target = {
  seeds,
  generate,
  read(bytes) {
    if (bytes[0] === 0x89) {
      preparePicture(bytes, SPEC, { via: 'pixels', limits: LIMITS });
      return;
    }
    const { orientation, components } = decodeLeniently(bytes, { limits: LIMITS });
    if (!(Number.isInteger(orientation) && orientation >= 1 && orientation <= 8))
      throw new Error(`orientation ${orientation}`);
    const { report } = preparePicture(bytes, SPEC, { via: 'pixels', limits: LIMITS });
    if (components.length > 0 && report.orientation !== orientation)
      throw new Error(`turned by ${report.orientation}, not ${orientation}`);
  },
  memoryCap: (bytes) => Math.max(png.memoryCap(bytes), lenient.memoryCap(bytes)),
};
