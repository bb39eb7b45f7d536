import { type ImageInputSpec, type InputSpec, inputLength } from '../format/manifest.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { ofChannel } from '../image/normalization.ts';
import { mulberry32, normal } from '../random.ts';
import { evaluationInputs } from '../runtime/sample-inputs.ts';
import type { Activations } from './activations.ts';

/** Inputs that stand for unknown pictures: kinds take turns, so that any number of them is a mixture. */
const PICTURES = [strokes, shapes, strokes, blurredNoise];

/** Kinds of probes of a network, which take turns. */
export function probeKinds(input: InputSpec): number {
  return input.kind === 'image' ? PICTURES.length : 2;
}

/** As many probes as keep a pass through `weights` weights short, 32 to 256. */
export function probeCount(weights: number): number {
  return Math.max(32, Math.min(256, Math.floor(1e8 / weights)));
}

/**
 * `count` seeded inputs of a network: for pictures, drawn strokes, filled shapes and blurred noise, normalised as the
 * network takes them; for plain vectors, normal noise and, in turn, its positive part.
 */
export function probeInputs(input: InputSpec, count: number, seed = 1): Activations {
  const random = mulberry32(seed);
  const size = inputLength(input);
  const values = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    values.set(input.kind === 'image' ? picture(input, random, i) : vector(size, random, i), i * size);
  }
  return { count, size, values };
}

/** The first `count` pictures of a data set as a network takes them; without one, as many probes. One array per input. */
export function picturesOrProbes(input: InputSpec, count: number, data?: LabelledPictures): Float32Array[] {
  if (data) return evaluationInputs(input, count, data);
  const { size, values } = probeInputs(input, count);
  return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size));
}

type Random = () => number;

function vector(size: number, random: Random, index: number): Float32Array {
  return Float32Array.from({ length: size }, () => {
    const value = normal(random);
    return index % 2 === 1 ? Math.max(0, value) : value;
  });
}

function picture(input: ImageInputSpec, random: Random, index: number): Float32Array {
  const { width, height, channels } = input;
  const { background } = input.preprocessing;
  const draw = (): Float32Array => PICTURES[index % PICTURES.length](width, height, random);
  const samples = draw();
  const planes = Array.from({ length: channels }, (_, channel) => {
    const [mean, std] = [ofChannel(input.mean, channel), ofChannel(input.std, channel)];
    // Channels are alike in pictures, but not the same.
    const own = channels > 1 ? draw() : samples;
    const mixed = samples.map((sample, at) => (channels > 1 ? (sample + own[at]) / 2 : sample));
    return mixed.map((sample) => ((background === 'light' ? 1 - sample : sample) - mean) / std);
  });
  const values = new Float32Array(channels * width * height);
  planes.forEach((plane, channel) => {
    values.set(plane, channel * width * height);
  });
  return values;
}

/** A digit-like line of a few smooth strokes, 0…1 on 0, as thick as handwriting is and in the middle. */
function strokes(width: number, height: number, random: Random): Float32Array {
  const samples = new Float32Array(width * height);
  const size = Math.min(width, height);
  const thickness = size * (0.04 + 0.03 * random());
  const lines = 1 + Math.floor(random() * 3);
  for (let line = 0; line < lines; line++) {
    const points = Array.from({ length: 3 }, () => [
      width / 2 + (random() - 0.5) * 0.65 * size,
      height / 2 + (random() - 0.5) * 0.75 * size,
    ]);
    const [[x0, y0], [x1, y1], [x2, y2]] = points;
    for (let step = 0; step <= 24; step++) {
      // A quadratic Bézier curve.
      const t = step / 24;
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
      dot(samples, width, height, a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2, thickness);
    }
  }
  return samples;
}

/** A round, antialiased dot. */
function dot(
  samples: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
  radius: number,
): void {
  const reach = radius + 1;
  for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(height - 1, y + reach); row++) {
    for (
      let column = Math.max(0, Math.floor(x - reach));
      column <= Math.min(width - 1, x + reach);
      column++
    ) {
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const at = row * width + column;
      samples[at] = Math.max(samples[at], cover);
    }
  }
}

/** A few overlapping rectangles and discs of several greys that fill much of the picture, with some grain. */
function shapes(width: number, height: number, random: Random): Float32Array {
  const samples = new Float32Array(width * height);
  const count = 1 + Math.floor(random() * 3);
  for (let shape = 0; shape < count; shape++) {
    const [x, y] = [(0.2 + 0.6 * random()) * width, (0.2 + 0.6 * random()) * height];
    const [a, b] = [(0.1 + 0.35 * random()) * width, (0.1 + 0.35 * random()) * height];
    const grey = 0.3 + 0.7 * random();
    const round = random() < 0.5;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const [u, v] = [Math.abs(column + 0.5 - x) / a, Math.abs(row + 0.5 - y) / b];
        if (round ? u * u + v * v < 1 : Math.max(u, v) < 1) samples[row * width + column] = grey;
      }
    }
  }
  return samples.map((sample) =>
    sample === 0 ? 0 : Math.min(1, Math.max(0, sample + 0.2 * (random() - 0.5))),
  );
}

/** Noise, blurred twice by a box, with its range stretched to 0…1. */
function blurredNoise(width: number, height: number, random: Random): Float32Array {
  const noise = Float32Array.from({ length: width * height }, random);
  const radius = Math.max(1, Math.round(Math.min(width, height) / 14));
  const blurred = box(box(noise, width, height, radius), width, height, radius);
  const low = blurred.reduce((min, value) => Math.min(min, value), Infinity);
  const high = blurred.reduce((max, value) => Math.max(max, value), -Infinity);
  return blurred.map((value) => (value - low) / (high - low || 1));
}

function box(samples: Float32Array, width: number, height: number, radius: number): Float32Array {
  return samples.map((_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    let sum = 0;
    let count = 0;
    for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
      for (let column = Math.max(0, x - radius); column <= Math.min(width - 1, x + radius); column++) {
        sum += samples[row * width + column];
        count++;
      }
    }
    return sum / count;
  });
}
