import { beforeAll, describe, expect, test } from 'vitest';
import { inverseDct8x8 } from '../../src/jpeg/dct.ts';
import { type CoefficientImage, decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { hasLibjpeg, libjpeg, libjpegWithScans, NEEDS_LIBJPEG } from './libjpeg-tools.ts';
import { netpbm, netpbmSamples, picture } from './pictures.ts';
import { planeSamples } from './plane-samples.ts';

/** One way of making a JPEG with cjpeg. */
interface Variant {
  readonly width?: number;
  readonly height?: number;
  readonly channels?: 1 | 3;
  readonly options: string;
  /** A scan script (libjpeg's wizard.txt). */
  readonly scans?: string;
}

const GREY: readonly Variant[] = [
  ...[1, 5, 10, 20, 50, 75, 90, 95, 100].map((quality) => ({ options: `-quality ${quality}` })),
  { options: '-quality 3 -baseline' },
  { options: '-optimize' },
  { options: '-restart 1' },
  { options: '-restart 3B' },
  { options: '-restart 1B -optimize' },
  { options: '-progressive' },
  { options: '-progressive -restart 2B' },
  { options: '-progressive -quality 100' },
  { options: '-progressive -quality 2' },
  {
    options: '',
    scans:
      '0: 0-0, 0, 3; 0: 0-0, 3, 2; 0: 1-63, 0, 2; 0: 0-0, 2, 1; 0: 1-63, 2, 1; 0: 0-0, 1, 0; 0: 1-63, 1, 0;',
  },
  {
    options: '-quality 95',
    scans:
      '0: 0-0, 0, 0; 0: 1-1, 0, 5; 0: 2-63, 0, 0; 0: 1-1, 5, 4; 0: 1-1, 4, 3; 0: 1-1, 3, 2; 0: 1-1, 2, 1; 0: 1-1, 1, 0;',
  },
  {
    options: '-quality 90 -restart 5B',
    scans:
      '0: 0-0, 0, 1; 0: 1-9, 0, 3; 0: 10-63, 0, 3; 0: 1-63, 3, 2; 0: 1-63, 2, 1; 0: 1-63, 1, 0; 0: 0-0, 1, 0;',
  },
  ...[
    [1, 1],
    [7, 9],
    [8, 8],
    [9, 8],
    [17, 33],
    [129, 3],
  ].flatMap(([width, height]) => [
    { width, height, options: '' },
    { width, height, options: '-progressive' },
  ]),
  // More than 64 columns of flat blocks: end-of-band runs over many blocks.
  { width: 700, height: 90, options: '-progressive -quality 5' },
];

const COLOUR: readonly Variant[] = [
  ...[
    '1x1',
    '2x1',
    '1x2',
    '2x2',
    '4x1',
    '1x4',
    '4x2',
    '3x1',
    '3x2',
    '2x2,1x2,2x1',
    '1x1,2x2,1x1',
    '2x2,2x1,1x1',
  ].flatMap((sample) => [
    { options: `-sample ${sample}` },
    { options: `-sample ${sample} -progressive`, width: 49, height: 35 },
    { options: `-sample ${sample} -restart 2B`, width: 65, height: 34 },
  ]),
  { options: '-rgb' },
  { options: '-quality 1' },
  { options: '-quality 100 -sample 1x1' },
  { options: '-sample 2x2', scans: '0; 1; 2;', width: 41, height: 43 },
  { options: '-sample 2x2', scans: '0; 1 2;', width: 41, height: 43 },
  { options: '-sample 2x1 -restart 3B', scans: '0 1; 2;', width: 41, height: 43 },
  { options: '-progressive -restart 1 -quality 90' },
  {
    options: '-sample 2x2',
    scans:
      '0 1: 0-0, 0, 1; 2: 0-0, 0, 1; 1: 1-63, 0, 1; 0: 1-63, 0, 0; 2: 1-63, 0, 0; 1 2: 0-0, 1, 0; 0: 0-0, 1, 0; 1: 1-63, 1, 0;',
  },
  { width: 1, height: 1, options: '-sample 2x2' },
  { width: 1, height: 1, options: '-sample 2x2 -progressive' },
].map((variant) => ({ channels: 3, ...variant }));

function name({ width = 60, height = 45, channels = 1, options, scans }: Variant): string {
  return `${channels === 1 ? 'grey' : 'colour'} ${width}×${height} ${options}${scans === undefined ? '' : ` scans ${scans}`}`;
}

function make({ width = 60, height = 45, channels = 1, options, scans }: Variant): Uint8Array {
  const source = netpbm(width, height, channels, picture(width, height, channels, width * 100 + height));
  const list = options.split(' ').filter((option) => option !== '');
  return scans === undefined
    ? libjpeg('cjpeg', list, source)
    : libjpegWithScans('cjpeg', scans, list, source);
}

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
      const most = Math.max(...sampling);
      const components = sampling.map((factor, index) => {
        const blocks =
          Math.ceil(Math.ceil((width * factor) / most) / 8) *
          Math.ceil(Math.ceil((height * factor) / most) / 8);
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
