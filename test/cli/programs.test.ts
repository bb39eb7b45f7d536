import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { writeWjz } from '../../src/format/write.ts';
import { mulberry32 } from '../../src/random.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { allNames } from '../../src/text/names.ts';
import { writeIdx } from '../bench/synthetic-mnist.ts';
import { graphContent } from '../format/graph-contents.ts';
import { noisePictures } from '../report/models.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** 28×28 → 40 → 10 with random weights: enough for every command. */
function randomModel(): Uint8Array {
  const random = mulberry32(11);
  const layer = (outFeatures: number, inFeatures: number) =>
    fromFloat32(
      Float32Array.from({ length: outFeatures * inFeatures }, () => (random() - 0.5) / 10),
      [outFeatures, inFeatures],
      'F32',
    );
  return writeSafetensors(
    new Map([
      ['fc1.weight', layer(40, 784)],
      ['fc1.bias', fromFloat32(new Float32Array(40), [40], 'F32')],
      ['fc2.weight', layer(10, 40)],
    ]),
  );
}

const dense = at('model.safetensors');
writeFileSync(dense, randomModel());
const model = at('model.wjz');
const made = runProgram('wjpeg', [
  'compress',
  dense,
  '-o',
  model,
  '--input',
  '28x28',
  '--scale',
  'row',
  '--quality',
  '50',
]);

const PICTURES = join(import.meta.dirname, '..', '..', 'data', 'pictures');
const picture = join(PICTURES, 'digit-7.png');
const backend = ['--backend', 'reference'];

describe('wjpeg compress', () => {
  it('prints each layer and the totals, and writes a file that reads', async () => {
    const { code, stdout, stderr } = await made;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/fc1 +40×784 +JPEG, rows +125\.4 kB/);
    expect(stdout).toMatch(/fc2 +10×40 +F16/);
    expect(stdout).toMatch(/model\.wjz: \d+ bytes, [\d.]+× smaller than float32/);
  });

  it('arranges every layer as a matrix when told to', async () => {
    const output = at('matrix.wjz');
    const words = [
      'compress',
      dense,
      '-o',
      output,
      '--layers',
      'all',
      '--layout',
      'matrix',
      '--quality',
      '20',
      '--map',
      'symmetric',
    ];
    const { code, stdout } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    expect(stdout.match(/JPEG, matrix/g)).toHaveLength(2);
    const verified = await runProgram('wjpeg', ['verify', output, ...backend, '--samples', '8']);
    expect(verified.code).toBe(0);
  });

  it('gives the same bytes on every run', async () => {
    await made;
    const again = at('again.wjz');
    await runProgram('wjpeg', [
      'compress',
      dense,
      '-o',
      again,
      '--input',
      '28x28',
      '--scale',
      'row',
      '--quality',
      '50',
    ]);
    expect(readFileSync(again)).toEqual(readFileSync(model));
  });

  it('refuses an input size that does not fit, and writes nothing', async () => {
    const { code, stderr } = await runProgram('wjpeg', [
      'compress',
      dense,
      '-o',
      at('no.wjz'),
      '--input',
      '20x20',
    ]);
    expect(code).toBe(1);
    expect(stderr).toBe(`wjpeg: ${dense}: --input 20x20 is 400 samples, but the first layer takes 784\n`);
    expect(() => readFileSync(at('no.wjz'))).toThrow();
  });
});

