import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { preparePixels } from '../../src/image/prepare-pixels.ts';
import { type GreySamples, resample } from '../../src/image/resample.ts';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { seededRandom } from '../jpeg/pictures.ts';
import { decodePicture } from './decode-picture.ts';
import { jpegOfSamples } from './jpeg-builder.ts';
import { pngOfSamples } from './png-builder.ts';

const CENTRED: ImageInputSpec = {
  kind: 'image',
  width: 28,
  height: 28,
  ...PICTURE_DEFAULTS,
  preprocessing: { background: 'dark', fit: 'center-of-mass' },
};
const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);
const file = (name: string) => readFileSync(new URL(`../../data/${name}`, import.meta.url));

function digit(label: number): GreySamples {
  const { luma } = decodePicture(file(`pictures/digit-${label}.png`));
  return { width: 28, height: 28, samples: luma };
}

/** A digit on a black square, so many times MNIST's size, `left` and `top` from the corner. */
function placed(label: number, side: number, scale: number, left: number, top: number): GreySamples {
  const view = { left: -left / scale, top: -top / scale, width: side / scale, height: side / scale };
  return { width: side, height: side, samples: resample(digit(label), view, side, side, 0) };
}

type Change = (sample: number, x: number, y: number) => number;

/** Changes every sample; x and y run from 0 to 1. */
function changed(picture: GreySamples, change: Change): GreySamples {
  const { width, height } = picture;
  const samples = picture.samples.map((sample, at) =>
    Math.min(
      255,
      Math.max(0, Math.round(change(sample, (at % width) / width, Math.floor(at / width) / height))),
    ),
  );
  return { width, height, samples };
}

function png({ width, height, samples }: GreySamples): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from(samples.subarray(y * width, (y + 1) * width), (sample) => Math.round(sample)),
  );
  return pngOfSamples({ width }, rows);
}

function pixels({ width, height, samples }: GreySamples, spec: ImageInputSpec = CENTRED) {
  return preparePixels({ format: 'pixels', width, height, luma: samples, alpha: null }, spec, {});
}

describe('center-of-mass reads what contain does not', () => {
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(file('mnist-mlp-512-trained.wjz'));
  });
  afterAll(() => session.dispose());

  const read = async (picture: GreySamples, fit: 'contain' | 'center-of-mass') =>
    (await session.infer(png(picture), { fit })).index;
  const noise = seededRandom(7);
  const paper: Change = (sample) => 230 - (180 * sample) / 255;
  const cases: readonly [string, (label: number) => GreySamples][] = [
    ['half size in a corner of the network’s size', (label) => placed(label, 28, 0.5, 0, 0)],
    ['half size in a corner of 280×280', (label) => placed(label, 280, 5, 4, 130)],
    ['a tenth of a large sheet', (label) => changed(placed(label, 600, 2, 500, 20), paper)],
    [
      'ink on shaded, noisy paper',
      (label) =>
        changed(
          changed(placed(label, 200, 4, 80, 30), paper),
          (s, x, y) => s * (1 - 0.3 * (x + y)) + 12 * (noise() - 0.5),
        ),
    ],
    ['pencil', (label) => changed(placed(label, 160, 4, 10, 40), (s) => 200 - (50 * s) / 255)],
    [
      'salt and pepper',
      (label) => changed(placed(label, 160, 4, 40, 10), (s) => (noise() < 0.005 ? 255 : s)),
    ],
  ];

  test.each(cases)('%s', async (_, make) => {
    const read_ = await Promise.all(DIGITS.map((label) => read(make(label), 'center-of-mass')));
    expect(read_).toEqual(DIGITS);
  });

  test('as the model itself asks for, without an option', async () => {
    const answers = DIGITS.map(
      async (label) => (await session.infer(png(placed(label, 28, 0.5, 0, 0)))).index,
    );
    expect(await Promise.all(answers)).toEqual(DIGITS);
  });

  test('while contain reads hardly any of a half-size drawing in a corner', async () => {
    const answers = await Promise.all(DIGITS.map((label) => read(placed(label, 28, 0.5, 0, 0), 'contain')));
    expect(answers.filter((answer, label) => answer === label).length).toBeLessThanOrEqual(3);
  });

  test('probability and confident', async () => {
    const seven = png(digit(7));
    const sure = await session.infer(seven, { minProbability: 0.5 });
    expect(sure.probability).toBe(sure.probabilities[sure.index]);
    expect(sure.confident).toBe(true);
    expect((await session.infer(seven)).confident).toBe(true);
    expect((await session.infer(seven, { minProbability: 1 })).confident).toBe(sure.probability >= 1);
    const values = new Float32Array(784);
    expect((await session.infer(values, { minProbability: 1 })).confident).toBe(false);
  });

  test('options that are wrong are refused', async () => {
    const run = (options: object) => session.infer(png(digit(7)), options);
    await expect(run({ fit: 'cover' })).rejects.toThrow(/fit/);
    await expect(run({ minProbability: 2 })).rejects.toThrow(/minProbability/);
  });
});

