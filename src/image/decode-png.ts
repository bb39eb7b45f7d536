import { type Orientation, tiffOrientation } from '../jpeg/lenient/exif-orientation.ts';
import { type Png, readPng } from '../png/decode.ts';
import type { InflateRows } from '../png/inflate-rows.ts';
import type { PngRow } from '../png/rows.ts';
import { checkPictureSize, type PictureLimits } from './limits.ts';
import { luma601 } from './luma.ts';
import { turnedPlaces, turnedSize, turnOf } from './orientation.ts';
import type { DecodedPicture } from './picture.ts';

/** Puts the grey and the opacity of a row's pixels at `at`, `at + step`, … */
type RowConverter = (row: PngRow, at: number, step: number) => void;

/**
 * Decodes a PNG of any kind to grey 0…255 and alpha, upright by the orientation in its eXIf. 16-bit samples are scaled by
 * 1/257; with `colour` to red, green and blue as well. Gamma and colour profiles are not applied, as with JPEGs.
 *
 * @param inflate as `readPng` takes it
 * @throws WjpegError `PICTURE_PNG` for a damaged file, `PICTURE_TOO_LARGE`
 * @throws NEEDS_INFLATOR
 */
export function decodePng(
  bytes: Uint8Array,
  limits?: Partial<PictureLimits>,
  colour: boolean = false,
  inflate?: InflateRows,
): DecodedPicture {
  return pngPixels(openPng(bytes, limits, inflate), colour);
}

/** A PNG of a size within the limits; `inflate` as `readPng` takes it. */
export function openPng(
  bytes: Uint8Array,
  limits: Partial<PictureLimits> | undefined,
  inflate: InflateRows | undefined,
): Png {
  return readPng(bytes, ({ width, height }) => checkPictureSize(width, height, limits), inflate);
}

/** Of its eXIf; 1 without one. */
export function orientationOf({ exif }: Png): Orientation {
  return (exif && tiffOrientation(exif)) ?? 1;
}

/** `decodePng` of a PNG that has been opened. */
export function pngPixels(png: Png, colour: boolean): DecodedPicture {
  const orientation = orientationOf(png);
  const turn = turnOf(orientation);
  const { origin, stepX, stepY } = turnedPlaces(png.header, turn);
  const pixels = png.header.width * png.header.height;
  let planes: Planes | undefined;
  let convert: RowConverter | undefined;
  png.visitRows((row) => {
    // Memory is taken only once there are image data.
    planes ??= {
      luma: new Float32Array(pixels),
      rgb: colour && hasColour(png) ? new Float32Array(3 * pixels) : null,
      alpha: hasAlpha(png) ? new Float32Array(pixels) : null,
    };
    convert ??= converterOf(png, planes);
    convert(row, origin + row.x * stepX + row.y * stepY, row.dx * stepX);
  });
  const { luma, rgb, alpha } = planes as unknown as Planes;
  return {
    format: 'png',
    ...turnedSize(png.header, turn),
    luma,
    ...(rgb && { rgb }),
    alpha: alpha?.every((opacity) => opacity === 1) ? null : alpha,
    orientation,
    warnings: png.warnings,
  };
}

interface Planes {
  readonly luma: Float32Array;
  readonly rgb: Float32Array | null;
  readonly alpha: Float32Array | null;
}

/** Grey, with or without alpha, has none. */
export function hasColour({ header: { colourType } }: Png): boolean {
  return (colourType & 2) !== 0;
}

/** Puts a pixel's colour where it belongs in the planes, if they are asked for, and its luma. */
function putColour(
  { luma, rgb }: Planes,
  at: number,
  red: number,
  green: number,
  blue: number,
  scale: number,
): void {
  luma[at] = luma601(red, green, blue) / scale;
  if (rgb === null) return;
  rgb[at] = red / scale;
  rgb[luma.length + at] = green / scale;
  rgb[2 * luma.length + at] = blue / scale;
}

export function hasAlpha({ header: { colourType }, transparency }: Png): boolean {
  return colourType >= 4 || transparency !== undefined;
}

