import { beforeAll, describe, expect, test } from 'vitest';
import { inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { type CoefficientImage, decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { hasLibjpeg, libjpeg, NEEDS_LIBJPEG } from './libjpeg-tools.ts';
import { COLOUR, GREY, make, name } from './libjpeg-variants.ts';
import { netpbmSamples } from './pictures.ts';
import { planeSamples } from './plane-samples.ts';

function coefficients(image: CoefficientImage): Int16Array[] {
  return image.components.map((component) => component.coefficients);
}

describe.skipIf(!hasLibjpeg)(`against libjpeg-turbo${NEEDS_LIBJPEG}`, () => {
  describe.each([...GREY, ...COLOUR].map((variant) => ({ variant, name: name(variant) })))(
    '$name',
    ({ variant }) => {
      let jpeg: Uint8Array;
      let image: CoefficientImage;
      let ours: Uint8Array;

      beforeAll(() => {
        jpeg = make(variant);
        image = decodeCoefficients(jpeg);
        ours = encodeCoefficients(image);
      });

      test('djpeg makes the same pixels of our recoding', () => {
        expect(libjpeg('djpeg', [], ours)).toEqual(libjpeg('djpeg', [], jpeg));
      });

      test('the coefficients survive our encoder and jpegtran, whatever the process', () => {
        expect(coefficients(decodeCoefficients(ours))).toEqual(coefficients(image));
        const ways = [
          [],
          ['-progressive'],
          ['-optimize', '-restart', '1B'],
          ['-arithmetic'],
          ['-arithmetic', '-restart', '2B'],
          ['-arithmetic', '-progressive'],
          ['-arithmetic', '-progressive', '-restart', '1'],
        ];
        for (const way of ways) {
          const theirs = decodeCoefficients(libjpeg('jpegtran', [...way, '-copy', 'none'], jpeg));
          expect(coefficients(theirs)).toEqual(coefficients(image));
          expect(theirs.components[0].quantization).toEqual(image.components[0].quantization);
        }
      });

      test('our recoding is not larger than jpegtran -optimize makes it', () => {
        const theirs = libjpeg('jpegtran', ['-copy', 'none', '-optimize'], jpeg);
        expect(ours.length).toBeLessThanOrEqual(theirs.length);
      });
    },
  );

  test.each(GREY.map((variant) => ({ variant, name: name(variant) })))(
    'the unrounded IDCT of our coefficients is what djpeg -dct float rounds: $name',
    ({ variant }) => {
      const jpeg = make(variant);
      const image = decodeCoefficients(jpeg);
      const theirs = netpbmSamples(libjpeg('djpeg', ['-dct', 'float', '-grayscale'], jpeg));
      const samples = planeSamples(image.components[0], inverseDct8x8);
      expect(theirs.length).toBe(samples.length);
      let largest = 0;
      for (let i = 0; i < samples.length; i++) {
        largest = Math.max(largest, Math.abs(theirs[i] - Math.min(Math.max(samples[i], 0), 255)));
      }
      // Half a grey level, and what float32 adds.
      expect(largest).toBeLessThanOrEqual(0.501);
    },
  );

  test('four components: jpegtran reads what we write', () => {
    for (const sampling of [
      [1, 1, 1, 1],
      [2, 1, 1, 2],
    ]) {
      const width = 37;
      const height = 21;
      const max = Math.max(...sampling);
      const components = sampling.map((factor, index) => {
        const blocks =
          Math.ceil(Math.ceil((width * factor) / max) / 8) *
          Math.ceil(Math.ceil((height * factor) / max) / 8);
        return {
          id: index + 1,
          horizontalSampling: factor,
          verticalSampling: factor,
          quantization: new Uint16Array(64).fill(index + 1),
          coefficients: Int16Array.from({ length: blocks * 64 }, (_, i) =>
            (i * 7 + index) % 23 === 0 ? (i % 31) - 15 : 0,
          ),
        };
      });
      const ours = encodeCoefficients({ width, height, components, adobeTransform: 2 });
      for (const way of ['-optimize', '-progressive']) {
        const theirs = decodeCoefficients(libjpeg('jpegtran', [way, '-copy', 'all'], ours));
        expect(coefficients(theirs)).toEqual(components.map((component) => component.coefficients));
        expect(theirs.adobeTransform).toBe(2);
      }
    }
  });
});
