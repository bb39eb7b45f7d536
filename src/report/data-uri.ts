import { encodeGreyPng } from '../png/encode.ts';

/** Bytes as a `data:` URI, so that a page needs no host. */
export function dataUri(type: 'image/jpeg' | 'image/png', bytes: Uint8Array): string {
  let binary = '';
  // In parts, because the number of arguments of a call is limited.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return `data:${type};base64,${btoa(binary)}`;
}

/** A grey picture, 8 bits per sample, as a PNG in a `data:` URI. */
export function greyPng(samples: Uint8Array, width: number, height: number): string {
  return dataUri('image/png', encodeGreyPng({ width, height, samples }));
}
