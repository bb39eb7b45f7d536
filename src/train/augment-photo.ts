import type { Random } from '../random.ts';

/** Samples that a picture is moved at most, as a part of its side: four of 32, as is usual for CIFAR. */
const SHIFT = 1 / 8;

/**
 * Flips a photograph half of the time and moves it by whole samples; outside are those of the mirrored picture.
 *
 * @param picture channels × height × width samples
 * @param target gets as many
 * @param strength 0 to 1: how far it is moved
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
}

/** 0 … extent − 1, from as far outside at most. */
function mirrored(at: number, extent: number): number {
  return at < 0 ? -1 - at : at >= extent ? 2 * extent - 1 - at : at;
}