describe('wjpeg-infer', () => {
  it.each([
    ['gpujs:cpu', /^coefficient +gpujs:cpu /m],
    [
      'webgpu',
      process.env.VK_DRIVER_FILES
        ? /^coefficient +webgpu /m
        : /no backend is available: webgpu: |^coefficient +webgpu /m,
    ],
  ])('runs on %s, whose package is not in the bundle', async (name, expected) => {
    const { stdout, stderr } = await runProgram('wjpeg-infer', ['--backend', name, '--repeats', '2']);
    expect(stdout + stderr).toMatch(expected);
    expect(stderr).not.toMatch(/unexpected|import callback/);
  });

  it('only answers when told to, and says what answered', async () => {
    const words = ['--no-baseline', ...backend];
    const { code, stdout, stderr } = await runProgram('wjpeg-infer', words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^digit-7\.png: 7$/m);
    expect(stdout).toMatch(/\ncoefficient on reference\n$/);
    expect(stdout).not.toMatch(/resident/);
    const json = await runProgram('wjpeg-infer', [...words, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ path: 'coefficient', backend: 'reference', label: '7' });
  });

  it('runs the embedded model on the embedded picture, and says so', async () => {
    const { code, stdout, stderr } = await runProgram('wjpeg-infer', ['--repeats', '3']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^No model given; running the built-in mnist-lenet5-trained\.jpg on a sample image\.\n/,
    );
    expect(stdout).toMatch(/digit-7\.png: 7/);
    expect(stdout).toMatch(/^coefficient +\w+ +[\d.]+ kB +[\d.]+ (µs|ms)$/m);
    expect(stdout).toMatch(/^expanded +\w+ +[\d.]+ MB +[\d.]+ (µs|ms)$/m);
    expect(stdout).toMatch(/^expanded ÷ coefficient +[\d.]+× +[\d.]+×$/m);
  });

  it('takes several pictures, PNG and JPEG, and prints JSON', async () => {
    await made;
    const words = [
      model,
      picture,
      join(PICTURES, 'digit-5-chalk.jpg'),
      '--json',
      '--repeats',
      '2',
      ...backend,
    ];
    const { code, stdout } = await runProgram('wjpeg-infer', words);
    expect(code).toBe(0);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ file }: { file: string }) => file)).toEqual([
      picture,
      join(PICTURES, 'digit-5-chalk.jpg'),
    ]);
    expect(answers[0].probabilities).toHaveLength(10);
  });

  it('answers for each picture in order when one is broken, and fails at the end', async () => {
    await made;
    const broken = at('broken.jpg');
    writeFileSync(broken, 'no picture');
    const words = [model, picture, broken, picture, ...backend, '--no-baseline'];
    const text = await runProgram('wjpeg-infer', words);
    expect(text.code).toBe(1);
    expect(text.stdout.match(/digit-7\.png: /g)).toHaveLength(2);
    expect(text.stderr).toMatch(/broken\.jpg: this is text .+\nwjpeg-infer: 1 of 3 pictures failed\n$/);
    const csv = await runProgram('wjpeg-infer', [...words, '--csv']);
    expect(csv.stdout.split('\n')).toHaveLength(5);
    expect(csv.stdout).toMatch(/broken\.jpg,,,,,,PICTURE_FORMAT\n/);
  });

  it('takes folders, quoted patterns and words after --', async () => {
    await made;
    const list = async (words: string[]) =>
      (await runProgram('wjpeg-infer', ['--csv', ...backend, ...words])).stdout.split('\n').length - 2;
    expect(await list([model, PICTURES])).toBeGreaterThan(3);
    expect(await list([model, join(PICTURES, 'digit-7.p?g')])).toBe(1);
    expect(await list(['--', model, picture])).toBe(1);
  });

  it('takes the pictures of subfolders, and goes on past a folder without any', async () => {
    await made;
    mkdirSync(at('photos/2026/june'), { recursive: true });
    mkdirSync(at('photos/empty'));
    copyFileSync(picture, at('photos/b.PNG'));
    copyFileSync(picture, at('photos/2026/june/a.png'));
    writeFileSync(at('photos/notes.txt'), 'no picture');
    const words = [at('photos/empty'), at('photos'), at('photos/*.gif'), '--csv', ...backend];
    const { code, stdout, stderr } = await runProgram('wjpeg-infer', [model, ...words]);
    expect(code).toBe(1);
    expect(stdout.split('\n').map((line) => line.split(',')[0].replace(`${folder}/`, ''))).toEqual([
      'file',
      'photos/empty',
      'photos/2026/june/a.png',
      'photos/b.PNG',
      'photos/*.gif',
      '',
    ]);
    expect(stderr.match(/no picture found, expected PNG or JPEG files/g)).toHaveLength(2);
    expect(stderr).toMatch(/wjpeg-infer: 2 of 4 pictures failed\n$/);
  });

  it('reads a picture from standard input', async () => {
    await made;
    const input = readFileSync(picture);
    const { code, stdout } = await runProgram('wjpeg-infer', [model, '-', '--repeats', '2', ...backend], {
      input,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^standard input: \d/);
  });

  it('compares with the original weights when they are given', async () => {
    await made;
    const words = [model, picture, '--dense', dense, '--repeats', '2', ...backend];
    const { code, stdout } = await runProgram('wjpeg-infer', words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dense +reference/m);
  });
});

