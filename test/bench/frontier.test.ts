import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { BitSink, BitSource } from '../../bench/frontier/bit-stream.ts';
import { dequantize, maxLevel, quantizeChannels } from '../../bench/frontier/channel-quantization.ts';
import { decodeFloats, encodeFloats } from '../../bench/frontier/float-file.ts';
import { HuffmanCode } from '../../bench/frontier/huffman-code.ts';
import { decodeIntegers, encodeIntegers } from '../../bench/frontier/integer-file.ts';
import { placeLabels } from '../../bench/frontier/labels.ts';
import { readMeasured } from '../../bench/frontier/measured-before.ts';
import { METHODS } from '../../bench/frontier/methods.ts';
import { plotFrontier, plotOverview } from '../../bench/frontier/plot.ts';
import type { FrontierPoint } from '../../bench/frontier/point.ts';
import { pruneByMagnitude } from '../../bench/frontier/prune.ts';
import { PUBLISHED } from '../../bench/frontier/published.ts';
import type { FrontierRun } from '../../bench/frontier/report.ts';
import { decodeSparse, encodeSparse } from '../../bench/frontier/sparse-file.ts';
import { isTrained } from '../../bench/frontier/trained-files.ts';
import { readWjz } from '../../src/format/read.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import { type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';
import { randomNetwork } from '../compress/networks.ts';
import { trainedFile, writeSyntheticMnist } from './synthetic-mnist.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const network = randomNetwork([40, 13, 7]);

/** Weights as levels of 4 or 8 bits mean them. */
function quantized(original: DenseNetwork, bits: number): Float32Array[] {
  return linearLayers(original).map(({ weights, outFeatures }) =>
    dequantize(quantizeChannels(weights, outFeatures, bits)),
  );
}

function weights(net: DenseNetwork): Float32Array[] {
  return linearLayers(net).map((layer) => layer.weights);
}

describe('quantisation with a scale a channel', () => {
  it.each([4, 8])('is off by half a step at most where it does not clip, %i bits', (bits) => {
    for (const { weights: original, outFeatures, inFeatures } of linearLayers(network)) {
      const { levels, scales } = quantizeChannels(original, outFeatures, bits);
      const max = maxLevel(bits);
      levels.forEach((level, i) => {
        const scale = scales[Math.floor(i / inFeatures)];
        expect(Math.abs(level)).toBeLessThanOrEqual(max);
        const error = Math.abs(original[i] - level * scale);
        if (Math.abs(level) < max) expect(error).toBeLessThanOrEqual(scale / 2 + 1e-6);
      });
    }
  });

  it('has less squared error than a scale that clips nothing', () => {
    const { weights: original, outFeatures, inFeatures } = linearLayers(network)[0];
    const peaks = Array.from({ length: outFeatures }, (_, row) =>
      Math.max(...original.subarray(row * inFeatures, (row + 1) * inFeatures).map(Math.abs)),
    );
    const plain = original.map((weight, i) => {
      const scale = peaks[Math.floor(i / inFeatures)] / 7;
      return Math.round(weight / scale) * scale;
    });
    const squares = (values: Float32Array): number =>
      values.reduce((sum, value, i) => sum + (value - original[i]) ** 2, 0);
    expect(squares(dequantize(quantizeChannels(original, outFeatures, 4)))).toBeLessThan(squares(plain));
  });

  it('takes channels that are zero throughout', () => {
    const { levels, scales } = quantizeChannels(new Float32Array(6), 2, 4);
    expect([...levels]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...scales]).toEqual([0, 0]);
  });
});

