import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { blockDctReference } from '../../kernels/block-dct/reference.ts';
import { type Buffer32, rowMajor, TrainKernels, transposed } from '../../kernels/train/kernels.ts';
import { adamReference, multiplyReference } from '../../kernels/train/reference.ts';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { Random } from '../../src/random.ts';
import { roundHalfToEven } from '../../src/rounding.ts';

const random = new Random(1);

function fill(buffer: Buffer32): Buffer32 {
  for (let i = 0; i < buffer.values.length; i++) buffer.values[i] = random.symmetric();
  return buffer;
}

/** Greatest difference; NaN, which no `toBeLessThan` lets pass, where one is not a number or a length is wrong. */
function difference(actual: ArrayLike<number>, exact: ArrayLike<number>): number {
  if (actual.length !== exact.length) return NaN;
  let max = 0;
  for (let i = 0; i < exact.length; i++) {
    const apart = Math.abs(actual[i] - exact[i]);
    if (!(apart <= max)) max = apart;
  }
  return max;
}

describe('multiply', () => {
  const sizes: [m: number, n: number, k: number][] = [
    [1, 1, 1],
    [4, 12, 16],
    [5, 13, 3],
    [3, 11, 257],
    [100, 300, 1024],
    [10, 100, 100],
    [37, 29, 301],
  ];
  it.each(sizes)('%i × %i, depth %i, in every orientation', (m, n, k) => {
    const kernels = new TrainKernels(2e6);
    kernels.reserveScratch([[m, n, k]]);
    const a = fill(kernels.buffer(m * k));
    const b = fill(kernels.buffer(k * n));
    const c = kernels.buffer(m * n);
    for (const left of [rowMajor(a, k), transposed(rowMajor(a, m))]) {
      for (const right of [rowMajor(b, n), transposed(rowMajor(b, k))]) {
        c.values.fill(NaN);
        kernels.multiply(m, n, k, left, right, c);
        expect(difference(c.values, multiplyReference(m, n, k, left, right))).toBeLessThan(
          1e-5 * Math.sqrt(k),
        );
      }
    }
  });

  it('keeps the elements between rows of C', () => {
    const kernels = new TrainKernels(1e5);
    kernels.reserveScratch([[5, 13, 7]]);
    const a = fill(kernels.buffer(35));
    const b = fill(kernels.buffer(91));
    const c = kernels.buffer(5 * 20);
    c.values.fill(7);
    kernels.multiply(5, 13, 7, rowMajor(a, 7), rowMajor(b, 13), c, 20);
    const exact = multiplyReference(5, 13, 7, rowMajor(a, 7), rowMajor(b, 13));
    for (let row = 0; row < 5; row++) {
      const at = row * 20;
      expect(
        difference(c.values.subarray(at, at + 13), exact.subarray(row * 13, row * 13 + 13)),
      ).toBeLessThan(1e-5);
      expect([...c.values.subarray(at + 13, at + 20)]).toEqual(Array(7).fill(7));
    }
  });
});

describe('coefficients', () => {
  it('are rounded, ties to even, and multiplied by their steps', () => {
    const kernels = new TrainKernels(1000);
    const [latent, steps, values] = [kernels.buffer(128), fill(kernels.buffer(64)), kernels.buffer(128)];
    latent.values.forEach((_, i) => {
      latent.values[i] = (i - 64) / 4;
    });
    kernels.dequantize(latent, steps, values);
    const exact = latent.values.map((value, i) => roundHalfToEven(value) * steps.values[i % 64]);
    expect(difference(values.values, exact)).toBeLessThan(1e-6);
  });

  it('take steps of Adam as the reference does', () => {
    const kernels = new TrainKernels(2000);
    const [latent, first, second, gradient, weight] = Array.from({ length: 5 }, () =>
      fill(kernels.buffer(128)),
    );
    const steps = fill(kernels.buffer(64));
    const stepGradient = kernels.buffer(64);
    second.values.forEach((value, i) => {
      second.values[i] = Math.abs(value);
      weight.values[i] = Math.abs(weight.values[i]);
      latent.values[i] *= 3;
    });
    const numbers = {
      lambda: 0.3,
      rate: 0.01,
      correction: 1.2,
      keepFirst: 0.9,
      keepSecond: 0.999,
      epsilon: 1e-8,
    };
    const expected = Array.from(latent.values, (value, i) =>
      adamReference(
        { latent: value, first: first.values[i], second: second.values[i] },
        gradient.values[i],
        steps.values[i % 64],
        weight.values[i],
        numbers,
      ),
    );
    const shares = new Float64Array(64);
    latent.values.forEach((value, i) => {
      shares[i % 64] += gradient.values[i] * steps.values[i % 64] * roundHalfToEven(value);
    });
    kernels.adamCoefficients({ latent, first, second, gradient, weight, steps, stepGradient, ...numbers });
    const column = (key: 'latent' | 'first' | 'second'): number[] => expected.map((state) => state[key]);
    expect(difference(latent.values, column('latent'))).toBeLessThan(1e-5);
    expect(difference(first.values, column('first'))).toBeLessThan(1e-5);
    expect(difference(second.values, column('second'))).toBeLessThan(1e-5);
    expect(difference(stepGradient.values, shares)).toBeLessThan(1e-5);
  });
});

describe('transforms', () => {
  it('give the block DCT of pictures', () => {
    const kernels = new TrainKernels(10_000);
    const pictures = fill(kernels.buffer(3 * 16 * 24));
    const output = kernels.buffer(3 * 16 * 24);
    kernels.transformPictures(3, 2, 3, pictures, output);
    const exact = blockDctReference(pictures.values, 3, tileGeometry(24, 16));
    expect(difference(output.values, exact)).toBeLessThan(1e-5);
  });

  it('undo each other on matrices', () => {
    const kernels = new TrainKernels(10_000);
    const matrix = fill(kernels.buffer(16 * 40));
    const before = matrix.values.slice();
    const blocks = kernels.buffer(16 * 40);
    kernels.forwardMatrix(2, 5, matrix, blocks);
    expect(difference(blocks.values, blockDctReference(before, 1, tileGeometry(40, 16)))).toBeLessThan(1e-5);
    matrix.values.fill(NaN);
    kernels.inverseMatrix(2, 5, blocks, matrix);
    expect(difference(matrix.values, before)).toBeLessThan(1e-5);
  });
});

it('refuses more buffers than it was created for', () => {
  const kernels = new TrainKernels(10);
  expect(() => kernels.buffer(1e8)).toThrow(expect.objectContaining({ code: 'TRAIN_MEMORY' }));
});

it('embeds the module that its sources give', () => {
  const output = execFileSync(process.execPath, ['tools/build-kernels.mjs', '--check'], { encoding: 'utf8' });
  expect(output).toContain('is current');
});
