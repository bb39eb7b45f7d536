import { normalizeSamples } from '../src/input/normalization.ts';
import type { PreparedValues } from '../src/input/prepare-picture.ts';
import { resample } from '../src/input/resample.ts';
import type { ImageInputSpec } from '../src/wjz/manifest.ts';

/** Ink of the drawing pad: width × height samples, 0 nothing … 255 ink, row-major. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly samples: Float32Array;
}

/** Side of the box that MNIST fits a digit into, of 28 (Y. LeCun, C. Cortes, C. Burges, the MNIST page). */
const BOX = 20 / 28;

/**
 * Ink as MNIST shows it: the digit's box scaled to 20 of 28 pixels, then moved so that its centre of mass is the
 * picture's centre. Returns samples 0…255, light on dark; nothing drawn is all dark.
 */
export function centreDigit(ink: Ink, width: number, height: number): Float32Array {
  const target = new Float32Array(width * height);
  const box = inkBox(ink);
  if (box === undefined) return target;
  const side = Math.max(1, Math.round(Math.min(width, height) * BOX));
  const digit = resample(cut(ink, box), side, side, 0);
  let mass = 0;
  let x = 0;
  let y = 0;
  digit.forEach((sample, i) => {
    mass += sample;
    x += sample * (i % side);
    y += sample * Math.floor(i / side);
  });
  const place = (centre: number, size: number): number =>
    Math.min(size - side, Math.max(0, Math.round((size - 1) / 2 - centre)));
  const left = place(x / mass, width);
  const top = place(y / mass, height);
  for (let row = 0; row < side; row++)
    target.set(digit.subarray(row * side, (row + 1) * side), (top + row) * width + left);
  return target;
}

/** Ink as a model takes it. */
export function prepareInk(ink: Ink, spec: ImageInputSpec): PreparedValues {
  const samples = centreDigit(ink, spec.width, spec.height);
  const inverted = spec.ground === 'light';
  return {
    kind: 'values',
    values: normalizeSamples(samples, spec, inverted),
    report: {
      format: 'png',
      sourceWidth: ink.width,
      sourceHeight: ink.height,
      ground: 'dark',
      groundDetected: false,
      inverted,
      via: 'pixels',
      orientation: 1,
      warnings: [],
    },
  };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function inkBox({ width, height, samples }: Ink): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (samples[y * width + x] < 16) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function cut(ink: Ink, { left, top, width, height }: Box): Ink {
  const samples = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * ink.width + left;
    samples.set(ink.samples.subarray(start, start + width), y * width);
  }
  return { width, height, samples };
}
