import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DecodedPng, decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeFloats } from '../../bench/frontier/float-file.ts';
import { orderNeurons } from '../../src/compress/neuron-order.ts';
import type { ReportData } from '../../src/report/data.ts';
import { renderReport } from '../../src/report/page.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { writeIdx, writeIdxFile } from '../bench/synthetic-mnist.ts';
import { type ProgramResult, runProgram } from '../cli/run-program.ts';
import { randomNetwork } from '../compress/networks.ts';
import { colourNetwork } from '../graph/colour-network.ts';
import { embedded, noisePictures, readEmbedded } from './models.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-report-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const pictures = noisePictures(40);
const data = at('data');
mkdirSync(data);
writeIdx(data, 't10k', pictures);

const network = randomNetwork([784, 64, 10]);
const dense = at('dense.safetensors');
writeFileSync(dense, encodeFloats(network, 'F32'));
const model = at('model.wjz');
const settings = ['--input', '28x28', '--quality', '90'];
const made = runProgram('wjpeg', ['compress', dense, '-o', model, ...settings]);

function report(words: readonly string[]): Promise<ProgramResult> {
  return runProgram('wjpeg', ['report', ...words, '--repeats', '3', '--backend', 'reference']);
}

const pngOf = (uri: string): DecodedPng => decode(Buffer.from(uri.split(',')[1], 'base64'));