describe('a picture that is centred already', () => {
  test.each(DIGITS)('%d enters unchanged, from PNG', (label) => {
    const { values } = pixels(digit(label));
    expect(Array.from(values)).toEqual(
      Array.from(digit(label).samples, (sample) => Math.fround(sample / 255)),
    );
  });

  test('as coefficients, from JPEG; one that is not, as pixels', () => {
    const tile = tileGeometry(28, 28, 2, 2);
    const jpeg = (picture: GreySamples) => jpegOfSamples(picture, 90);
    expect(preparePicture(jpeg(digit(3)), CENTRED, { tile }).report.via).toBe('coefficients');
    const moved = jpeg(placed(3, 28, 1, 4, 4));
    expect(preparePicture(moved, CENTRED, { tile }).report.via).toBe('pixels');
    expect(preparePicture(moved, CENTRED, { tile, fit: 'contain' }).report.via).toBe('coefficients');
    const small = jpeg(placed(3, 28, 0.5, 0, 0));
    expect(preparePicture(small, CENTRED, { tile }).report.via).toBe('pixels');
    expect(() => preparePicture(small, CENTRED, { tile, via: 'coefficients' })).toThrow(
      /cropped and centred/,
    );
  });
});

test('stretch scales each axis on its own', () => {
  const picture = { width: 2, height: 4, samples: Float32Array.of(0, 80, 0, 80, 200, 40, 200, 40) };
  const spec: ImageInputSpec = {
    ...CENTRED,
    width: 2,
    height: 2,
    preprocessing: { background: 'dark', fit: 'stretch' },
  };
  const { values, report } = preparePixels(
    { format: 'pixels', width: 2, height: 4, luma: picture.samples, alpha: null },
    spec,
    { background: 'dark' },
  );
  expect(Array.from(values)).toEqual([0, 80, 200, 40].map((sample) => Math.fround(sample / 255)));
  expect(report.fit).toBe('stretch');
});

describe('blank', () => {
  const random = seededRandom(3);
  const flat = (level: number, spread: number, side: number): GreySamples => ({
    width: side,
    height: side,
    samples: new Float32Array(side * side).map(() => Math.round(level + spread * (random() - 0.5))),
  });

  test.each([
    ['white', 255, 0],
    ['black', 0, 0],
    ['paper with noise', 200, 12],
  ])('%s, as pixels and as coefficients', (_, level, spread) => {
    for (const side of [28, 150]) expect(pixels(flat(level, spread, side)).report.blank).toBe(true);
    const tile = tileGeometry(28, 28, 0, 0);
    for (const fit of ['contain', 'center-of-mass'] as const) {
      const { report } = preparePicture(jpegOfSamples(flat(level, spread, 28), 90), CENTRED, { tile, fit });
      expect(report).toMatchObject({ blank: true, via: 'coefficients' });
    }
  });

  test('shading alone is blank, a digit is not', () => {
    expect(pixels(changed(flat(220, 6, 120), (s, x, y) => s * (1 - 0.4 * (x + y) * 0.5))).report.blank).toBe(
      true,
    );
    expect(pixels(digit(1)).report.blank).toBe(false);
    const tile = tileGeometry(28, 28, 0, 0);
    expect(preparePicture(jpegOfSamples(digit(1), 90), CENTRED, { tile }).report.blank).toBe(false);
  });

  test('a fully transparent picture is blank', () => {
    const luma = digit(4).samples;
    const picture = { format: 'png', width: 28, height: 28, luma, alpha: new Float32Array(784) } as const;
    expect(preparePixels(picture, CENTRED, {}).report.blank).toBe(true);
  });
});

describe('transparency', () => {
  const strokes = (ink: number) => {
    const alpha = placed(4, 56, 2, 0, 0).samples.map((sample) => sample / 255);
    const luma = new Float32Array(56 * 56).fill(ink);
    return preparePixels({ format: 'png', width: 56, height: 56, luma, alpha }, CENTRED, {});
  };

  test('dark strokes and light strokes on nothing give the same input', () => {
    expect(strokes(0).report.background).toBe('light');
    expect(strokes(255).report.background).toBe('dark');
    strokes(0).values.forEach((value, at) => {
      expect(value).toBeCloseTo(strokes(255).values[at], 3);
    });
  });

  test('an opaque sheet with transparent margins goes on with its own tone', () => {
    const sheet = changed(placed(4, 56, 2, 0, 0), (sample) => 240 - (220 * sample) / 255);
    const alpha = new Float32Array(56 * 56).map((_, at) => {
      const [x, y] = [at % 56, Math.floor(at / 56)];
      return Math.min(x, y, 55 - x, 55 - y) >= 4 ? 1 : 0;
    });
    const { report, values } = preparePixels(
      { format: 'png', width: 56, height: 56, luma: sheet.samples, alpha },
      CENTRED,
      {},
    );
    expect(report.background).toBe('light');
    const plain = pixels(sheet).values;
    values.forEach((value, at) => {
      expect(Math.abs(value - plain[at])).toBeLessThan(0.15);
    });
  });
});
