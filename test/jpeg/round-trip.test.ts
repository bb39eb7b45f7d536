import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeCoefficients,
  type EncoderImage,
  encodeCoefficients,
  type JpegEncodeOptions,
  type ProgressiveScan,
} from '../../src/jpeg/index.ts';
import { anyImage, greyRow, MAX_AC, MAX_DC_DIFFERENCE } from './any-image.ts';

/** Encodes and decodes; everything must come back. Returns the process that it was written in. */
function goThrough(image: EncoderImage, options: JpegEncodeOptions): string {
  const decoded = decodeCoefficients(encodeCoefficients(image, options));
  expect([decoded.width, decoded.height]).toEqual([image.width, image.height]);
  expect(decoded.adobeTransform).toBe(image.adobeTransform);
  expect(decoded.components.length).toBe(image.components.length);
  image.components.forEach((component, index) => {
    expect(decoded.components[index]).toMatchObject(component);
  });
  return decoded.process;
}

describe('every image comes back as it went in, with any restart interval', () => {
  test('sequential, Huffman', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(9), (image, restartInterval) => {
        const words = image.components.some(({ quantization }) => Math.max(...quantization) > 255);
        expect(goThrough(image, { restartInterval })).toBe(words ? 'extended' : 'baseline');
      }),
      { numRuns: 200 },
    );
  });

  const conditioning = fc
    .record({ first: fc.nat(15), second: fc.nat(15), acThreshold: fc.integer({ min: 1, max: 63 }) })
    .map(({ first, second, acThreshold }) => ({
      dcLower: Math.min(first, second),
      dcUpper: Math.max(first, second),
      acThreshold,
    }));

  test('sequential, arithmetic, with any conditioning', () => {
    fc.assert(
      fc.property(
        anyImage,
        fc.nat(9),
        fc.oneof(conditioning, fc.constant('default' as const)),
        (image, restartInterval, conditioning) => {
          const options = { restartInterval, entropy: 'arithmetic', conditioning } as const;
          expect(goThrough(image, options)).toBe('extended-arithmetic');
        },
      ),
      { numRuns: 200 },
    );
  });

  test('sequential, arithmetic, with the best conditioning, which is never larger than the default', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(9), (image, restartInterval) => {
        const options = { restartInterval, entropy: 'arithmetic' } as const;
        expect(goThrough(image, options)).toBe('extended-arithmetic');
        const best = encodeCoefficients(image, options).length;
        expect(best).toBeLessThanOrEqual(
          encodeCoefficients(image, { ...options, conditioning: 'default' }).length,
        );
      }),
      { numRuns: 40 },
    );
  });

  test('progressive, with the scripts of its own', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(9), (image, restartInterval) => {
        expect(goThrough(image, { restartInterval, progressive: true })).toBe('progressive');
      }),
      { numRuns: 100 },
    );
  });

  test('progressive, with any script', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(9), fc.infiniteStream(fc.nat(1000)), (image, restartInterval, draws) => {
        const scans = drawScript(image.components.length, () => draws.next().value as number);
        expect(goThrough(image, { restartInterval, scans })).toBe('progressive');
      }),
      { numRuns: 200 },
    );
  });

  test('auto, which is never larger than any of the others', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(9), (image, restartInterval) => {
        goThrough(image, { restartInterval, entropy: 'auto' });
        const auto = encodeCoefficients(image, { restartInterval, entropy: 'auto' }).length;
        for (const options of [{}, { progressive: true }, { entropy: 'arithmetic' }] as const) {
          expect(auto).toBeLessThanOrEqual(encodeCoefficients(image, { restartInterval, ...options }).length);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** A legal script: DC first, alone or together; bands that are cut anywhere, in any number of approximations. */
function drawScript(components: number, draw: () => number): ProgressiveScan[] {
  const scans: ProgressiveScan[] = [];
  const descend = (spectralStart: number, spectralEnd: number, component: number) => {
    let low = draw() % 4;
    let high = 0;
    for (;;) {
      scans.push({
        components: [component],
        spectralStart,
        spectralEnd,
        approximationHigh: high,
        approximationLow: low,
      });
      if (low === 0) return;
      high = low--;
    }
  };
  for (let component = 0; component < components; component++) descend(0, 0, component);
  for (let component = 0; component < components; component++) {
    for (let start = 1; start < 64; ) {
      const end = Math.min(start + (draw() % 64), 63);
      descend(start, end, component);
      start = end + 1;
    }
  }
  return scans;
}

function backFrom(image: EncoderImage, options: JpegEncodeOptions): Int16Array {
  return decodeCoefficients(encodeCoefficients(image, options)).components[0].coefficients;
}

describe.each<{ name: string; options: JpegEncodeOptions }>([
  { name: 'Huffman', options: {} },
  { name: 'arithmetic', options: { entropy: 'arithmetic', conditioning: 'default' } },
  { name: 'progressive', options: { progressive: true } },
])('limit values, $name', ({ options }) => {
  test('DC differences of ±2047, also from the first block', () => {
    const { image, coefficients } = greyRow(4);
    coefficients[0] = MAX_DC_DIFFERENCE;
    coefficients[64] = 0;
    coefficients[128] = -MAX_DC_DIFFERENCE;
    expect(backFrom(image, options)).toEqual(coefficients);
  });

  test('DC differences that add up to the ends of 16 bits', () => {
    const { image, coefficients } = greyRow(60);
    for (let block = 0; block < 30; block++) {
      coefficients[block * 64] = Math.min(2047 * (block + 1), 32767);
      coefficients[(block + 30) * 64] = coefficients[block * 64] - 2047 * (block + 1);
    }
    for (let block = 16; block < 60; block++) {
      coefficients[block * 64] = Math.max(32767 - 2047 * (block - 16), -32768);
    }
    expect(coefficients.filter((_, i) => i % 64 === 0)).toEqual(
      backFrom(image, options).filter((_, i) => i % 64 === 0),
    );
    expect(Math.max(...coefficients)).toBe(32767);
    expect(Math.min(...coefficients)).toBe(-32768);
  });

  test('every coefficient of a block nonzero, every one zero but the last', () => {
    const { image, coefficients } = greyRow(3);
    coefficients.fill(-1, 0, 64);
    coefficients[127] = MAX_AC;
    coefficients[191] = -MAX_AC;
    expect(backFrom(image, options)).toEqual(coefficients);
  });

  test('restart intervals of 1 and of 65535', () => {
    const { image, coefficients } = greyRow(40);
    coefficients.forEach((_, i) => {
      if (i % 11 === 0) coefficients[i] = (i % 7) - 3;
    });
    expect(backFrom(image, { ...options, restartInterval: 1 })).toEqual(coefficients);
    expect(backFrom(image, { ...options, restartInterval: 65535 })).toEqual(coefficients);
  });

  test('a picture 65535 wide', () => {
    const { image, coefficients } = greyRow(8192);
    coefficients.forEach((_, i) => {
      if (i % 640 === 0) coefficients[i] = (i / 640) % 1000;
    });
    // Half a million numbers: compared as bytes, which is a hundred times faster.
    const back = backFrom({ ...image, width: 65535 }, options);
    expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(coefficients.buffer))).toBe(0);
  });
});
