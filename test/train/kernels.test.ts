import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { blockDctReference } from '../../kernels/block-dct/reference.ts';
import { type Buffer32, multiplyScratch, TrainKernels } from '../../kernels/train/kernels.ts';
import {
  adamReference,
  convolveReference,
  convolveWeightsReference,
  multiplyReference,
} from '../../kernels/train/reference.ts';
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

interface Stored {
  readonly buffer: Buffer32;
  readonly row: number;
  readonly column: number;
}

/** C = A·B by the kernel and by the reference. */
function product(
  kernels: TrainKernels,
  m: number,
  n: number,
  k: number,
  a: Stored,
  b: Stored,
  c: Buffer32,
  row = n,
) {
  const scratch = kernels.buffer(multiplyScratch(m, n, k)).address;
  const operand = (one: Stored): number[] => [one.buffer.address, one.row, one.column];
  kernels.run(['multiply', m, n, k, ...operand(a), ...operand(b), c.address, row, scratch]);
  const values = (one: Stored) => ({ ...one, values: one.buffer.values });
  return multiplyReference(m, n, k, values(a), values(b));
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
    const a = fill(kernels.buffer(m * k));
    const b = fill(kernels.buffer(k * n));
    const c = kernels.buffer(m * n);
    for (const left of [
      { row: k, column: 1 },
      { row: 1, column: m },
    ]) {
      for (const right of [
        { row: n, column: 1 },
        { row: 1, column: k },
      ]) {
        c.values.fill(NaN);
        const exact = product(kernels, m, n, k, { buffer: a, ...left }, { buffer: b, ...right }, c);
        expect(difference(c.values, exact)).toBeLessThan(1e-5 * Math.sqrt(k));
      }
    }
  });

  it('keeps the elements between rows of C', () => {
    const kernels = new TrainKernels(1e5);
    const a = fill(kernels.buffer(35));
    const b = fill(kernels.buffer(91));
    const c = kernels.buffer(5 * 20);
    c.values.fill(7);
    const exact = product(
      kernels,
      5,
      13,
      7,
      { buffer: a, row: 7, column: 1 },
      { buffer: b, row: 13, column: 1 },
      c,
      20,
    );
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
    kernels.run(['dequantize', 128, latent.address, steps.address, values.address]);
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
    const buffers = [latent, first, second, gradient, weight, steps, stepGradient];
    const { lambda, rate, correction, keepFirst, keepSecond, epsilon } = numbers;
    kernels.run([
      'adamCoefficients',
      128,
      ...buffers.map(({ address }) => address),
      lambda,
      rate,
      correction,
      keepFirst,
      keepSecond,
      epsilon,
    ]);
    const column = (key: 'latent' | 'first' | 'second'): number[] => expected.map((state) => state[key]);
    expect(difference(latent.values, column('latent'))).toBeLessThan(1e-5);
    expect(difference(first.values, column('first'))).toBeLessThan(1e-5);
    expect(difference(second.values, column('second'))).toBeLessThan(1e-5);
    expect(difference(stepGradient.values, shares)).toBeLessThan(1e-5);
  });
});

describe('convolution', () => {
  const sizes: [outputs: number, products: number, images: number, height: number, width: number][] = [
    [1, 1, 1, 1, 1],
    [4, 6, 2, 3, 8],
    [5, 7, 3, 4, 5],
    [10, 12, 2, 2, 19],
    [7, 3, 40, 8, 16],
    [3, 5, 2, 33, 35],
  ];
  it.each(sizes)('of %i outputs, %i products, %i images of %i × %i, and its gradient', (...size) => {
    const [outputs, products, images, height, width] = size;
    const kernels = new TrainKernels(2e6);
    const row = width + 5;
    const image = row * (height + 3);
    const input = fill(kernels.buffer((images + 3) * image));
    const offsets = Array.from({ length: products }, () => Math.floor(random.next() * (2 * image)));
    const table = kernels.table(offsets.map((offset) => offset * 4));
    const shape = { outputs, products, images, height, width };
    const planes = { values: input.values, table: offsets, image, row };
    const weights = Float32Array.from({ length: outputs * products }, () => random.symmetric());
    const panels = kernels.buffer(Math.ceil(outputs / 4) * 4 * products);
    weights.forEach((weight, i) => {
      const [o, k] = [Math.floor(i / products), i % products];
      panels.values[Math.floor(o / 4) * 4 * products + k * 4 + (o % 4)] = weight;
    });
    const plane = height * width;
    const output = kernels.buffer(outputs * images * plane);
    const call = (add: 0 | 1): void =>
      kernels.run([
        'convolve',
        outputs,
        products,
        table.address,
        panels.address,
        input.address,
        image,
        row,
        images,
        height,
        width,
        output.address,
        images * plane,
        plane,
        0,
        add,
      ]);
    call(0);
    const exact = convolveReference(shape, weights, planes);
    expect(difference(output.values, exact)).toBeLessThan(1e-5 * Math.sqrt(products));
    call(1);
    expect(
      difference(
        output.values,
        exact.map((value) => 2 * value),
      ),
    ).toBeLessThan(3e-5 * Math.sqrt(products));

    const gradient = Float32Array.from({ length: outputs * images * plane }, () => random.symmetric());
    const padded = kernels.buffer(outputs * images * height * row);
    gradient.forEach((value, i) => {
      padded.values[Math.floor(i / width) * row + (i % width)] = value;
    });
    const result = kernels.buffer(outputs * products);
    kernels.run([
      'convolveWeights',
      outputs,
      products,
      table.address,
      input.address,
      image,
      row,
      padded.address,
      images * height * row,
      height * row,
      row,
      images,
      height,
      width,
      result.address,
    ]);
    const sums = convolveWeightsReference(shape, gradient, planes);
    expect(difference(result.values, sums)).toBeLessThan(1e-5 * Math.sqrt(images * plane));
  });
});

describe('transforms', () => {
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
