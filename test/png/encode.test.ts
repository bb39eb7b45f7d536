import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { encodeGreyPng, encodePng } from '../../src/png/encode.ts';

/** fast-png judges it, with all checksums. */
const decoded = (png: Uint8Array) => decode(png, { checkCrc: true });

test('a grey picture', () => {
  const samples = Uint8Array.from({ length: 5 * 3 }, (_, i) => i * 17);
  expect(decoded(encodeGreyPng({ width: 5, height: 3, samples }))).toMatchObject({
    ...{ width: 5, height: 3, depth: 8, channels: 1 },
    data: samples,
  });
});

test('an RGB picture', () => {
  const samples = Uint8Array.from({ length: 3 * 2 * 3 }, (_, i) => 255 - i * 13);
  expect(decoded(encodePng({ width: 3, height: 2, channels: 3, samples }))).toMatchObject({
    ...{ width: 3, height: 2, depth: 8, channels: 3 },
    data: samples,
  });
});