describe('files that others are compared with', () => {
  const expectStructure = (decoded: DenseNetwork): void => {
    expect(decoded.layers.map(({ type }) => type)).toEqual(network.layers.map(({ type }) => type));
    linearLayers(decoded).forEach(({ bias }, i) => {
      const original = linearLayers(network)[i].bias as Float32Array;
      expect(bias).toEqual(toFloat32(fromFloat32(original, [original.length], 'F16')));
    });
  };

  it.each([4, 8] as const)('int%i is read back as it was quantised', (bits) => {
    const decoded = decodeIntegers(encodeIntegers(network, bits));
    expect(weights(decoded)).toEqual(quantized(network, bits));
    expectStructure(decoded);
  });

  it('float32 is read back exactly', () => {
    expect(weights(decodeFloats(encodeFloats(network, 'F32')))).toEqual(weights(network));
  });

  it.each([0.5, 0.1, 0.004, 0])('pruned to %f and Huffman coded is read back the same', (kept) => {
    const pruned = pruneByMagnitude(network, kept);
    const decoded = decodeSparse(encodeSparse(pruned, 4));
    // Zeros have no sign in a file.
    const positive = (values: Float32Array): number[] => Array.from(values, (value) => value + 0);
    expect(weights(decoded).map(positive)).toEqual(quantized(pruned, 4).map(positive));
    expectStructure(decoded);
  });

  it('a pruned file is smaller the fewer weights are kept', () => {
    const sizes = [1, 0.5, 0.2, 0.05].map((kept) => encodeSparse(pruneByMagnitude(network, kept), 4).length);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(new Set(sizes).size).toBe(sizes.length);
  });

  it('pruning keeps the greatest, as many as it is told, and the last layer', () => {
    const [first, last] = linearLayers(network);
    const [pruned, untouched] = weights(pruneByMagnitude(network, 0.25));
    const kept = pruned.filter((weight) => weight !== 0).map(Math.abs);
    const gone = first.weights.filter((_, i) => pruned[i] === 0).map(Math.abs);
    expect(kept.length).toBe(first.weights.length / 4);
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...gone));
    expect(untouched).toEqual(last.weights);
  });
});

describe('Huffman codes', () => {
  it('come back from any symbols, and take what they say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 200, size: 'max' }),
        (symbols) => {
          const counts = new Uint32Array(16);
          for (const symbol of symbols) counts[symbol]++;
          const code = HuffmanCode.of(counts);
          const sink = new BitSink();
          code.writeTable(sink);
          for (const symbol of symbols) code.write(sink, symbol);
          const bytes = sink.finish();
          expect(bytes.length).toBe(Math.ceil(code.cost(counts) / 8));
          const source = new BitSource(bytes);
          const read = HuffmanCode.readTable(source, 16);
          expect(symbols.map(() => read.read(source))).toEqual(symbols);
        },
      ),
    );
  });

  it('are as short as they can be', () => {
    expect([...HuffmanCode.of([8, 4, 2, 1, 1]).lengths]).toEqual([1, 2, 3, 4, 4]);
  });
});

describe('trained files', () => {
  it('are told from those that were compressed, and from other nets', () => {
    const embedded = join(import.meta.dirname, '../../data/mnist-mlp-512-q20.wjz');
    expect(isTrained(readWjz(readFileSync(embedded)))).toBe(false);
    expect(isTrained(readWjz(trainedFile([300, 100])))).toBe(true);
    expect(isTrained(readWjz(trainedFile([8])))).toBe(false);
  });
});

