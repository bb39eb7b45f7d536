import jpegJs from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { picture } from './pictures.ts';
import { planeSamples } from './plane-samples.ts';

/** jpeg-js as a second decoder and encoder that needs nothing installed. */

function rgba(width: number, height: number, seed: number): Uint8Array {
  const rgb = picture(width, height, 3, seed);
  return Uint8Array.from({ length: width * height * 4 }, (_, index) =>
    index % 4 === 3 ? 255 : rgb[Math.floor(index / 4) * 3 + (index % 4)],
  );
}

function decodeByJpegJs(jpeg: Uint8Array): Uint8Array {
  return jpegJs.decode(jpeg, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false }).data;
}

const SIZES = [
  [8, 8],
  [1, 1],
  [33, 17],
  [64, 40],
  [100, 75],
];

describe.each(SIZES.flatMap(([width, height]) => [5, 50, 95].map((quality) => ({ width, height, quality }))))(
  'colour $width×$height, quality $quality, encoded by jpeg-js',
  ({ width, height, quality }) => {
    const encoded = jpegJs.encode({ width, height, data: rgba(width, height, quality) }, quality).data;
    const jpeg = new Uint8Array(encoded);
    const image = decodeCoefficients(jpeg);

    test('our coefficients, transformed, are the pixels that jpeg-js decodes', () => {
      const [y, cb, cr] = image.components.map((component) =>
        planeSamples(component, inverseDct8x8).map((sample) => Math.min(Math.max(sample, 0), 255)),
      );
      const theirs = decodeByJpegJs(jpeg);
      expect(theirs.length).toBe(y.length * 3);
      let largest = 0;
      for (let i = 0; i < y.length; i++) {
        const [blue, red] = [cb[i] - 128, cr[i] - 128];
        // T.871 (JFIF), section 7.
        const rgb = [y[i] + 1.402 * red, y[i] - 0.344136 * blue - 0.714136 * red, y[i] + 1.772 * blue];
        rgb.forEach((value, channel) => {
          const clamped = Math.min(Math.max(value, 0), 255);
          largest = Math.max(largest, Math.abs(clamped - theirs[i * 3 + channel]));
        });
      }
      // jpeg-js rounds Y, Cb and Cr, half a level each, which is 0.5 · (1 + 1.772) in blue, and cuts off the fraction
      // of the sum, up to 1 more; its integer transform adds a little.
      expect(largest).toBeLessThanOrEqual(2.5);
    });

    test('jpeg-js decodes our recoding to the same pixels', () => {
      expect(decodeByJpegJs(encodeCoefficients(image))).toEqual(decodeByJpegJs(jpeg));
    });
  },
);

test('jpeg-js reads a grey sheet of ours, with restart markers and 16-bit tables', () => {
  const blocks = 12;
  const coefficients = new Int16Array(blocks * 64);
  for (let block = 0; block < blocks; block++) {
    coefficients[block * 64] = (block % 3) - 1;
    coefficients[block * 64 + 9 + block] = 1;
  }
  const component = {
    id: 1,
    horizontalSampling: 1,
    verticalSampling: 1,
    quantization: new Uint16Array(64).fill(300),
    coefficients,
  };
  // jpeg-js runs past the last block where an interval is not whole, so it is here.
  const jpeg = encodeCoefficients({ width: 32, height: 24, components: [component] }, { restartInterval: 4 });
  const [decoded] = decodeCoefficients(jpeg).components;
  const samples = planeSamples(decoded, inverseDct8x8);
  const theirs = decodeByJpegJs(jpeg);
  let largest = 0;
  for (let i = 0; i < samples.length; i++) {
    largest = Math.max(largest, Math.abs(theirs[i * 3] - Math.min(Math.max(samples[i], 0), 255)));
  }
  // Half a level by rounding, and what the integer transform of jpeg-js adds.
  expect(largest).toBeLessThanOrEqual(0.75);
});
