import fc from 'fast-check';
import type { EncoderImage } from '../../src/jpeg/index.ts';

/** The largest magnitudes that 8-bit JPEG can carry (T.81 Tables F.1, F.2). */
export const MAX_AC = 1023;
export const MAX_DC_DIFFERENCE = 2047;

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
  fc.integer({ min: -MAX_AC, max: MAX_AC }),
  fc.constantFrom(-MAX_AC, MAX_AC),
);
// Any two DC values of this range differ by no more than what can be carried.
const dcValue = fc.oneof(fc.integer({ min: -1023, max: 1024 }), fc.constantFrom(-1023, 1024));

/** A picture whose coefficients are mostly zero, or all drawn, in 1 to 4 components of any sampling. */
export const anyImage: fc.Arbitrary<EncoderImage> = fc
  .record({
    width: size,
    height: size,
    sampling: fc.oneof(
      fc.array(fc.tuple(samplingFactor, samplingFactor), { minLength: 1, maxLength: 4 }),
      // 4:2:0
      fc.constant<[number, number][]>([
        [2, 2],
        [1, 1],
        [1, 1],
      ]),
    ),
    tables: fc.array(quantizationTable, { minLength: 4, maxLength: 4 }),
    tableOf: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
    ids: fc.uniqueArray(fc.nat(255), { minLength: 4, maxLength: 4 }),
    ac: fc.array(fc.tuple(fc.nat(1 << 16), acValue), { maxLength: 200, size: 'max' }),
    dense: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    dc: fc.array(dcValue, { minLength: 1, maxLength: 50, size: 'max' }),
    adobeTransform: fc.option(fc.nat(2), { nil: undefined }),
  })
  .map(({ width, height, sampling, tables, tableOf, ids, ac, dense, dc, adobeTransform }) => {
    const max = [0, 1].map((axis) => Math.max(...sampling.map((factors) => factors[axis])));
    const components = sampling.map(([horizontalSampling, verticalSampling], index) => {
      const blocksPerRow = Math.ceil((width * horizontalSampling) / max[0] / 8);
      const blocksPerColumn = Math.ceil((height * verticalSampling) / max[1] / 8);
      const coefficients = new Int16Array(blocksPerRow * blocksPerColumn * 64);
      if (dense && ac.length > 0) {
        for (let i = 0; i < coefficients.length; i++) coefficients[i] = ac[(i * 7 + index) % ac.length][1];
      }
      for (const [place, value] of ac) coefficients[(place * (index + 1)) % coefficients.length] = value;
      for (let block = 0; block * 64 < coefficients.length; block++) {
        coefficients[block * 64] = dc[(block + index) % dc.length];
      }
      const quantization = tables[tableOf[index]];
      return { id: ids[index], horizontalSampling, verticalSampling, quantization, coefficients };
    });
    return { width, height, components, adobeTransform };
  });

/** A grey image of `blocks` blocks in a row. */
export function greyRow(blocks: number): { image: EncoderImage; coefficients: Int16Array } {
  const coefficients = new Int16Array(blocks * 64);
  const quantization = new Uint16Array(64).fill(1);
  const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, quantization, coefficients };
  return { image: { width: blocks * 8, height: 8, components: [component] }, coefficients };
}
