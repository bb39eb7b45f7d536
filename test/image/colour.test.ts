import { execFileSync } from 'node:child_process';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import { type ImageInputSpec, inputOf } from '../../src/format/manifest.ts';
import { writeWjz } from '../../src/format/write.ts';
import { pixelsOf } from '../../src/image/pixels.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { preparePixels } from '../../src/image/prepare-pixels.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { chain, smoothLayer } from '../compress/networks.ts';
import { hasLibjpeg } from '../jpeg/libjpeg-tools.ts';
import { netpbm, picture } from '../jpeg/pictures.ts';

const [WIDTH, HEIGHT] = [12, 9];
const AREA = WIDTH * HEIGHT;
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
const SPEC = inputOf({
  kind: 'image',
  width: WIDTH,
  height: HEIGHT,
  channels: 3,
  mean: MEAN,
  std: STD,
}) as ImageInputSpec;

/** Red, green and blue by turns → planes, normalised. */
function planar(rgb: ArrayLike<number>): number[] {
  return Array.from({ length: 3 * AREA }, (_, at) => {
    const channel = Math.floor(at / AREA);
    return Math.fround((rgb[3 * (at % AREA) + channel] / 255 - MEAN[channel]) / STD[channel]);
  });
}

const values = (bytes: Uint8Array, spec = SPEC): number[] => {
  const prepared = preparePicture(bytes, spec);
  if (prepared.kind !== 'values') throw new Error('expected values');
  return Array.from(prepared.values);
};

const png = (data: Uint8Array, channels: 1 | 2 | 3 | 4): Uint8Array =>
  encode({ width: WIDTH, height: HEIGHT, data, depth: 8, channels });

describe('a network of three channels', () => {
  const rgb = picture(WIDTH, HEIGHT, 3, 5);
  const grey = picture(WIDTH, HEIGHT, 1, 5);
  const repeated = Uint8Array.from({ length: 3 * AREA }, (_, at) => grey[Math.floor(at / 3)]);

  test('takes a PNG as red, green and blue, each normalised by itself', () => {
    expect(values(png(rgb, 3))).toEqual(planar(rgb));
  });

  test('takes a grey picture in every channel', () => {
    expect(values(png(grey, 1))).toEqual(planar(repeated));
  });

  test('takes pixels as a PNG of them', async () => {
    const pixels = await pixelsOf({ data: rgb, width: WIDTH, height: HEIGHT }, undefined, true);
    expect(Array.from(preparePixels(pixels, SPEC, {}).values)).toEqual(planar(rgb));
  });

  test('lays transparent pixels over the background that is named', () => {
    const rgba = Uint8Array.from({ length: 4 * AREA }, (_, at) => (at % 4 === 3 ? 0 : 77));
    const prepared = preparePicture(png(rgba, 4), SPEC, { background: 'dark' });
    expect(prepared.kind === 'values' && Array.from(prepared.values)).toEqual(
      planar(new Uint8Array(3 * AREA)),
    );
  });

  test('does not invert by a guess, but where the caller says so', () => {
    const white = rgb.map((sample) => 128 + (sample >> 1));
    expect(values(png(white, 3))).toEqual(planar(white));
    const { report } = preparePicture(png(white, 3), SPEC, { background: 'light' });
    expect(report.inverted).toBe(true);
  });

  test('scales each channel', () => {
    const spec = {
      ...SPEC,
      width: 1,
      height: 1,
      preprocessing: { ...SPEC.preprocessing, fit: 'stretch' as const },
    };
    const sums = [0, 1, 2].map((c) => rgb.filter((_, at) => at % 3 === c).reduce((sum, one) => sum + one, 0));
    values(png(rgb, 3), spec).forEach((value, c) => {
      expect(value).toBeCloseTo((sums[c] / AREA / 255 - MEAN[c]) / STD[c], 5);
    });
  });

  test.skipIf(!hasLibjpeg).each(['1x1', '2x1', '2x2'])(
    'takes a JPEG as djpeg decodes it (%s)',
    (sampling) => {
      const run = (program: string, args: string[], input: Uint8Array): Uint8Array =>
        new Uint8Array(execFileSync(program, args, { input, stdio: 'pipe' }));
      const jpeg = run('cjpeg', ['-sample', sampling, '-quality', '90'], netpbm(WIDTH, HEIGHT, 3, rgb));
      const pixels = run('djpeg', ['-pnm'], jpeg).subarray(-3 * AREA);
      expect(values(jpeg)).toEqual(planar(pixels));
    },
  );

  test('answers: a chain over red, green and blue is a matrix, tensors are [3, H, W]', async () => {
    const network = chain(smoothLayer('a', 3 * AREA, 16, WIDTH));
    const { content, layers } = compress(network, { input: SPEC, quality: 90, layers: ['a'] });
    expect(layers[0].storedAs).toBe('matrix');
    const session = await InferenceSession.create(writeWjz(content), { backends: ['reference'] });
    expect(session.input).toEqual(SPEC);
    const data = Float32Array.from(planar(rgb));
    const { logits } = await session.infer(png(rgb, 3));
    expect((await session.infer({ data, dims: [1, 3, HEIGHT, WIDTH] })).logits).toEqual(logits);
    await expect(session.infer({ data, dims: [HEIGHT, WIDTH, 3] })).rejects.toThrow(/\[3, 9, 12\]/);
    session.dispose();
  });

  test('is refused where the means are not one per channel; equal ones are written as one', () => {
    expect(() => inputOf({ ...SPEC, mean: [0, 1] })).toThrow(/input\.mean has 2 numbers, expected one or 3/);
    expect(inputOf({ ...SPEC, std: [2, 2, 2] })).toMatchObject({ std: 2 });
  });
});
