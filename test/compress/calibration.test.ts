import { describe, expect, it } from 'vitest';
import { Calibration } from '../../src/compress/calibration.ts';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { mulberry32 } from '../../src/random.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle } from '../../src/runtime/oracle.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import type { DenseLinear, DenseNetwork } from '../../src/weights/dense-network.ts';
import { denseNodes } from '../../src/weights/dense-network.ts';

const WIDTH = 12;
const HEIGHT = 10;
const random = mulberry32(5);

function layer(name: string, inFeatures: number, outFeatures: number): DenseLinear {
  return {
    type: 'linear',
    name,
    inFeatures,
    outFeatures,
    weights: Float32Array.from({ length: inFeatures * outFeatures }, () => (random() - 0.5) / 4),
    bias: Float32Array.from({ length: outFeatures }, () => random() - 0.5),
  };
}

const network: DenseNetwork = {
  layers: [layer('a', WIDTH * HEIGHT, 40), { type: 'relu' }, layer('b', 40, 11)],
};

/** Smooth pictures: neighbours alike, the right third always black, as data sets have it. */
function pictures(count: number): Float32Array {
  const values = new Float32Array(count * WIDTH * HEIGHT);
  for (let i = 0; i < count; i++) {
    const [a, b, c] = [random() * 3, random() * 3, random()];
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH - 4; x++) {
        values[(i * HEIGHT + y) * WIDTH + x] = c * (1 + Math.sin(a + x / 3) * Math.cos(b + y / 2));
      }
    }
  }
  return values;
}

const seen = pictures(400);
const unseen = pictures(100);
const calibration = new Calibration({ count: 400, size: WIDTH * HEIGHT, values: seen });

function stored(options: Partial<CompressOptions>): Uint8Array {
  const { content } = compress(network, {
    input: {
      kind: 'image',
      width: WIDTH,
      height: HEIGHT,
      channels: 1,
      mean: 0,
      std: 1,
      preprocessing: { background: 'dark', fit: 'contain' },
    },
    quality: 30,
    layout: 'auto',
    map: 'symmetric',
    scope: 'layer',
    layers: ['a', 'b'],
    rest: 'F32',
    entropy: 'arithmetic',
    ...options,
  });
  return writeWjz(content);
}

/** Mean squared error of the logits on pictures that calibration did not see, relative to their variance. */
function error(file: Uint8Array): number {
  const exact = new Oracle(denseNodes(network));
  const actual = new Oracle(loadNetwork(readWjz(file), 'coefficient'));
  let squares = 0;
  let sum = 0;
  let total = 0;
  const size = WIDTH * HEIGHT;
  for (let i = 0; i < 100; i++) {
    const input = unseen.subarray(i * size, (i + 1) * size);
    const [wanted, got] = [exact.run(input), actual.run(input)];
    wanted.forEach((logit, k) => {
      squares += (logit - got[k]) ** 2;
      sum += logit;
      total += logit * logit;
    });
  }
  return squares / (total - (sum * sum) / 1100);
}

describe('calibrated compression', () => {
  it('keeps what the network does in fewer bytes than compression that knows nothing of its inputs', () => {
    const calibrated = stored({ calibration, quality: 5 });
    const plain = stored({ quality: 50 });
    expect(calibrated.length).toBeLessThan(plain.length);
    expect(error(calibrated)).toBeLessThan(error(plain));
  });

  it('takes more bytes and errs less, the higher the quality', () => {
    const files = [5, 20, 60, 100].map((quality) => stored({ calibration, quality }));
    for (let i = 1; i < files.length; i++) {
      expect(files[i].length).toBeGreaterThan(files[i - 1].length);
      expect(error(files[i])).toBeLessThan(error(files[i - 1]));
    }
    expect(error(files[3])).toBeLessThan(1e-4);
  });

  it('gives the same bytes every time, from the cache or not', () => {
    const once = stored({ calibration });
    expect(stored({ calibration })).toEqual(once);
    const fresh = new Calibration({ count: 400, size: WIDTH * HEIGHT, values: seen });
    expect(stored({ calibration: fresh })).toEqual(once);
  });

  it('keeps the mean of the logits through the biases', () => {
    const exact = new Oracle(denseNodes(network));
    const actual = new Oracle(loadNetwork(readWjz(stored({ calibration, quality: 20 })), 'coefficient'));
    const means = new Float64Array(11);
    for (let i = 0; i < 400; i++) {
      const input = seen.subarray(i * 120, (i + 1) * 120);
      const [wanted, got] = [exact.run(input), actual.run(input)];
      for (let k = 0; k < 11; k++) means[k] += (wanted[k] - got[k]) / 400;
    }
    for (const difference of means) expect(Math.abs(difference)).toBeLessThan(1e-5);
  });

  it('bears the lowest quality, where nothing is left of the weights', () => {
    expect(error(stored({ calibration, quality: 1 }))).toBeLessThan(2);
  });

  it('bears inputs that never change', () => {
    const still = new Calibration({ count: 3, size: 120, values: new Float32Array(360) });
    expect(Number.isFinite(error(stored({ calibration: still })))).toBe(true);
  });

  it('works in the matrix layout and with layers left out', () => {
    expect(error(stored({ calibration, layout: 'matrix', quality: 60 }))).toBeLessThan(0.05);
    expect(error(stored({ calibration, layers: ['a'], quality: 60 }))).toBeLessThan(0.05);
  });

  it('answers on every path, though jpeg-js knows no arithmetic coding', async () => {
    const file = stored({ calibration, quality: 80 });
    const logits: Float32Array[] = [];
    for (const path of ['coefficient', 'expanded'] as const) {
      const session = await InferenceSession.create(file, { path, backends: ['reference'] });
      logits.push((await session.infer(unseen.slice(0, 120))).logits);
    }
    logits[0].forEach((logit, k) => {
      expect(Math.abs(logit - logits[1][k])).toBeLessThan(0.2);
    });
  });
});
