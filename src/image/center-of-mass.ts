import type { Ink } from './find-ink.ts';
import { resample } from './resample.ts';

/** Side of the box that MNIST fits a digit into, of 28 (Y. LeCun, C. Cortes, C. Burges, "The MNIST database"). */
export const BOX_SHARE: number = 20 / 28;

/** Where MNIST has a digit's centre of mass, in samples from the picture's edge: the middle of sample 14 of 28. */
export function middle(length: number): number {
  return Math.floor(length / 2) + 0.5;
}

/**
 * Ink as MNIST shows it: scaled so that the longer side of its box is 20/28 of the target's, by area average, and placed
 * on whole samples so that its centre of mass comes to the middle.
 *
 * @returns width × height samples, 0 nothing … 255 ink
 */
export function centerByMass({ picture, box }: Ink, width: number, height: number): Float32Array {
  const scale = Math.max(box.width / (BOX_SHARE * width), box.height / (BOX_SHARE * height));
  const centre = centreOfMass(picture.samples, picture.width);
  /** Where the target begins, in samples of the ink. The box stays inside. */
  const begin = (start: number, length: number, mass: number, size: number): number => {
    const room = Math.max(0, Math.floor(size - length / scale));
    const offset = Math.round(middle(size) - (mass - start) / scale);
    return start - Math.min(room, Math.max(0, offset)) * scale;
  };
  const view = {
    left: begin(box.left, box.width, centre.x, width),
    top: begin(box.top, box.height, centre.y, height),
    width: width * scale,
    height: height * scale,
  };
  const samples = resample(picture, view, width, height, 0);
  // Strokes thinner than a sample come out faint: the strongest sample is full ink.
  const max = samples.reduce((a, b) => Math.max(a, b), 0);
  return max > 0 ? samples.map((sample) => (sample * 255) / max) : samples;
}

/** Centre of mass, in samples from the top left corner: the middle of the first sample is 0.5. */
function centreOfMass(samples: Float32Array, width: number): { readonly x: number; readonly y: number } {
  let mass = 0;
  let x = 0;
  let y = 0;
  samples.forEach((sample, at) => {
    mass += sample;
    x += sample * ((at % width) + 0.5);
    y += sample * (Math.floor(at / width) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}
