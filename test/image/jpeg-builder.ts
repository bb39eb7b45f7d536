import { forwardDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { encodeCoefficients, LUMINANCE_QUANTIZATION, scaledQuantization } from '../../src/jpeg/index.ts';
import { seededRandom } from '../jpeg/pictures.ts';

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly quantization: Uint16Array;
  readonly coefficients: Int16Array;
}

/** Quantised blocks of a seeded picture of strokes and slopes. What pads the last blocks is noise, as it may be. */
export function plane(width: number, height: number, quality: number, seed: number): Plane {
  const random = seededRandom(seed);
  const quantization = scaledQuantization(LUMINANCE_QUANTIZATION, quality);
  const blocksPerRow = Math.ceil(width / 8);
  const blocks = blocksPerRow * Math.ceil(height / 8);
  const coefficients = new Int16Array(blocks * 64);
  const block = new Float64Array(64);
  for (let index = 0; index < blocks; index++) {
    for (let k = 0; k < 64; k++) {
      const x = (index % blocksPerRow) * 8 + (k & 7);
      const y = Math.floor(index / blocksPerRow) * 8 + (k >> 3);
      const isStroke = Math.abs(x - width / 2 + Math.sin(y / 3) * 3) < 2;
      const sample = isStroke ? 235 : 12 + (x % 200) + 20 * random();
      block[k] = (x < width && y < height ? sample : 255 * random()) - 128;
    }
    forwardDct8x8(block, block);
    for (let k = 0; k < 64; k++) coefficients[index * 64 + k] = Math.round(block[k] / quantization[k]);
  }
  return { width, height, quantization, coefficients };
}

export function greyJpeg(width: number, height: number, quality: number, seed: number): Uint8Array {
  const { quantization, coefficients } = plane(width, height, quality, seed);
  const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, quantization, coefficients };
  return encodeCoefficients({ width, height, components: [component] });
}

/** Samples 0…255 of a component, row-major. */
interface Samples {
  readonly width: number;
  readonly height: number;
  readonly samples: ArrayLike<number>;
}

/** A grey JPEG of given samples 0…255; the last column and row are repeated into the padding of the blocks. */
export function jpegOfSamples(picture: Samples, quality: number): Uint8Array {
  const { width, height } = picture;
  const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, ...quantised(picture, quality) };
  return encodeCoefficients({ width, height, components: [component] });
}

function quantised(
  { width, height, samples }: Samples,
  quality: number,
): Pick<Plane, 'quantization' | 'coefficients'> {
  const quantization = scaledQuantization(LUMINANCE_QUANTIZATION, quality);
  const blocksPerRow = Math.ceil(width / 8);
  const coefficients = new Int16Array(blocksPerRow * Math.ceil(height / 8) * 64);
  const block = new Float64Array(64);
  for (let start = 0; start < coefficients.length; start += 64) {
    const index = start / 64;
    for (let k = 0; k < 64; k++) {
      const x = Math.min((index % blocksPerRow) * 8 + (k & 7), width - 1);
      const y = Math.min(Math.floor(index / blocksPerRow) * 8 + (k >> 3), height - 1);
      block[k] = samples[y * width + x] - 128;
    }
    forwardDct8x8(block, block);
    for (let k = 0; k < 64; k++) coefficients[start + k] = Math.round(block[k] / quantization[k]);
  }
  return { quantization, coefficients };
}

/** A JPEG of red, green and blue, by turns, as encoders make it: chroma is the mean of `across` × `down` pixels. */
export function jpegOfRgb(
  { width, height, samples }: Samples,
  quality: number,
  [across, down]: readonly [number, number],
): Uint8Array {
  const plane = (weights: readonly number[], grey: number, stepX: number, stepY: number): Samples => {
    const size = { width: Math.ceil(width / stepX), height: Math.ceil(height / stepY) };
    const means = Float64Array.from({ length: size.width * size.height }, (_, at) => {
      let sum = 0;
      for (let i = 0; i < stepX * stepY; i++) {
        const x = Math.min((at % size.width) * stepX + (i % stepX), width - 1);
        const y = Math.min(Math.floor(at / size.width) * stepY + Math.floor(i / stepX), height - 1);
        for (let c = 0; c < 3; c++) sum += weights[c] * samples[(y * width + x) * 3 + c];
      }
      return grey + sum / (stepX * stepY);
    });
    return { ...size, samples: means };
  };
  const planes = [
    plane([0.299, 0.587, 0.114], 0, 1, 1),
    plane([-0.299 / 1.772, -0.587 / 1.772, 0.5], 128, across, down),
    plane([0.5, -0.587 / 1.402, -0.114 / 1.402], 128, across, down),
  ];
  const components = planes.map((one, index) => ({
    id: index + 1,
    horizontalSampling: index === 0 ? across : 1,
    verticalSampling: index === 0 ? down : 1,
    ...quantised(one, quality),
  }));
  return encodeCoefficients({ width, height, components });
}

/** Full-resolution luma; `chroma`: pixels per sample of Cb and Cr, across and down. */
export function colourJpeg(
  width: number,
  height: number,
  quality: number,
  seed: number,
  chroma: readonly [horizontal: number, vertical: number] = [2, 2],
): Uint8Array {
  const [horizontal, vertical] = chroma;
  const subsampled = (offset: number) =>
    plane(Math.ceil(width / horizontal), Math.ceil(height / vertical), quality, seed + offset);
  const components = [plane(width, height, quality, seed), subsampled(1), subsampled(2)].map(
    ({ quantization, coefficients }, index) => ({
      id: index + 1,
      horizontalSampling: index === 0 ? horizontal : 1,
      verticalSampling: index === 0 ? vertical : 1,
      quantization,
      coefficients,
    }),
  );
  return encodeCoefficients({ width, height, components });
}
