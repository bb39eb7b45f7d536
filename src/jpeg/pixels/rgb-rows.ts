import type { CoefficientImage } from '../types.ts';
import { type ScaledSize, visitSampleRows } from './sample-rows.ts';
import { type RowUpsampler, rowUpsampler } from './upsample.ts';

/** What the components of a JPEG mean. */
export type ColourModel = 'grey' | 'YCbCr' | 'RGB' | 'CMYK' | 'YCCK';

/** The size at which samples of a picture are wanted. */
export interface SampleScale {
  /** In eighths of its own, 1…8: below 8 as `djpeg -scale`, but for rounding. */
  readonly eighths: number;
  /** Eighths that are enough for chroma, with fractions; `eighths` if absent, as djpeg has it. */
  readonly least?: number;
}

export const FULL_SIZE: SampleScale = { eighths: 8 };

/** The size of a picture that is decoded at `eighths` eighths, 1…8. */
export function scaledSize(
  { width, height }: Pick<CoefficientImage, 'width' | 'height'>,
  eighths: number,
): { width: number; height: number } {
  return { width: Math.ceil((width * eighths) / 8), height: Math.ceil((height * eighths) / 8) };
}

/**
 * Calls `visit` with each row of a picture, from the top down: red, green and blue by turns, 3 × width bytes, and the same
 * row of the first component, both overwritten after the call. Pixels are those of libjpeg-turbo's default, to the bit, unless a progressive picture is incomplete: it
 * smooths between the blocks of those. CMYK is taken as Adobe writes it, inverted.
 *
 */
export function visitRgbRows(
  image: SampledImage,
  model: ColourModel,
  visit: (rgb: Uint8Array, y: number, first: Uint8Array) => void,
  scale: SampleScale = FULL_SIZE,
): void {
  const { width, height } = scaledSize(image, scale.eighths);
  const upsamplers = image.components.map((_, index) => componentRows(image, index, scale));
  const rows = upsamplers.map(() => new Uint8Array(width));
  const clamped = new Uint8ClampedArray(3 * width);
  const rgb = new Uint8Array(clamped.buffer);
  const convert = CONVERTERS[model];
  for (let y = 0; y < height; y++) {
    upsamplers.forEach((upsample, index) => {
      upsample(y, rows[index]);
    });
    convert(rows, clamped);
    visit(rgb, y, rows[0]);
  }
}

/** A picture of which the samples may have been decoded already. */
export interface SampledImage extends CoefficientImage {
  /** Of each component, at the size that is asked for (`componentSize`), in place of coefficients. */
  readonly samples?: readonly Uint8Array[];
}

/** The samples of a component, a byte each, row-major. */
function samplesOf(image: SampledImage, index: number, size: ScaledSize): Uint8Array {
  if (image.samples) return image.samples[index];
  const samples = new Uint8Array(size.width * size.height);
  visitSampleRows(image.components[index], size, (row, y) => samples.set(row, y * size.width));
  return samples;
}

/** Rows of a component at the size of the picture; its samples are decoded whole. */
export function componentRows(image: SampledImage, index: number, scale: SampleScale): RowUpsampler {
  const size = componentSize(image, index, scale);
  const samples = samplesOf(image, index, size);
  return rowUpsampler({ ...size, samples }, size.horizontal, size.vertical, scale.eighths > 1);
}

/** What of a picture decides the sizes of its components. */
type SampledFrame = Pick<CoefficientImage, 'width' | 'height'> & {
  readonly components: readonly Pick<
    CoefficientImage['components'][number],
    'horizontalSampling' | 'verticalSampling'
  >[];
};

/**
 * The size at which a component is decoded, and how many pixels of the picture there are to a sample. As libjpeg does it, what has
 * fewer samples than the picture gets them by larger blocks, if it has fewer both ways, and fewer than are enough.
 */
export function componentSize(
  { width, height, components }: SampledFrame,
  index: number,
  { eighths, least = eighths }: SampleScale,
): ScaledSize & { readonly horizontal: number; readonly vertical: number } {
  const largest = (sampling: 'horizontalSampling' | 'verticalSampling'): number =>
    Math.max(...components.map((component) => component[sampling]));
  const { horizontalSampling, verticalSampling } = components[index];
  const ratio = (max: number, own: number, block: number): number => (max * eighths) / (own * block);
  const across = (block: number): number => ratio(largest('horizontalSampling'), horizontalSampling, block);
  const down = (block: number): number => ratio(largest('verticalSampling'), verticalSampling, block);
  const isEnough = (block: number): boolean => eighths >= least * Math.max(across(block), down(block));
  let block = eighths;
  while (block < 8 && !isEnough(block) && [across(2 * block), down(2 * block)].every(Number.isInteger)) {
    block *= 2;
  }
  const [horizontal, vertical] = [across(block), down(block)];
  return {
    width: Math.ceil((width * eighths) / (8 * horizontal)),
    height: Math.ceil((height * eighths) / (8 * vertical)),
    block,
    horizontal,
    vertical,
  };
}

type Converter = (rows: readonly Uint8Array[], rgb: Uint8ClampedArray) => void;

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
function convertYcc([luma, blueChroma, redChroma]: readonly Uint8Array[], rgb: Uint8ClampedArray): void {
  for (let x = 0, at = 0; at < rgb.length; x++, at += 3) {
    const y = luma[x];
    const cb = blueChroma[x] - 128;
    const cr = redChroma[x] - 128;
    rgb[at] = y + ((91881 * cr + 32768) >> 16);
    rgb[at + 1] = y + ((-22554 * cb - 46802 * cr + 32768) >> 16);
    rgb[at + 2] = y + ((116130 * cb + 32768) >> 16);
  }
}

/** Both inverted: 255 is no ink. */
function blackened(ink: number, black: number): number {
  return Math.floor((ink * black) / 255 + 0.5);
}