describe('wjpeg inspect', () => {
  it('shows the manifest and the layers, and draws the contact sheet', async () => {
    await made;
    const { code, stdout } = await runProgram('wjpeg', ['inspect', model, '--png', at('sheet.png')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/format +wjz 2\.0/);
    expect(stdout).toMatch(/fc1 +40×784 +JPEG, rows +256×160/);
    expect(decode(readFileSync(at('sheet.png')))).toMatchObject({ width: 256, height: 160 });
  });

  it('shows labels apart from one another', async () => {
    const labels = ['hot dog', 'ice cream', ...'abcdefgh'];
    const words = ['compress', dense, '-o', at('food.wjz'), '--labels', labels.join(',')];
    expect((await runProgram('wjpeg', words)).code).toBe(0);
    const { stdout } = await runProgram('wjpeg', ['inspect', at('food.wjz')]);
    expect(stdout).toMatch(/^labels +hot dog, ice cream, a, b, c, d, e, f, g, h$/m);
    expect(allNames(['a, b', ' c', '', '"d"', 'e f'])).toBe('"a, b", " c", "", "\\"d\\"", e f');
  });

  it('shows a graph: its nodes in order, with what they take and give', async () => {
    writeFileSync(at('graph.wjz'), writeWjz(graphContent()));
    const { code, stdout } = await runProgram('wjpeg', ['inspect', at('graph.wjz')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^outputs +c, sum$/m);
    expect(stdout).toMatch(/^gelu 1 +gelu, approximate "tanh" +a +16$/m);
    expect(stdout).toMatch(/^sum +add +b, gelu 1 +16$/m);
    expect(stdout).toMatch(/^b +16×16 +JPEG, matrix +16×16 /m);
    const json = await runProgram('wjpeg', ['inspect', at('graph.wjz'), '--json']);
    expect(JSON.parse(json.stdout).nodes).toContainEqual({
      name: 'p',
      operator: 'prelu',
      inputs: ['leaky-relu 4'],
      shape: [16],
      attributes: {},
    });
    const sheet = await runProgram('wjpeg', ['inspect', at('graph.wjz'), '--png', at('graph.png')]);
    expect(sheet.stderr).toMatch(/contact sheet of layer 'a'/);
  });

  it('verifies a graph, and writes a report of it', async () => {
    writeFileSync(at('graph.wjz'), writeWjz(graphContent()));
    const verified = await runProgram('wjpeg', ['verify', at('graph.wjz'), '--backend', 'wasm', '--json']);
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout).verdicts[0]).toMatchObject({
      path: 'coefficient',
      backend: 'wasm',
      passed: true,
      sameAnswer: 64,
    });
    const page = at('graph.html');
    const words = [
      'report',
      at('graph.wjz'),
      '-o',
      page,
      '--json',
      '--repeats',
      '1',
      '--backend',
      'reference',
    ];
    const { code, stdout } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    const { model: facts, layers } = JSON.parse(stdout);
    expect(facts).toMatchObject({ isGraph: true, labels: ['x', 'y', 'z'] });
    expect(facts.layers.slice(0, 3)).toEqual(['a', 'gelu', 'b']);
    expect(layers.map(({ name }: { name: string }) => name)).toEqual(['a', 'b', 'c']);
    expect(readFileSync(page, 'utf8')).toMatch(/a, gelu, b, /);
  });

  it('draws a neuron before and after', async () => {
    await made;
    const words = ['inspect', model, '--png', at('neuron.png'), '--neuron', '3', '--dense', dense];
    expect((await runProgram('wjpeg', words)).code).toBe(0);
    const { width, height, data } = decode(readFileSync(at('neuron.png')));
    expect({ width, height }).toEqual({ width: 28 * 8 * 2 + 16, height: 28 * 8 });
    // Both halves show the same neuron: their samples correlate.
    const left: number[] = [];
    const right: number[] = [];
    for (let y = 4; y < height; y += 8) {
      for (let x = 4; x < 224; x += 8) {
        left.push(data[y * width + x]);
        right.push(data[y * width + x + 240]);
      }
    }
    expect(correlation(left, right)).toBeGreaterThan(0.8);
  });

  it('refuses a neuron that is not there', async () => {
    await made;
    const { code, stderr } = await runProgram('wjpeg', [
      'inspect',
      model,
      '--png',
      at('no.png'),
      '--neuron',
      '40',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/layer 'fc1' has no neuron 40, expected 0 to 39\n$/);
  });
});

describe('wjpeg eval', () => {
  it('prints times of single inferences and of batches, as report does', async () => {
    await made;
    const data = at('idx');
    mkdirSync(data);
    writeIdx(data, 't10k', noisePictures(40));
    const words = ['eval', model, '--data', data, '--dense', dense, ...backend];
    const { code, stdout, stderr } = await runProgram('wjpeg', words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^path .* single +per picture, batch of 256$/m);
    for (const path of ['coefficient', 'expanded', 'dense']) {
      expect(stdout).toMatch(new RegExp(`^${path} +reference +\\d+/40 .*µs +[\\d.]+ µs$`, 'm'));
    }
    const json = JSON.parse((await runProgram('wjpeg', [...words, '--json'])).stdout);
    expect(json.batch).toBe(256);
    expect(json.results[0].layers.map(Object.keys)).toEqual(
      json.results[0].layers.map(() => ['name', 'bytes']),
    );
    const report = ['report', model, '--data', data, '--repeats', '3', '--json', ...backend];
    const { costs } = JSON.parse((await runProgram('wjpeg', report)).stdout);
    expect(costs.batch).toBe(json.batch);
    for (const result of [...json.results, ...costs.paths]) {
      expect(result.microseconds).toBeGreaterThan(0);
      expect(result.batchMicroseconds).toBeGreaterThan(0);
    }
  });
});

describe('tables of costs', () => {
  it.each([
    [['--precision', 'int16'], 'coefficient, int16'],
    [['--precision', 'int8', '--memory', 'compact'], 'coefficient, int8, compact'],
    [[], 'coefficient'],
  ])('infer %j: %s', async (options, named) => {
    await made;
    const { stdout } = await runProgram('wjpeg', ['infer', model, picture, '--repeats', '1', ...options]);
    expect(stdout).toMatch(new RegExp(`^${named} +wasm +[0-9.]+ kB +[0-9.]+ µs$`, 'm'));
  });
});

describe('wjpeg verify', () => {
  it('shows that all paths agree', async () => {
    await made;
    const { code, stdout } = await runProgram('wjpeg', ['verify', model, '--samples', '16', ...backend]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^coefficient +reference +\d\.\de-\d+/m);
    expect(stdout).toMatch(/^expanded +reference/m);
    expect(stdout).toContain('Tolerance: 8 standard deviations of the float32 rounding errors of all layers');
  });

  it('says how many neurons the inputs leave silent', async () => {
    await made;
    const { silent } = JSON.parse(
      (await runProgram('wjpeg', ['verify', model, '--samples', '1', '--json', ...backend])).stdout,
    );
    expect(silent.neurons).toBe(40);
    expect(silent.silent).toBeGreaterThan(0);
    const { stdout } = await runProgram('wjpeg', ['verify', model, '--samples', '1', ...backend]);
    expect(stdout).toContain(`${silent.silent} of 40 hidden neurons are never active on these inputs`);
  });

  it('fails where the tolerance is not kept', async () => {
    await made;
    const words = ['verify', model, '--samples', '4', '--tolerance', '0', ...backend];
    const { code, stderr } = await runProgram('wjpeg', words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/relative error above the tolerance: reference \S+ of 0\.0e\+0/);
  });
});

describe('every program', () => {
  it.each([
    ['wjpeg', ['compress', 'a', '-o', 'b', '--quality']],
    ['wjpeg', ['compress', 'a', '-o', 'b', '--quality', 'twenty']],
    ['wjpeg', ['inspect', '--png', '--', 'a']],
    ['wjpeg-infer', ['a', '--tpo', '3']],
    ['wjpeg', ['compress']],
    ['wjpeg', ['inspekt', 'x']],
    ['wjpeg-infer', ['--frobnicate']],
    ['wjpeg-infer', ['--top', '0']],
    ['wjpeg-infer', ['--top', '2', '--top', '3']],
    ['wjpeg', ['verify', 'a', '--backend', 'gpujs:cpu', '--backend', 'wasm']],
    ['wjpeg', ['compress', 'a', '-o', 'b', '--quality', '101']],
    ['wjpeg', ['compress', 'a', '-o', 'b', '--target-bytes', '5', '--target-accuracy-drop', '1']],
    ['wjpeg', ['compress', 'a', '-o', 'b', '--target-accuracy-drop', '1']],
  ] as const)('%s %j: one line, exit code 2', async (program, words) => {
    const { code, stdout, stderr } = await runProgram(program, words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^wjpeg(-infer)?: [^\n]+\n$/);
  });

  it.each([
    ['wjpeg-infer', ['--help']],
    ['wjpeg-infer', ['-h']],
    ['wjpeg', []],
    ['wjpeg', ['--help']],
    ...['compress', 'infer', 'inspect', 'eval', 'verify', 'report'].map(
      (command) => ['wjpeg', [command, '--help']] as const,
    ),
  ] as const)('%s %j: help with examples', async (program, words) => {
    const { code, stdout } = await runProgram(program, words);
    expect(code).toBe(0);
    if (program === 'wjpeg-infer' || words.length > 1) expect(stdout).toMatch(/Examples:/);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [index, value] of a.entries()) {
    const [da, db] = [value - meanA, b[index] - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}
