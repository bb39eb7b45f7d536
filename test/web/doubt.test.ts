import { describe, expect, it } from 'vitest';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { doubtOf } from '../../web/doubt.ts';

const MNIST = process.env.WJPEG_MNIST_DIR;
const LABELS = Array.from({ length: 10 }, (_, digit) => String(digit));
const SPEC = {
  kind: 'image',
  width: 28,
  height: 28,
  channels: 1,
  mean: 0,
  std: 1,
  preprocessing: { background: 'dark', fit: 'center-of-mass' },
} as const;
const SURE = Float32Array.from({ length: 10 }, (_, digit) => (digit === 3 ? 20 : 0));
const GUESS = new Float32Array(10);

/** Samples of 28×28 by a function of their place. */
const frame = (sample: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: 784 }, (_, at) => sample(at % 28, Math.floor(at / 28)));
const stroke = frame((x, y) => Number(x > 11 && x < 16 && y > 4 && y < 24));

describe('what deserves no trust', () => {
  it('is a guess, and what no digit looks like', () => {
    expect(doubtOf(LABELS, SURE, stroke, SPEC)).toBe('');
    expect(doubtOf(LABELS, GUESS, stroke, SPEC)).toMatch(/not sure/);
    expect(
      doubtOf(
        LABELS,
        SURE,
        frame((x) => Number(x > 10)),
        SPEC,
      ),
    ).toMatch(/61% of the frame is ink/);
    const grey = frame((x, y) => Math.max(stroke[28 * y + x], x / 60));
    expect(doubtOf(LABELS, SURE, grey, SPEC)).toMatch(/of the frame are half-tones/);
  });

  it('counts parts that touch at corners as one, across no edge of the frame, and specks not', () => {
    const stripes = (count: number): Float32Array =>
      frame((x, y) => Number(y % 8 < 2 && y < 8 * count && x < 26));
    expect(doubtOf(LABELS, SURE, stripes(2), SPEC)).toBe('');
    expect(doubtOf(LABELS, SURE, stripes(3), SPEC)).toMatch(/its ink is in 3 parts/);
    const diagonals = frame((x, y) => Number(Math.abs(x - y) < 1 || Math.abs(x + y - 27) < 2));
    expect(doubtOf(LABELS, SURE, diagonals, SPEC)).toBe('');
    const ends = frame((x, y) => Number((y === 4 && x > 20) || (y === 5 && x < 7) || (x === 14 && y > 9)));
    expect(doubtOf(LABELS, SURE, ends, SPEC)).toMatch(/3 parts/);
    const specks = stroke.map((sample, at) => (at === 30 || at === 90 || at === 700 ? 1 : sample));
    expect(doubtOf(LABELS, SURE, specks, SPEC)).toBe('');
  });

  it('is said of networks for digits on light paper alike, and of no other network', () => {
    const light = { ...SPEC, preprocessing: { ...SPEC.preprocessing, background: 'light' } } as const;
    const paper = stroke.map((sample) => 1 - sample);
    expect(doubtOf(LABELS, SURE, paper, light)).toBe('');
    expect(doubtOf(LABELS, SURE, paper, SPEC)).toMatch(/of the frame is ink/);
    expect(doubtOf([...LABELS.slice(1), 'ten'], SURE, paper, SPEC)).toBe('');
  });

  it.skipIf(!MNIST)(
    `is hardly any digit that networks learn${MNIST ? '' : ': skipped, WJPEG_MNIST_DIR is not set'}`,
    async () => {
      const { pictures } = await loadIdxPair(MNIST as string, 'train');
      const count = 6000;
      let doubted = 0;
      for (let i = 0; i < count; i++) {
        const values = Float32Array.from(pictures.subarray(784 * i, 784 * (i + 1)), (sample) => sample / 255);
        if (doubtOf(LABELS, SURE, values, SPEC)) doubted++;
      }
      // 0.2% for the ink, 0.2% for its parts.
      expect(doubted / count).toBeLessThan(0.005);
    },
  );
});
