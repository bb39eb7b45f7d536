import type { Random } from '../random.ts';

/** Maximum rotation (radians), shear, scaling and shift (samples) of a picture augmented with strength 1. */
const TURN = 0.2;
const SHEAR = 0.2;
const SIZE = 0.12;
const SHIFT = 1.5;

/**
 * Moves a picture by a random affine map around its centre, with bilinear sampling; outside is 0.
 *
 * @param picture channels × height × width samples
 * @param target gets as many
 * @param strength 0 to 1
 */
export function augmentStrokes(
  picture: Uint8Array,
  width: number,
  height: number,
  target: Float32Array,
  strength: number,
  random: Random,
): void {
  const angle = random.symmetric() * TURN * strength;
  const shear = random.symmetric() * SHEAR * strength;
  const across = 1 + random.symmetric() * SIZE * strength;
  const down = 1 + random.symmetric() * SIZE * strength;
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  const fromX = middleX + random.symmetric() * SHIFT * strength;
  const fromY = middleY + random.symmetric() * SHIFT * strength;
  const xx = Math.cos(angle) * across;
  const xy = Math.cos(angle) * shear - Math.sin(angle) * down;
  const yx = Math.sin(angle) * across;
  const yy = Math.sin(angle) * shear + Math.cos(angle) * down;
  for (let plane = 0; plane < picture.length; plane += width * height) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const sourceX = fromX + (x - middleX) * xx + (y - middleY) * xy;
        const sourceY = fromY + (x - middleX) * yx + (y - middleY) * yy;
        target[plane + y * width + x] = bilinear(picture, plane, width, height, sourceX, sourceY);
      }
    }
  }
}

function bilinear(
  picture: Uint8Array,
  plane: number,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) return 0;
  const at = plane + top * width + left;
  const partX = x - left;
  const upper = picture[at] + (picture[at + 1] - picture[at]) * partX;
  const lower = picture[at + width] + (picture[at + width + 1] - picture[at + width]) * partX;
  return upper + (lower - upper) * (y - top);
}
