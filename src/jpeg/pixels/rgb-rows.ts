import type { CoefficientImage } from '../types.ts';
import { samplePlane } from './sample-rows.ts';
import { type RowUpsampler, rowUpsampler } from './upsample.ts';

/** What the components of a JPEG mean. */
export type ColourModel = 'grey' | 'YCbCr' | 'RGB' | 'CMYK' | 'YCCK';

/**
 * Calls `visit` with each row of a picture, from the top down: red, green and blue by turns, 3 × width bytes, overwritten
 * after the call. Pixels are those of libjpeg-turbo's default, to the bit, unless a progressive picture is incomplete: it
 * smooths between the blocks of those. CMYK is taken as Adobe writes it, inverted.
 */
export function visitRgbRows(
  image: CoefficientImage,
  model: ColourModel,
  visit: (rgb: Uint8Array, y: number) => void,
): void {
  const { width, height } = image;
  const upsamplers = componentRows(image);
  const rows = upsamplers.map(() => new Uint8Array(width));
  const rgb = new Uint8Array(3 * width);
  const convert = CONVERTERS[model];
  for (let y = 0; y < height; y++) {
    upsamplers.forEach((upsample, index) => {
      upsample(y, rows[index]);
    });
    convert(rows, rgb);
    visit(rgb, y);
  }
}

/** Full-size rows of each component; its samples are decoded whole, a byte each. */
export function componentRows(
  image: CoefficientImage,
  components: CoefficientImage['components'] = image.components,
): RowUpsampler[] {
  const largest = (sampling: 'horizontalSampling' | 'verticalSampling'): number =>
    Math.max(...image.components.map((component) => component[sampling]));
  const horizontal = largest('horizontalSampling');
  const vertical = largest('verticalSampling');
  return components.map((component) =>
    rowUpsampler(
      { width: component.width, height: component.height, samples: samplePlane(component) },
      horizontal / component.horizontalSampling,
      vertical / component.verticalSampling,
    ),
  );
}

type Converter = (rows: readonly Uint8Array[], rgb: Uint8Array) => void;

const CONVERTERS: Record<ColourModel, Converter> = {
  grey([grey], rgb) {
    for (let at = 0; at < rgb.length; at++) rgb[at] = grey[Math.floor(at / 3)];
  },
  RGB([red, green, blue], rgb) {
    for (let x = 0, at = 0; at < rgb.length; x++, at += 3) {
      rgb[at] = red[x];
      rgb[at + 1] = green[x];
      rgb[at + 2] = blue[x];
    }
  },
  YCbCr: convertYcc,
  CMYK([cyan, magenta, yellow, black], rgb) {
    for (let x = 0, at = 0; at < rgb.length; x++, at += 3) {
      rgb[at] = blackened(cyan[x], black[x]);
      rgb[at + 1] = blackened(magenta[x], black[x]);
      rgb[at + 2] = blackened(yellow[x], black[x]);
    }
  },
  YCCK(rows, rgb) {
    convertYcc(rows, rgb);
    const black = rows[3];
    for (let at = 0; at < rgb.length; at++) rgb[at] = blackened(255 - rgb[at], black[Math.floor(at / 3)]);
  },
};

/** T.871 section 7 (ITU-R BT.601, full range), in 16 fractional bits. */
function convertYcc([luma, blueChroma, redChroma]: readonly Uint8Array[], rgb: Uint8Array): void {
  for (let x = 0, at = 0; at < rgb.length; x++, at += 3) {
    const y = luma[x];
    const cb = blueChroma[x] - 128;
    const cr = redChroma[x] - 128;
    rgb[at] = clamp(y + ((91881 * cr + 32768) >> 16));
    rgb[at + 1] = clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
    rgb[at + 2] = clamp(y + ((116130 * cb + 32768) >> 16));
  }
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}

/** Both inverted: 255 is no ink. */
function blackened(ink: number, black: number): number {
  return Math.floor((ink * black) / 255 + 0.5);
}
