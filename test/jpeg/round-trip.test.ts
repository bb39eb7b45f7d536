import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCoefficients, type EncoderImage, encodeCoefficients } from '../../src/jpeg/index.ts';

/** The largest magnitudes that 8-bit JPEG can carry (T.81 Tables F.1, F.2). */
const LARGEST_AC = 1023;
const LARGEST_DC_DIFFERENCE = 2047;

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70 }));
const samplingFactor = fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 4 }));
const quantizationTable = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 65535 })), {
    minLength: 64,
    maxLength: 64,
  })
  .map((entries) => Uint16Array.from(entries));
const acValue = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  fc.integer({ min: -LARGEST_AC, max: LARGEST_AC }),
  fc.constantFrom(-LARGEST_AC, LARGEST_AC),
);
// Any two DC values of this range differ by no more than what can be carried.
const dcValue = fc.oneof(fc.integer({ min: -1023, max: 1024 }), fc.constantFrom(-1023, 1024));

/** A picture whose coefficients are mostly zero, in 1 to 4 components of any sampling. */
const anyImage: fc.Arbitrary<EncoderImage> = fc
  .record({
    width: size,
    height: size,
    sampling: fc.array(fc.tuple(samplingFactor, samplingFactor), { minLength: 1, maxLength: 4 }),
    tables: fc.array(quantizationTable, { minLength: 4, maxLength: 4 }),
    tableOf: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
    ids: fc.uniqueArray(fc.nat(255), { minLength: 4, maxLength: 4 }),
    ac: fc.array(fc.tuple(fc.nat(1 << 16), acValue), { maxLength: 200 }),
    dc: fc.array(dcValue, { minLength: 1, maxLength: 50 }),
    adobeTransform: fc.option(fc.nat(2), { nil: undefined }),
  })
  .map(({ width, height, sampling, tables, tableOf, ids, ac, dc, adobeTransform }) => {
    const most = [0, 1].map((axis) => Math.max(...sampling.map((factors) => factors[axis])));
    const components = sampling.map(([horizontalSampling, verticalSampling], index) => {
      const blocksPerRow = Math.ceil((width * horizontalSampling) / most[0] / 8);
      const blocksPerColumn = Math.ceil((height * verticalSampling) / most[1] / 8);
      const coefficients = new Int16Array(blocksPerRow * blocksPerColumn * 64);
      for (const [place, value] of ac) coefficients[(place * (index + 1)) % coefficients.length] = value;
      for (let block = 0; block * 64 < coefficients.length; block++) {
        coefficients[block * 64] = dc[(block + index) % dc.length];
      }
      const quantization = tables[tableOf[index]];
      return { id: ids[index], horizontalSampling, verticalSampling, quantization, coefficients };
    });
    return { width, height, components, adobeTransform };
  });

test('every image comes back as it went in, with any restart interval', () => {
  fc.assert(
    fc.property(anyImage, fc.nat(9), (image, restartInterval) => {
      const decoded = decodeCoefficients(encodeCoefficients(image, { restartInterval }));
      expect([decoded.width, decoded.height]).toEqual([image.width, image.height]);
      expect(decoded.adobeTransform).toBe(image.adobeTransform);
      expect(decoded.components.length).toBe(image.components.length);
      image.components.forEach((component, index) => {
        expect(decoded.components[index]).toMatchObject(component);
      });
      const words = image.components.some(({ quantization }) => Math.max(...quantization) > 255);
      expect(decoded.process).toBe(words ? 'extended' : 'baseline');
    }),
    { numRuns: 300 },
  );
});

/** A grey image of `blocks` blocks in a row. */
function greyRow(blocks: number): { image: EncoderImage; coefficients: Int16Array } {
  const coefficients = new Int16Array(blocks * 64);
  const quantization = new Uint16Array(64).fill(1);
  const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, quantization, coefficients };
  return { image: { width: blocks * 8, height: 8, components: [component] }, coefficients };
}

function backFrom(image: EncoderImage, restartInterval = 0): Int16Array {
  return decodeCoefficients(encodeCoefficients(image, { restartInterval })).components[0].coefficients;
}

describe('limit values', () => {
  test('DC differences of ±2047, also from the first block', () => {
    const { image, coefficients } = greyRow(4);
    coefficients[0] = LARGEST_DC_DIFFERENCE;
    coefficients[64] = 0;
    coefficients[128] = -LARGEST_DC_DIFFERENCE;
    expect(backFrom(image)).toEqual(coefficients);
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
      backFrom(image).filter((_, i) => i % 64 === 0),
    );
    expect(Math.max(...coefficients)).toBe(32767);
    expect(Math.min(...coefficients)).toBe(-32768);
  });

  test('every coefficient of a block nonzero, every one zero but the last', () => {
    const { image, coefficients } = greyRow(3);
    coefficients.fill(-1, 0, 64);
    coefficients[127] = LARGEST_AC;
    coefficients[191] = -LARGEST_AC;
    expect(backFrom(image)).toEqual(coefficients);
  });

  test('restart intervals of 1 and of 65535', () => {
    const { image, coefficients } = greyRow(40);
    coefficients.forEach((_, i) => {
      if (i % 11 === 0) coefficients[i] = (i % 7) - 3;
    });
    expect(backFrom(image, 1)).toEqual(coefficients);
    expect(backFrom(image, 65535)).toEqual(coefficients);
  });

  test('a picture 65535 wide', () => {
    const { image, coefficients } = greyRow(8192);
    coefficients.forEach((_, i) => {
      if (i % 640 === 0) coefficients[i] = (i / 640) % 1000;
    });
    expect(backFrom({ ...image, width: 65535 })).toEqual(coefficients);
  });
});