describe('what earlier runs measured', () => {
  const root = join(import.meta.dirname, '../..');

  it('is what the documentation says, figure for figure', async () => {
    const rows = ['docs/training.md', 'docs/lab/convolutions.md']
      .flatMap((path) => readFileSync(join(root, path), 'utf8').split('\n'))
      .map((line) => line.replaceAll(',', ''));
    const percent = (value: number): string => `${value.toFixed(2)}%`;
    const settings = await readMeasured(join(root, 'data/frontier/measured.json'));
    expect(settings.length).toBeGreaterThan(10);
    for (const { command, points, method } of settings) {
      for (const { setting, bytes, heldOutError, error } of points) {
        if (method === 'float32') continue;
        const found = rows.filter((row) => new RegExp(`(^|[^\\d])${bytes}([^\\d]|$)`).test(row));
        const named = `${setting}: ${command}`;
        // Errors of digits, accuracies of photographs.
        expect(
          found.filter((row) => row.includes(percent(error)) || row.includes(percent(100 - error))),
          named,
        ).not.toEqual([]);
        if (heldOutError === undefined) continue;
        const heldOut = [percent(heldOutError), percent(100 - heldOutError)];
        expect(
          found.filter((row) => heldOut.some((text) => row.includes(text))),
          named,
        ).not.toEqual([]);
      }
    }
  });

  it('is refused where a net or a method is unknown', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wjpeg-measured-'));
    try {
      const path = join(folder, 'measured.json');
      writeFileSync(path, JSON.stringify([{ net: 'none', method: 'trained', command: 'c', points: [] }]));
      await expect(readMeasured(path)).rejects.toThrow('measured.json: c: unknown net none');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the plot', () => {
  const point = (changes: Partial<FrontierPoint>): FrontierPoint => ({
    net: '784-512-10',
    method: 'jpeg',
    setting: 'quality 20',
    bytes: 40_000,
    error: 0.03,
    published: false,
    ...changes,
  });

  test('labels do not cover one another', () => {
    const spots = [
      { x: 200, y: 100 },
      { x: 204, y: 104 },
    ];
    const requests = spots.map((spot) => ({ text: 'the same words', at: [spot] }));
    const [first, second] = placeLabels(requests, spots, { left: 0, top: 0, right: 400, bottom: 200 });
    expect([first.anchor, first.dy]).not.toEqual([second.anchor, second.dy]);
  });

  test('errors of nothing and of everything are drawn too', () => {
    for (const error of [0, 0.9]) {
      const svg = plotFrontier([point({ error })]);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg).toContain('>JPEG</text>');
    }
  });

  test('an overview has what is trained and what is published, by net', () => {
    const trained = point({ method: 'trained', bytes: 2500, error: 0.015 });
    const svg = plotOverview([trained, point({}), ...PUBLISHED]);
    for (const text of ['784-512-10', 'Deep Compression']) expect(svg).toContain(`>${text}</text>`);
    expect(svg).not.toMatch(/JPEG<|MLPerf|NaN/);
  });

  test('a panel a net, published points by their names', () => {
    const svg = plotFrontier([point({}), point({ method: 'int8', bytes: 370_000 }), ...PUBLISHED]);
    for (const text of [
      '784-512-10, MNIST',
      'LeNet-300-100, MNIST',
      'int8',
      'Deep Compression (published)',
      '10 kB',
    ]) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });
});

describe('npm run frontier', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-frontier-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let paths: ReturnType<typeof writeSyntheticMnist>;
  beforeAll(() => {
    paths = writeSyntheticMnist(folder);
  });

  const frontier = (words: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['--import', 'tsx', 'bench/frontier/index.ts', ...words], {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
      env: { ...process.env, WJPEG_MNIST_DIR: '', WJPEG_REFERENCE_MODEL: '' },
    });

  it('writes a table, JSON, Markdown and a plot, with all methods', () => {
    const { data, dense, models } = paths;
    const out = join(folder, 'out');
    const inputs = ['--data', data, '--dense', dense, '--models', models];
    const words = ['--quick', ...inputs, '--qualities', '30', '--out', out];
    const { status, stdout, stderr } = frontier(words);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/MNIST +784-512-10 +float32 +safetensors +1,6\d\d,\d{3} /);

    const run = JSON.parse(readFileSync(join(out, 'frontier.json'), 'utf8')) as FrontierRun;
    expect(run.images).toBe(150);
    const methods = [...new Set(run.points.map(({ method }) => method))];
    expect(methods).toEqual(METHODS.map(({ id }) => id));
    const trained = run.points.filter(
      ({ method, measuredBefore }) => method === 'trained' && !measuredBefore,
    );
    expect(trained.map(({ setting }) => setting)).toEqual(['net.wjz, arithmetic']);
    for (const { published, bytes, error, nonzeros, weights: all } of run.points) {
      expect(bytes).toBeGreaterThan(0);
      expect(error).toBeGreaterThanOrEqual(0);
      if (all !== undefined) expect(published || (nonzeros as number) <= all).toBe(true);
    }
    expect(readFileSync(join(out, 'frontier.md'), 'utf8')).toContain('| MNIST | 784-512-10 | int8 |');
    for (const name of ['frontier.svg', 'frontier-overview.svg']) {
      const svg = readFileSync(join(out, name), 'utf8');
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg).toContain('has errors of 150 test pictures, all else of the whole test set</text>');
    }
  });

  it.skipIf(!hasPython)('the plot is well-formed XML (python3)', () => {
    const script = 'import sys, xml.dom.minidom as d; print(d.parse(sys.argv[1]).documentElement.tagName)';
    const path = join(folder, 'plot.svg');
    writeFileSync(path, plotFrontier(PUBLISHED));
    const { stdout, stderr } = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' });
    expect([stdout.trim(), stderr]).toEqual(['svg', '']);
  });

  it.each([
    ['no data', () => [], /^npm run frontier --: Missing required argument: data/],
    ['a folder that is not there', () => ['--data', join(folder, 'none')], /^frontier: .*none: no such file/],
    [
      'weights of another net',
      () => ['--data', paths.data, '--dense-lenet', paths.dense],
      /^frontier: .*dense.safetensors is 784-512-10, expected 784-300-100-10\n$/,
    ],
    [
      'a file for the folder of reports, before anything is measured',
      () => ['--data', join(folder, 'none'), '--out', paths.dense],
      /^frontier: --out is '.*dense.safetensors', a file, expected a folder\n$/,
    ],
    [
      'a quality that is none',
      () => ['--data', paths.data, '--qualities', '0'],
      /^npm run frontier --: --qualities is 0, expected a whole number from 1 to 100/,
    ],
  ])('refuses %s in one line', (_, words, message) => {
    const { status, stderr } = frontier(words());
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
