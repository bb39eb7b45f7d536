import {
  type EncoderComponent,
  encodeCoefficients,
  LUMINANCE_QUANTIZATION,
  scaledQuantization,
} from '../../src/jpeg/index.ts';
import { mulberry32, normal } from '../../src/random.ts';

/** A seeded JPEG in colour, 4:2:0, whose coefficients are spread about as those of photographs are: about 2 bits a pixel. */
export function photograph(width: number, height: number, progressive: boolean): Uint8Array {
  const component = (id: number, sampling: 1 | 2): EncoderComponent => {
    const [across, down] = [width, height].map((side) => Math.ceil((side * sampling) / 16));
    return {
      id,
      horizontalSampling: sampling,
      verticalSampling: sampling,
      quantization: scaledQuantization(LUMINANCE_QUANTIZATION, 85),
      coefficients: blocks(across * down, sampling === 2 ? 1 : 0.3, id),
    };
  };
  const components = [component(1, 2), component(2, 1), component(3, 1)];
  return encodeCoefficients({ width, height, components }, { progressive });
}

/** Levels that fall off with the frequency; of blocks one after another, the mean is near. */
function blocks(count: number, strength: number, seed: number): Int16Array {
  const random = mulberry32(seed);
  const coefficients = new Int16Array(count * 64);
  let mean = 0;
  for (let at = 0; at < coefficients.length; at++) {
    const k = at % 64;
    if (k === 0) {
      mean = 0.95 * mean + 12 * strength * normal(random);
      coefficients[at] = Math.round(mean);
    } else if (random() < 0.5) {
      const frequency = (k >> 3) + (k & 7);
      coefficients[at] = Math.round((6 * strength * normal(random)) / frequency ** 1.3);
    }
  }
  return coefficients;
}