describe('wjpeg report', () => {
  it('writes one page, which says what --json says', async () => {
    await made;
    const page = at('report.html');
    const result = await report([model, '-o', page, '--dense', dense, '--data', data, '--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const content = JSON.parse(result.stdout) as ReportData;
    expect(readFileSync(page, 'utf8')).toBe(renderReport(content));
    expect(content.model).toMatchObject({
      file: 'model.wjz',
      bytes: readFileSync(model).length,
      dense: 'dense.safetensors',
    });
    // A reader has other folders.
    expect(readFileSync(page, 'utf8')).not.toContain(folder);
    expect(content.costs.paths.map(({ path, backend }) => [path, backend])).toEqual([
      ['coefficient', 'reference'],
      ['expanded', 'reference'],
      ['dense', 'reference'],
    ]);
    for (const { residentBytes, peakBytes, microseconds, batchMicroseconds } of content.costs.paths) {
      expect(residentBytes).toBeGreaterThan(0);
      expect(peakBytes).toBeGreaterThanOrEqual(residentBytes);
      expect(Math.min(microseconds, batchMicroseconds)).toBeGreaterThan(0);
    }
    const { correct, images } = content.evaluation as NonNullable<ReportData['evaluation']>;
    expect(content.costs.paths[0]).toMatchObject({ correct, sameAnswer: images });
    const words = [
      'eval',
      model,
      '--data',
      data,
      '--dense',
      dense,
      '--path',
      'all',
      '--backend',
      'reference',
    ];
    const { results } = JSON.parse((await runProgram('wjpeg', [...words, '--json'])).stdout);
    const judged = (path: string): number =>
      results.find((result: { path: string }) => result.path === path).correct;
    expect(correct).toBe(judged('coefficient'));
    const { original, classes, mistakes } = content.evaluation as NonNullable<ReportData['evaluation']>;
    expect(original).toMatchObject({ correct: judged('dense'), accuracy: judged('dense') / images });
    expect(correct + (original?.lost as number) - (original?.gained as number)).toBe(judged('dense'));
    expect(classes.reduce((sum, { originalCorrect = 0 }) => sum + originalCorrect, 0)).toBe(judged('dense'));
    expect(mistakes.filter((mistake) => mistake.original?.correct)).toHaveLength(original?.lost as number);
  });

  it('has the figures of wjpeg inspect and wjpeg compress', async () => {
    await made;
    const { layers, model: file } = JSON.parse((await report([model, '--json', '--dense', dense])).stdout);
    const inspected = JSON.parse((await runProgram('wjpeg', ['inspect', model, '--json'])).stdout);
    expect(layers[0].jpeg).toMatchObject({
      nonzeros: inspected.layers[0].nonzeros,
      quantization: inspected.layers[0].quantization,
    });
    expect(file.entries).toEqual(inspected.entries);
    const compressed = JSON.parse(
      (await runProgram('wjpeg', ['compress', dense, '-o', at('again.wjz'), ...settings, '--json'])).stdout,
    );
    expect(layers[0].jpeg.psnr).toBeCloseTo(compressed.layers[0].psnr, 9);
    expect(layers.map(({ bytes }: { bytes: number }) => bytes)).toEqual(
      compressed.layers.map(({ bytes }: { bytes: number }) => bytes),
    );
  });

  it('finds the neurons again where they were put in order of energy', async () => {
    const ordered = at('ordered.wjz');
    await runProgram('wjpeg', ['compress', dense, '-o', ordered, ...settings, '--order', 'energy']);
    const { layers } = JSON.parse((await report([ordered, '--json', '--dense', dense])).stdout);
    expect(orderNeurons(network)).not.toEqual(network);
    expect(layers[0].jpeg.pictures.reordered).toBe(true);
    expect(layers[0].jpeg.psnr).toBeGreaterThan(30);
  });

  it('doubts weights that are those of another network, and does not reorder them', async () => {
    await made;
    const other = at('other.safetensors');
    writeFileSync(other, encodeFloats(randomNetwork([784, 64, 10], 77), 'F32'));
    const pages = [dense, other].map(async (original, index) => {
      const page = at(`doubt-${index}.html`);
      const { stdout } = await report([model, '-o', page, '--json', '--dense', original]);
      const { layers } = JSON.parse(stdout) as ReportData;
      return {
        doubts: readFileSync(page, 'utf8').includes('Is this the original?'),
        jpeg: layers[0].jpeg,
        relativeError: layers[0].relativeError,
      };
    });
    const [same, different] = await Promise.all(pages);
    expect(same).toMatchObject({ doubts: false, jpeg: { pictures: { reordered: false } } });
    expect(same.relativeError).toBeLessThan(0.1);
    expect(different).toMatchObject({ doubts: true, jpeg: { pictures: { reordered: false } } });
    expect(different.relativeError).toBeGreaterThan(1);
  });

  it('does without pictures and original weights', async () => {
    const page = at('plain.html');
    const result = await report([embedded('mnist-lenet-300-100-trained'), '-o', page]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^[^\n]*plain\.html: [\d.]+ kB\n$/);
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('browsers do not support arithmetic coding');
    expect(text).not.toContain('id="accuracy"');
    const nodes = loadNetwork(readEmbedded('mnist-lenet-300-100-trained'), 'coefficient').nodes;
    const kept = nodes.reduce(
      (sum, node) => sum + (node.kind === 'dense' ? 0 : node.coefficients.value.length),
      0,
    );
    expect(text).toContain(`<b>${kept.toLocaleString('en-GB')}</b>`);
  });

  it('shows kernels, feature maps and mistakes of a convolutional network in colour', async () => {
    const [size, count] = [32, 12];
    const folder = at('colours');
    mkdirSync(folder);
    const pixels = noisePictures(Math.ceil((count * size * size * 3) / 784)).pictures;
    writeIdxFile(
      folder,
      't10k-images-idx4-ubyte',
      [count, size, size, 3],
      pixels.subarray(0, count * size * size * 3),
    );
    writeIdxFile(
      folder,
      't10k-labels-idx1-ubyte',
      [count],
      Uint8Array.from({ length: count }, (_, i) => i % 4),
    );
    const network = at('colour.wjz');
    writeFileSync(network, await colourNetwork());
    // What the file expands to, as its original.
    const same = at('colour.safetensors');
    await runProgram('wjpeg', ['export', network, '-o', same]);
    const page = at('colour.html');
    // The judge would take minutes for it.
    const words = ['-o', page, '--data', folder, '--dense', same, '--json', '--repeats', '3'];
    const result = await runProgram('wjpeg', ['report', network, ...words, '--backend', 'wasm']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { kernels, layers, maps, evaluation } = JSON.parse(result.stdout) as ReportData;
    expect(kernels).toMatchObject([
      { layer: 'first', shape: [16, 3, 3, 3], colour: true, outputs: 16, inputs: 3 },
      { layer: 'second', shape: [16, 16, 3, 3], colour: false, outputs: 16, inputs: 16, stored: 'taps' },
    ]);
    for (const { source, original } of kernels) expect(original).toBe(source);
    expect(layers.map(({ name }) => name)).toEqual(expect.arrayContaining(['first', 'second']));
    expect(evaluation?.original).toMatchObject({ correct: evaluation?.correct, lost: 0, gained: 0 });
    expect(pngOf(kernels[0].source)).toMatchObject({ channels: 3, width: kernels[0].width });
    expect(pngOf(kernels[1].source)).toMatchObject({ channels: 1, height: kernels[1].height });
    expect(maps?.layers).toMatchObject([
      { layer: 'first', shape: [16, 32, 32], maps: 16 },
      { layer: 'second', shape: [16, 32, 32], maps: 16 },
    ]);
    // Red, green and blue of each pixel, as in the file.
    expect([...pngOf(maps?.picture as string).data]).toEqual([...pixels.subarray(0, size * size * 3)]);
    const [mistake] = (evaluation as NonNullable<ReportData['evaluation']>).mistakes;
    const start = mistake.index * size * size * 3;
    expect([...pngOf(mistake.picture).data]).toEqual([...pixels.subarray(start, start + size * size * 3)]);
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('id="kernels"');
    expect(text).toContain('id="maps"');
  });

  it('takes only the first pictures when told to', async () => {
    await made;
    const { evaluation } = JSON.parse(
      (await report([model, '--json', '--data', data, '--limit', '7'])).stdout,
    );
    expect(evaluation).toMatchObject({ images: 7, available: 40 });
  });
});

describe('bad input is one clear line, and leaves no file', () => {
  const broken = at('broken.wjz');
  writeFileSync(broken, readFileSync(embedded('mnist-mlp-512-q20')).subarray(0, 20_000));
  const folderOf = (name: string, change: Partial<typeof pictures>): string => {
    const path = at(name);
    mkdirSync(path);
    writeIdx(path, 't10k', { ...pictures, ...change });
    return path;
  };
  const page = at('bad.html');
  const good = embedded('mnist-mlp-512-trained');
  const small = { width: 14, height: 56 };
  const wrongLabel = { labels: pictures.labels.with(7, 10) };
  const cases: [string, readonly string[], RegExp][] = [
    ['a model that is not there', [at('none.wjz')], /none\.wjz: no such file/],
    ['a model that is cut short', [broken], /broken\.wjz: /],
    [
      'a picture for a model',
      [join(embedded(''), '..', 'pictures', 'digit-7.png')],
      /this is a PNG picture, expected a model of wjpeg/,
    ],
    [
      'weights of another size',
      [good, '--dense', dense],
      /the dense model is 784-64-10, expected 784-512-10/,
    ],
    ['weights that are none', [good, '--dense', good], /trained\.wjz: /],
    ['a folder without pictures', [good, '--data', folder], /has no picture that can be read: .*IDX file/],
    [
      'pictures of another size',
      [good, '--data', folderOf('small', small)],
      /14×56, but the model takes 28×28/,
    ],
    [
      'a label beyond the outputs',
      [good, '--data', folderOf('label', wrongLabel)],
      /picture 7 has label 10, but the model has 10/,
    ],
  ];
  it.each(cases)('%s', async (_, words, message) => {
    const result = await report([...words, '-o', page]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^wjpeg: [^\n]+\n$/);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/unexpected/);
    expect(existsSync(page)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('a folder for the page that is not there, found out before any work', async () => {
    const result = await report([at('none.wjz'), '-o', join(folder, 'nowhere', 'r.html')]);
    expect(result.stderr).toMatch(/^wjpeg: cannot write [^\n]*r\.html: no such file or folder\n$/);
    expect(result.code).toBe(1);
  });

  it.each([
    ['neither a page nor JSON', [], /nothing to do/],
    ['a limit without pictures', ['-o', page, '--limit', '5'], /--limit counts pictures/],
    ['half a picture', ['-o', page, '--data', data, '--limit', '0.5'], /--limit is 0.5/],
  ] as const)('%s', async (_, words, message) => {
    const result = await report([good, ...words]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(existsSync(page)).toBe(false);
  });
});
