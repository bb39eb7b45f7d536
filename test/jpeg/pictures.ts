/** Seeded pictures with what coders meet: slopes, edges, texture, flat parts. */

import { mulberry32 } from '../../src/random.ts';

/** Numbers in [0, 1) that are the same for the same seed. */
export const seededRandom: (seed: number) => () => number = mulberry32;

/** `channels` × width × height samples 0…255, channels interleaved. */
export function picture(width: number, height: number, channels: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const samples = new Uint8ClampedArray(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const slope = (x * (channel + 1) * 3 + y * 2) % 256;
        const wave = 60 * Math.sin((x + channel * 5) / 3) * Math.cos(y / 4);
        const edge = (x >> 3) % 3 === channel % 3 ? 70 : 0;
        const texture = y % 16 < 8 ? (random() - 0.5) * 90 : 0;
        samples[(y * width + x) * channels + channel] = slope * 0.5 + wave + edge + texture + 30;
      }
    }
  }
  return new Uint8Array(samples.buffer);
}

/** A binary PGM (1 channel) or PPM (3 channels), which cjpeg reads. */
export function netpbm(width: number, height: number, channels: 1 | 3, samples: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + samples.length);
  file.set(header);
  file.set(samples, header.length);
  return file;
}

/** The samples of a binary PGM or PPM as djpeg writes it. */
export function netpbmSamples(file: Uint8Array): Uint8Array {
  const header = /^P[56]\s\d+ \d+\s\d+\s/.exec(new TextDecoder('latin1').decode(file.subarray(0, 40)));
  if (header === null) throw new Error('not a PGM or PPM');
  return file.subarray(header[0].length);
}
