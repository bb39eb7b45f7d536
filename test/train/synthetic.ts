import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { Random } from '../../src/random.ts';
import { TRAIN_DEFAULTS, type TrainOptions } from '../../src/train/options.ts';

/** Pictures of 12×10 samples in three classes: a bar across, a bar down, a spot; each at a random place, with noise. */
export function syntheticPictures(count: number, seed = 5): LabelledPictures {
  const random = new Random(seed);
  const [width, height] = [12, 10];
  const pictures = new Uint8Array(count * width * height);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  labels.forEach((label, i) => {
    const x0 = Math.floor(random.next() * 8) + 2;
    const y0 = Math.floor(random.next() * 6) + 2;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside =
          label === 0 ? y === y0 : label === 1 ? x === x0 : Math.abs(x - x0) + Math.abs(y - y0) < 3;
        pictures[(i * height + y) * width + x] = (inside ? 200 : 0) + random.next() * 50;
      }
    }
  });
  return { count, width, height, pictures, labels };
}

export const TINY: TrainOptions = {
  ...TRAIN_DEFAULTS,
  net: 'mlp:12,9',
  outputs: 3,
  epochs: 6,
  batch: 20,
  validation: 100,
  lambda: 1e-5,
  learningRate: 5e-3,
};
