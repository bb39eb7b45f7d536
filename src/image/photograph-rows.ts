import type { ImageInputSpec } from '../format/manifest.ts';
import type { LenientImage } from '../jpeg/lenient/lenient-decoder.ts';
import { type SampleScale, scaledSize, visitRgbRows } from '../jpeg/pixels/rgb-rows.ts';
import type { Png } from '../png/decode.ts';
import { jpegColourModel, reductionOf, visitLumaRows } from './decode-jpeg.ts';
import { hasAlpha, hasColour, orientationOf } from './decode-png.ts';
import { turnedSize, turnOf } from './orientation.ts';
import { Photograph } from './photograph.ts';
import type { PreparedValues, PreparePictureOptions } from './prepared.ts';

/** A JPEG made ready for a network in colour row by row. */
export function photographOfJpeg(
  image: LenientImage,
  scale: SampleScale,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): PreparedValues {
  const model = jpegColourModel(image);
  const turn = turnOf(image.orientation);
  const isGrey = model === 'grey';
  const photograph = new Photograph(
    {
      format: 'jpeg',
      ...turnedSize(scaledSize(image, scale.eighths), turn),
      ...(scale.eighths < 8 && { reduction: reductionOf(image, turn, scale.eighths) }),
      channels: isGrey ? 1 : 3,
      turn,
      orientation: image.orientation,
    },
    spec,
    options,
  );
  if (isGrey) visitLumaRows(image, scale, (row, y) => photograph.add(row, y));
  else if (model === 'YCbCr')
    visitRgbRows(image, model, (rgb, y, luma) => photograph.add(rgb, y, luma), scale);
  else visitRgbRows(image, model, (rgb, y) => photograph.add(rgb, y), scale);
  return photograph.prepared(image.warnings);
}

/** Whether the rows of a PNG are pixels, from the top down, opaque and of 8 bits per sample. */
export function isPlainPng(png: Png): boolean {
  const { bitDepth, colourType, interlaced } = png.header;
  return bitDepth === 8 && colourType !== 3 && !interlaced && !hasAlpha(png);
}

/** A plain PNG made ready for a network in colour row by row. */
export function photographOfPng(
  png: Png,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): PreparedValues {
  const orientation = orientationOf(png);
  const turn = turnOf(orientation);
  const picture = {
    format: 'png',
    ...turnedSize(png.header, turn),
    channels: hasColour(png) ? 3 : 1,
    turn,
    orientation,
  } as const;
  // Memory is taken only once there are image data.
  let photograph: Photograph | undefined;
  png.visitRows(({ samples, y }) => {
    photograph ??= new Photograph(picture, spec, options);
    photograph.add(samples as Uint8Array, y);
  });
  return (photograph as unknown as Photograph).prepared(png.warnings);
}
