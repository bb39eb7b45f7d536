import { encodePng, type PngPicture } from '../png/encode.ts';

/** Bytes as a `data:` URI, so that a page needs no host. */
export function dataUri(type: 'image/jpeg' | 'image/png', bytes: Uint8Array): string {
  let binary = '';
  // In parts, because the number of arguments of a call is limited.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return `data:${type};base64,${btoa(binary)}`;
}

/** A grey picture, 8 bits per sample, as a PNG in a `data:` URI. */
export function greyPng(samples: Uint8Array, width: number, height: number): string {
  return pngUri({ width, height, channels: 1, samples });
}

/** A grey or RGB picture as a PNG in a `data:` URI. */
export function pngUri(picture: PngPicture): string {
  return dataUri('image/png', encodePng(picture));
}

/** A picture of a data set, its planes one after another, as a PNG in a `data:` URI. */
export function planesUri(planes: Uint8Array, width: number, height: number): string {
  const area = width * height;
  const channels = planes.length === 3 * area ? 3 : 1;
  const samples = new Uint8Array(planes.length);
  planes.forEach((sample, i) => {
    samples[(i % area) * channels + Math.floor(i / area)] = sample;
  });
  return pngUri({ width, height, channels, samples });
}
