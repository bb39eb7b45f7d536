import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeGreyPng, encodePng } from '../../src/png/encode.ts';
import { Random } from '../../src/random.ts';
import { exifSegment, withSegment } from '../image/exif-builder.ts';
import { jpegOfRgb, jpegOfSamples } from '../image/jpeg-builder.ts';
import { upright } from '../image/upright.ts';

/** Classes that can be told apart in grey too. */
export const SHAPES = ['bar', 'disc', 'frame'] as const;
export type Shape = (typeof SHAPES)[number];

/** A drawn shape at a random place, in colour on a dark background: width × height × 3 samples. */
export function drawShape(shape: Shape, width: number, height: number, random: Random): Uint8Array {
  const side = Math.min(width, height);
  const radius = side * (0.2 + 0.1 * random.next());
  const x0 = width / 2 + side * 0.15 * random.symmetric();
  const y0 = height / 2 + side * 0.15 * random.symmetric();
  const colour = [255, 120 + 80 * random.next(), 60 * random.next()];
  const samples = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const [dx, dy] = [(at % width) - x0, Math.floor(at / width) - y0];
    const far = Math.max(Math.abs(dx), Math.abs(dy));
    const inside = {
      bar: Math.abs(dy) < radius / 3 && Math.abs(dx) < 1.3 * radius,
      disc: Math.hypot(dx, dy) < radius,
      frame: far < 1.2 * radius && far > 0.8 * radius,
    }[shape];
    for (let c = 0; c < 3; c++) samples[3 * at + c] = (inside ? colour[c] : 0) * 0.9 + 20 * random.next();
  }
  return samples;
}

/** A JPEG that is stored turned, as phones do, with the Exif orientation that turns it upright again. */
export function phoneJpeg(samples: Uint8Array, width: number, height: number): Uint8Array {
  const planes = [0, 1, 2].map((c) =>
    Float64Array.from({ length: width * height }, (_, at) => samples[3 * at + c]),
  );
  // What 8 does, 6 undoes.
  const turned = planes.map((plane) => upright(plane, width, height, 8));
  const stored = Float64Array.from(
    { length: samples.length },
    (_, at) => turned[at % 3].samples[Math.floor(at / 3)],
  );
  const jpeg = jpegOfRgb({ width: turned[0].width, height: turned[0].height, samples: stored }, 92, [2, 2]);
  return withSegment(jpeg, exifSegment(6));
}

/** Files of a shape in turn: PNG, JPEG, a phone's JPEG; of several sizes. `grey`: without colours. */
export function shapeFile(shape: Shape, index: number, grey: boolean): { name: string; bytes: Uint8Array } {
  const random = new Random(1000 * SHAPES.indexOf(shape) + index);
  for (let i = 0; i < 8; i++) random.next();
  const [width, height] = [40 + 8 * (index % 3), 40 + 4 * (index % 4)];
  const samples = drawShape(shape, width, height, random);
  if (grey) {
    const luma = samples.filter((_, at) => at % 3 === 1);
    return index % 2 === 0
      ? { name: `${index}.png`, bytes: encodeGreyPng({ width, height, samples: luma }) }
      : { name: `${index}.jpg`, bytes: jpegOfSamples({ width, height, samples: luma }, 90) };
  }
  const form = index % 3;
  if (form === 0) return { name: `${index}.png`, bytes: encodePng({ width, height, channels: 3, samples }) };
  if (form === 1) return { name: `${index}.jpg`, bytes: jpegOfRgb({ width, height, samples }, 90, [2, 2]) };
  return { name: `${index}.JPEG`, bytes: phoneJpeg(samples, width, height) };
}

/** Writes a folder of photographs: `count` of each shape. Returns its path. */
export function writeShapes(
  folder: string,
  count: number,
  options: { readonly grey?: boolean; readonly from?: number } = {},
): string {
  const { grey = false, from = 0 } = options;
  for (const shape of SHAPES) {
    for (let index = from; index < from + count; index++) {
      const { name, bytes } = shapeFile(shape, index, grey);
      put(folder, join(shape, name), bytes);
    }
  }
  return folder;
}

/** Writes a file in a folder, which is made. */
export function put(folder: string, name: string, bytes: Uint8Array | string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
