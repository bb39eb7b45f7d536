import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type CoefficientImage,
  decodeCoefficients,
  encodeCoefficients,
  type JpegEncodeOptions,
  type ProgressiveScan,
} from '../../src/jpeg/index.ts';
import { checkImage } from '../../src/jpeg/scans/encode/encoder-input.ts';
import { libjpegScript } from '../../src/jpeg/scans/encode/scan-script.ts';
import { anyImage } from './any-image.ts';
import { hasLibjpeg, libjpeg, libjpegWithScans, NEEDS_LIBJPEG } from './libjpeg-tools.ts';
import { COLOUR, GREY, make, name } from './libjpeg-variants.ts';
import { scanData } from './scan-data.ts';

function coefficients(image: CoefficientImage): Int16Array[] {
  return image.components.map((component) => component.coefficients);
}

/** A script as libjpeg's tools read it. */
function scriptText(scans: readonly ProgressiveScan[]): string {
  return scans
    .map(
      ({ components, spectralStart, spectralEnd, approximationHigh, approximationLow }) =>
        `${components.join(' ')}: ${spectralStart}-${spectralEnd}, ${approximationHigh}, ${approximationLow};`,
    )
    .join('\n');
}

/** Options that write something that jpegtran has to read. */
const CODINGS: readonly JpegEncodeOptions[] = [
  { entropy: 'arithmetic' },
  { entropy: 'arithmetic', conditioning: 'default', restartInterval: 2 },
  { entropy: 'arithmetic', conditioning: { dcLower: 0, dcUpper: 0, acThreshold: 1 } },
  { entropy: 'arithmetic', conditioning: { dcLower: 3, dcUpper: 5, acThreshold: 20 }, restartInterval: 1 },
  { entropy: 'arithmetic', conditioning: { dcLower: 15, dcUpper: 15, acThreshold: 63 } },
  { progressive: true },
  { progressive: true, restartInterval: 3 },
  { entropy: 'auto' },
];

describe.skipIf(!hasLibjpeg)(`the encoder against libjpeg-turbo${NEEDS_LIBJPEG}`, () => {
  describe.each([...GREY, ...COLOUR].map((variant) => ({ variant, name: name(variant) })))(
    '$name',
    ({ variant }) => {
      let jpeg: Uint8Array;
      let image: CoefficientImage;

      beforeAll(() => {
        jpeg = make(variant);
        image = decodeCoefficients(jpeg);
      });

      // libjpeg uses one table for the components of RGB.
      test.skipIf(variant.options.includes('-rgb'))(
        'arithmetic-coded data are those of jpegtran -arithmetic',
        () => {
          for (const restartInterval of [0, 1, 3]) {
            const theirs = libjpeg(
              'jpegtran',
              ['-copy', 'none', '-arithmetic', '-restart', `${restartInterval}B`],
              jpeg,
            );
            const options = { entropy: 'arithmetic', conditioning: 'default', restartInterval } as const;
            const ours = encodeCoefficients(image, options);
            expect(scanData(ours)).toEqual(scanData(theirs));
          }
        },
      );

      test('a progressive stream is as small as jpegtran makes it with the same script', () => {
        const script = libjpegScript(checkImage(image));
        for (const restartInterval of [0, 2]) {
          const options = ['-copy', 'none', '-optimize', '-restart', `${restartInterval}B`];
          const theirs = libjpegWithScans('jpegtran', scriptText(script), options, jpeg);
          const ours = encodeCoefficients(image, { scans: script, restartInterval });
          // No table is worse than theirs, but bytes are stuffed after an FF, which comes as it happens.
          expect(ours.length).toBeLessThanOrEqual(theirs.length * 1.005);
          const own = encodeCoefficients(image, { progressive: true, restartInterval });
          expect(own.length).toBeLessThanOrEqual(ours.length);
        }
      });

      test('djpeg makes the same pixels of what we write', () => {
        const pixels = libjpeg('djpeg', [], jpeg);
        for (const options of CODINGS) {
          expect(libjpeg('djpeg', [], encodeCoefficients(image, options))).toEqual(pixels);
        }
      });
    },
  );

  test('jpegtran finds in what we write the coefficients of any grey or 4:2:0 image', () => {
    const suitable = anyImage
      .filter(({ components }) => {
        const sampling = components.map((each) => each.horizontalSampling * each.verticalSampling);
        return components.length === 1 || sampling.join() === '4,1,1';
      })
      // Not every transform goes with every number of components for jpegtran.
      .map((image) => ({ ...image, adobeTransform: undefined }));
    fc.assert(
      fc.property(suitable, fc.constantFrom(...CODINGS), (image, options) => {
        const ours = encodeCoefficients(image, options);
        const canonical = decodeCoefficients(libjpeg('jpegtran', ['-copy', 'none', '-optimize'], ours));
        expect(coefficients(canonical)).toEqual(image.components.map((each) => each.coefficients));
      }),
      { numRuns: 100 },
    );
  });
});
