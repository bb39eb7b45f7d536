import { decodeJpegCoefficients, jpegColourModel } from '../../src/image/decode-jpeg.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import type { LenientImage } from '../../src/jpeg/lenient/lenient-decoder.ts';
import { visitRgbRows } from '../../src/jpeg/pixels/rgb-rows.ts';
import type { OracleAnswer, OracleImage } from '../conformance/oracle.ts';
import { firstDifference, refusalOf, type Verdict } from './verdict.ts';

/** Pixels of a JPEG as djpeg writes them (rows of grey, or of red, green and blue); undefined where it gives up. */
export type Djpeg = (bytes: Uint8Array) => Uint8Array | undefined;

/**
 * What our readers of JPEGs find in a file, beside libjpeg-turbo: the same coefficients and tables, a warning where it warns, and
 * the pixels of djpeg to the bit; what the strict reader takes, which models go through, it must read alike.
 */
export function compareJpeg(bytes: Uint8Array, theirs: OracleAnswer, djpeg: Djpeg): Verdict {
  const ours = refusalOf(() => decodeJpegCoefficients(bytes, { maxPixels: Infinity }));
  if ('refusal' in ours) {
    return 'error' in theirs
      ? { kind: 'refused' }
      : { kind: 'different', what: `we say '${ours.refusal}', libjpeg reads it` };
  }
  const image = ours.value;
  if ('error' in theirs) return { kind: 'different', what: `libjpeg says '${theirs.error}', we read it` };
  const what =
    coefficientsDiffer(image, theirs) ?? strictDiffers(bytes, image) ?? pixelsDiffer(image, djpeg(bytes));
  if (what !== undefined) return { kind: 'different', what };
  return { kind: theirs.warnings > 0 ? 'warned' : 'same' };
}

function coefficientsDiffer(ours: LenientImage, theirs: OracleImage): string | undefined {
  const { width, height, components, warnings } = ours;
  if (width !== theirs.width || height !== theirs.height || components.length !== theirs.components.length) {
    const size = (image: typeof ours | OracleImage): string =>
      `${image.width}×${image.height} with ${image.components.length} components`;
    return `${size(ours)}, libjpeg has ${size(theirs)}`;
  }
  for (const [index, component] of components.entries()) {
    const other = theirs.components[index];
    for (const field of ['quantization', 'coefficients'] as const) {
      const at = firstDifference(component[field], other[field]);
      if (at !== undefined)
        return `${field} of component ${index} at ${at}: ${component[field][at]}, libjpeg has ${other[field][at]}`;
    }
  }
  if (warnings.length > 0 === theirs.warnings > 0) return undefined;
  return warnings.length > 0
    ? `we warn, libjpeg does not: ${warnings[0]}`
    : `libjpeg warns ${theirs.warnings} times, we do not`;
}

/** The strict reader may refuse what decoders let pass; what it takes it must read alike. */
function strictDiffers(bytes: Uint8Array, { components }: LenientImage): string | undefined {
  const strict = refusalOf(() =>
    decodeCoefficients(bytes, { limits: { maxSamples: Number.MAX_SAFE_INTEGER } }),
  );
  if ('refusal' in strict) return undefined;
  const index = strict.value.components.findIndex(
    ({ coefficients }, component) =>
      firstDifference(coefficients, components[component].coefficients) !== undefined,
  );
  return index < 0 ? undefined : `the strict reader has other coefficients of component ${index}`;
}

function pixelsDiffer(image: LenientImage, theirs: Uint8Array | undefined): string | undefined {
  if (theirs === undefined || image.components.length > 3) return undefined;
  const ours = pixelsOf(image);
  const at = firstDifference(ours, theirs);
  return at === undefined ? undefined : `sample ${at} of the pixels: ${ours[at]}, djpeg has ${theirs[at]}`;
}

/** As they lie in the file: djpeg turns nothing. */
function pixelsOf(image: LenientImage): Uint8Array {
  const pixels = new Uint8Array(image.width * image.height * 3);
  visitRgbRows(image, jpegColourModel(image), (rgb, y) => pixels.set(rgb, y * rgb.length));
  return image.components.length > 1 ? pixels : pixels.filter((_, at) => at % 3 === 0);
}
