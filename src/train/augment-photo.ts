import type { Random } from '../random.ts';

/** Samples that a picture is moved at most, as a part of its side: four of 32, as is usual for CIFAR. */
const SHIFT = 1 / 8;

/** How far brightness, contrast and saturation are changed at most: factors of 0.8 to 1.2. */
const COLOUR = 0.2;

/** ITU-R BT.601, as JFIF has it. */
const LUMA = [0.299, 0.587, 0.114];

/**
 * Flips a photograph half of the time and moves it by whole samples; outside are those of the mirrored picture. Brightness,
 * contrast and, of three channels, saturation are changed.
 *
 * @param picture channels × height × width samples
 * @param target gets as many
 * @param strength 0 to 1: how far it is moved and recoloured
 */
export function augmentPhoto(
  picture: Uint8Array,
  width: number,
  height: number,
  target: Float32Array,
  strength: number,
  random: Random,
): void {
  const isFlipped = random.next() < 0.5;
  const shiftX = Math.round(random.symmetric() * SHIFT * strength * width);
  const shiftY = Math.round(random.symmetric() * SHIFT * strength * height);
  for (let plane = 0; plane < picture.length; plane += width * height) {
    for (let y = 0; y < height; y++) {
      const row = plane + mirrored(y + shiftY, height) * width;
      for (let x = 0; x < width; x++) {
        const from = mirrored(x + shiftX, width);
        target[plane + y * width + x] = picture[row + (isFlipped ? width - 1 - from : from)];
      }
    }
  }
  recolour(target, width * height, strength, random);
}

/**
 * Brightness is a factor of all samples, contrast one of their distance from the mean luma, saturation one of their distance
 * from each pixel's luma. Samples may leave 0…255: networks take any number.
 */
function recolour(samples: Float32Array, area: number, strength: number, random: Random): void {
  const factor = (): number => 1 + random.symmetric() * COLOUR * strength;
  const [brightness, contrast, saturation] = [factor(), factor(), factor()];
  const channels = samples.length / area;
  const weights = channels === 3 ? LUMA : [1];
  const luma = (i: number): number =>
    weights.reduce((sum, weight, channel) => sum + weight * samples[channel * area + i], 0);
  let mean = 0;
  for (let i = 0; i < area; i++) mean += luma(i) / area;
  for (let i = 0; i < area; i++) {
    const grey = luma(i);
    for (let at = i; at < samples.length; at += area) {
      const value = grey + (samples[at] - grey) * saturation;
      samples[at] = brightness * (mean + (value - mean) * contrast);
    }
  }
}

/** 0 … extent − 1, from as far outside at most. */
function mirrored(at: number, extent: number): number {
  return at < 0 ? -1 - at : at >= extent ? 2 * extent - 1 - at : at;
}
