import type { DecodedPicture } from '../../src/image/picture.ts';
import { preparePixels } from '../../src/image/prepare-pixels.ts';
import type { PreparedValues } from '../../src/image/prepared.ts';
import { INPUTS, type PictureKind } from './settings.ts';

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
  if ((drawn ? strokes : photos).report.blank) return undefined;
  const samples = { strokes: samplesOf(strokes), photos: samplesOf(photos) };
  return { drawn, samples, thumbnail: thumbnail(samples, drawn ? 'strokes' : 'photos') };
}

/** A picture as a network of that kind takes it. */
export function prepare(picture: DecodedPicture, kind: PictureKind): PreparedValues {
  return preparePixels(picture, INPUTS[kind], {});
}

/** Drawings alone make a network of strokes; one photograph among them, and it looks at colours. */
export function kindOf(pictures: readonly Collected[]): PictureKind {
  return pictures.every(({ drawn }) => drawn) ? 'strokes' : 'photos';
}

function samplesOf({ values }: PreparedValues): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
}

function thumbnail(samples: Collected['samples'], kind: PictureKind): HTMLCanvasElement {
  const { width, height, channels } = INPUTS[kind];
  const area = width * height;
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let part = 0; part < 3; part++)
      image.data[4 * pixel + part] = samples[kind][(channels === 3 ? part * area : 0) + pixel];
    image.data[4 * pixel + 3] = 255;
  }
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
