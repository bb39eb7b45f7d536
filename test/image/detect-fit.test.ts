import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { detectFit } from '../../src/image/detect-fit.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { resample } from '../../src/image/resample.ts';
import { exportNetwork } from '../../src/train/export.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { syntheticPictures, TINY } from '../train/synthetic.ts';
import { decodePicture } from './decode-picture.ts';

const data = new URL('../../data/', import.meta.url);
const SIDE = 28;
const digits = Array.from({ length: 10 }, (_, digit) => {
  const { luma } = decodePicture(readFileSync(new URL(`pictures/digit-${digit}.png`, data)));
  return Uint8Array.from(luma);
});

/** Ten pictures of each digit in turn; `change` makes a picture of a digit and its place in the set. */
function pictures(change: (samples: Uint8Array, at: number) => Uint8Array): LabelledPictures {
  const count = 100;
  const all = new Uint8Array(count * SIDE * SIDE);
  for (let at = 0; at < count; at++) all.set(change(digits[at % 10], at), at * SIDE * SIDE);
  return {
    count,
    width: SIDE,
    height: SIDE,
    pictures: all,
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
}

/** A digit at half its size in the top left corner. */
function small(samples: Uint8Array): Uint8Array {
  const source = { width: SIDE, height: SIDE, samples: Float32Array.from(samples) };
  return Uint8Array.from(
    resample(source, { left: 0, top: 0, width: 2 * SIDE, height: 2 * SIDE }, SIDE, SIDE, 0),
  );
}

describe('detectFit', () => {
  test('digits as MNIST frames them: center-of-mass', () => {
    expect(
      detectFit(
        pictures((samples) => samples),
        'dark',
      ),
    ).toBe('center-of-mass');
    expect(
      detectFit(
        pictures((samples) => samples.map((s) => 255 - s)),
        'light',
      ),
    ).toBe('center-of-mass');
  });

  test('of the other polarity, small ones in a corner, and noise: undefined', () => {
    expect(
      detectFit(
        pictures((samples) => samples),
        'light',
      ),
    ).toBeUndefined();
    expect(detectFit(pictures(small), 'dark')).toBeUndefined();
    expect(detectFit(syntheticPictures(50), 'dark')).toBeUndefined();
  });

  test('nine of ten suffice', () => {
    const with_ = (others: number) => pictures((samples, at) => (at < others ? small(samples) : samples));
    expect(detectFit(with_(10), 'dark')).toBe('center-of-mass');
    expect(detectFit(with_(11), 'dark')).toBeUndefined();
  });
});

describe('a trained network says how its pictures lay', () => {
  const options = { ...TINY, outputs: 10, epochs: 0, validation: 0 };

  test('as detected, or as named', () => {
    const centred = new Trainer(
      pictures((samples) => samples),
      options,
    );
    expect(exportNetwork(centred).manifest.input).toMatchObject({ preprocessing: { fit: 'center-of-mass' } });
    expect(exportNetwork(centred, { fit: 'stretch' }).manifest.input).toMatchObject({
      preprocessing: { fit: 'stretch' },
    });
    const spread = new Trainer(pictures(small), options);
    expect(exportNetwork(spread).manifest.input).toMatchObject({ preprocessing: { fit: 'contain' } });
  });

  const models = ['', 'frontier/'].flatMap((folder) =>
    readdirSync(new URL(folder, data))
      .filter((name) => name.endsWith('.wjz'))
      .map((name) => folder + name),
  );
  test.each(models)('data/%s: center-of-mass', (name) => {
    expect(readWjz(readFileSync(new URL(name, data))).manifest.input).toMatchObject({
      preprocessing: { fit: 'center-of-mass' },
    });
  });
});
