import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import { samplePictures } from '../../tools/digits/pictures.ts';
import { decodePicture } from '../image/decode-picture.ts';

const folder = new URL('../../data/pictures/', import.meta.url);
const pictures = samplePictures();

test('data/pictures holds what the script draws, to the byte, and nothing else but its README', () => {
  expect(readdirSync(folder).sort()).toEqual([...pictures.map(({ name }) => name), 'README.md'].sort());
  for (const { name, bytes } of pictures) {
    expect(readFileSync(new URL(name, folder)).equals(bytes), name).toBe(true);
  }
});

test('its README lists every picture with its size', () => {
  const readme = readFileSync(new URL('README.md', folder), 'utf8');
  for (const { name, digit, bytes } of pictures) {
    expect(readme).toMatch(
      new RegExp(`\\| \`${name.replaceAll('.', '\\.')}\` \\| ${digit} \\|.*\\| ${bytes.length} \\|`),
    );
  }
});

test('every digit as in MNIST: 28×28, its ink in the middle 20×20 and centred by mass', () => {
  for (let digit = 0; digit < 10; digit++) {
    const picture = pictures.find(({ name }) => name === `digit-${digit}.png`);
    const { width, height, luma } = decodePicture(picture?.bytes ?? new Uint8Array());
    expect([width, height]).toEqual([28, 28]);
    let [mass, momentX, momentY] = [0, 0, 0];
    luma.forEach((sample, index) => {
      const [x, y] = [index % 28, Math.floor(index / 28)];
      mass += sample;
      momentX += sample * (x + 0.5);
      momentY += sample * (y + 0.5);
      // A pixel of soft edge on every side, and what centring by mass moves the box.
      if (Math.min(x, y, 27 - x, 27 - y) < 1) expect(sample).toBe(0);
    });
    expect(Math.abs(momentX / mass - 14)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(momentY / mass - 14)).toBeLessThanOrEqual(0.1);
  }
});

test('the JPEGs are what their description says', () => {
  const components = pictures
    .filter(({ name }) => name.endsWith('.jpg'))
    .map(({ bytes, description }) => [
      decodeCoefficients(bytes).components.length,
      description.split(', ')[1],
    ]);
  expect(components).toEqual([
    [1, 'grey'],
    [3, 'YCbCr'],
    [3, 'YCbCr'],
  ]);
});

const model = process.env.WJPEG_REFERENCE_MODEL;
describe.skipIf(!model)(
  `reference network${model ? '' : ' (skipped: WJPEG_REFERENCE_MODEL is not set)'}`,
  () => {
    test.each(pictures.map(({ name, digit, bytes }) => ({ name, digit, bytes })))(
      '$name is taken for $digit, with probability above 0.9',
      ({ digit, bytes }) => {
        const tensors = [...readSafetensors(readFileSync(model ?? '')).values()];
        const linear = (input: ArrayLike<number>, outputs: number) => {
          const floats = (shape: readonly number[]) => {
            const tensor = tensors.find((candidate) => candidate.shape.join() === shape.join());
            if (tensor === undefined) throw new Error(`the model has no tensor of ${shape.join('×')}`);
            return toFloat32(tensor);
          };
          const weights = floats([outputs, input.length]);
          return Array.from(floats([outputs]), (bias, row) => {
            let sum = bias;
            for (let k = 0; k < input.length; k++) sum += weights[row * input.length + k] * input[k];
            return sum;
          });
        };
        const prepared = preparePicture(bytes, { kind: 'image', width: 28, height: 28, ...PICTURE_DEFAULTS });
        if (prepared.kind !== 'values') throw new Error('expected values');
        const hidden = linear(prepared.values, 512).map((value) => Math.max(0, value));
        const logits = linear(hidden, 10);
        const exponentials = logits.map((logit) => Math.exp(logit));
        const probability = exponentials[digit] / exponentials.reduce((sum, value) => sum + value);
        expect(probability).toBeGreaterThan(0.9);
      },
    );
  },
);