function converterOf(png: Png, planes: Planes): RowConverter {
  switch (png.header.colourType) {
    case 0:
      return fromGrey(png, planes);
    case 2:
      return fromRgb(png, planes);
    case 3:
      return fromPalette(png, planes);
    case 4:
      return fromGreyAlpha(png, planes);
    default:
      return fromRgba(png, planes);
  }
}

/**
 * The transparent sample of each channel. Only the bits that samples have count, as libpng has it: writers leave
 * anything in the others.
 */
function transparentSamples({ header: { bitDepth }, transparency }: Png): number[] {
  const bytes = transparency ?? [];
  const mask = 2 ** bitDepth - 1;
  return Array.from(
    { length: bytes.length / 2 },
    (_, channel) => ((bytes[2 * channel] << 8) | bytes[2 * channel + 1]) & mask,
  );
}

function fromGrey(png: Png, { luma, alpha }: Planes): RowConverter {
  const max = 2 ** png.header.bitDepth - 1;
  const [transparent] = transparentSamples(png);
  return ({ samples, columns }, start, step) => {
    for (let i = 0, at = start; i < columns; i++, at += step) {
      luma[at] = (samples[i] * 255) / max;
      if (alpha !== null) alpha[at] = samples[i] === transparent ? 0 : 1;
    }
  };
}

function fromRgb(png: Png, planes: Planes): RowConverter {
  const { alpha } = planes;
  const scale = png.header.bitDepth === 16 ? 257 : 1;
  const [red, green, blue] = transparentSamples(png);
  return ({ samples, columns }, start, step) => {
    for (let i = 0, at = start; i < 3 * columns; i += 3, at += step) {
      putColour(planes, at, samples[i], samples[i + 1], samples[i + 2], scale);
      if (alpha === null) continue;
      const isTransparent = samples[i] === red && samples[i + 1] === green && samples[i + 2] === blue;
      alpha[at] = isTransparent ? 0 : 1;
    }
  };
}

/** Indices beyond the palette are black and opaque, with a warning, as libpng has it. */
function fromPalette(png: Png, { luma, rgb, alpha }: Planes): RowConverter {
  const { palette = new Uint8Array(0), transparency = new Uint8Array(0), warnings } = png;
  const lumas = new Float32Array(256);
  for (let colour = 0; colour < palette.length / 3; colour++) {
    lumas[colour] = luma601(palette[3 * colour], palette[3 * colour + 1], palette[3 * colour + 2]);
  }
  const opacities = Float32Array.from({ length: 256 }, (_, colour) => (transparency[colour] ?? 255) / 255);
  let isWarned = false;
  return ({ samples, columns }, start, step) => {
    for (let i = 0, at = start; i < columns; i++, at += step) {
      const index = samples[i];
      luma[at] = lumas[index];
      if (rgb !== null) {
        for (let channel = 0; channel < 3; channel++)
          rgb[channel * luma.length + at] = palette[3 * index + channel] ?? 0;
      }
      if (alpha !== null) alpha[at] = opacities[index];
      if (3 * index < palette.length || isWarned) continue;
      isWarned = true;
      warnings.push(`PNG has palette index ${index}, but only ${palette.length / 3} colours; it is black`);
    }
  };
}

function fromGreyAlpha(png: Png, { luma, alpha }: Planes): RowConverter {
  const scale = png.header.bitDepth === 16 ? 257 : 1;
  return ({ samples, columns }, start, step) => {
    for (let i = 0, at = start; i < 2 * columns; i += 2, at += step) {
      luma[at] = samples[i] / scale;
      if (alpha !== null) alpha[at] = samples[i + 1] / scale / 255;
    }
  };
}

function fromRgba(png: Png, planes: Planes): RowConverter {
  const { alpha } = planes;
  const scale = png.header.bitDepth === 16 ? 257 : 1;
  return ({ samples, columns }, start, step) => {
    for (let i = 0, at = start; i < 4 * columns; i += 4, at += step) {
      putColour(planes, at, samples[i], samples[i + 1], samples[i + 2], scale);
      if (alpha !== null) alpha[at] = samples[i + 3] / scale / 255;
    }
  };
}
