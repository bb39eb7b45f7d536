import type { DecodedPicture } from '../../src/image/picture.ts';
import { preparePixels } from '../../src/image/prepare-pixels.ts';
import type { PreparedValues } from '../../src/image/prepared.ts';
import { pixelsOf } from '../input.ts';
import { INPUTS, type PictureKind } from './settings.ts';

/** Longer side of what is kept of photographs, in pixels: networks here look at 32. */
export const SIDE = 256;

/** A picture that was collected, as networks of either kind take it. */
export interface Collected {
  /** Whether it was drawn on the pad. */
  readonly drawn: boolean;
  /** By kind: channels × height × width samples 0…255. */
  readonly samples: Readonly<Record<PictureKind, Uint8Array>>;
  readonly thumbnail: HTMLCanvasElement;
}

/** @returns undefined for a picture with nothing in it */
export function collect(picture: DecodedPicture, drawn: boolean): Collected | undefined {
  const strokes = prepare(picture, 'strokes');
  const photos = prepare(picture, 'photos');
  const own = drawn ? strokes : photos;
  if (own.report.blank) return undefined;
  const samples = { strokes: samplesOf(strokes), photos: samplesOf(photos) };
  return { drawn, samples, thumbnail: thumbnail(own, drawn ? 'strokes' : 'photos') };
}

/** A picture as the trainer takes it for a network of that kind. */
function prepare(picture: DecodedPicture, kind: PictureKind): PreparedValues {
  return preparePixels(picture, INPUTS[kind], {});
}

/** Drawings alone make a network of strokes; one photograph among them, and it looks at colours. */
export function kindOf(pictures: readonly Collected[]): PictureKind {
  return pictures.every(({ drawn }) => drawn) ? 'strokes' : 'photos';
}

function samplesOf({ values }: PreparedValues): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
}

function thumbnail({ values }: PreparedValues, kind: PictureKind): HTMLCanvasElement {
  const spec = INPUTS[kind];
  const canvas = document.createElement('canvas');
  canvas.width = spec.width;
  canvas.height = spec.height;
  canvas.getContext('2d')?.putImageData(pixelsOf(values, spec), 0, 0);
  return canvas;
}
