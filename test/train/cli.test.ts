import { spawn } from 'node:child_process';
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
import { afterAll, describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import type { Labels } from '../../src/image/labelled-pictures.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { type ProgramResult, runProgram } from '../cli/run-program.ts';
import { syntheticPictures } from './synthetic.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-train-'));
afterAll(() => rmSync(folder, { recursive: true }));

const data = syntheticPictures(300);

function idx(dimensions: readonly number[], bytes: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * dimensions.length + bytes.length);
  file.set([0, 0, 8, dimensions.length]);
  const view = new DataView(file.buffer);
  dimensions.forEach((dimension, index) => {
    view.setUint32(4 + 4 * index, dimension);
  });
  file.set(bytes, 4 + 4 * dimensions.length);
  return file;
}

/** A folder of data, with files left out or with other contents where that is asked for. */
function dataFolder(name: string, labels: Labels | undefined = data.labels): string {
  const path = join(folder, name);
  mkdirSync(path);
  const { count, height, width, pictures } = data;
  writeFileSync(join(path, 'train-images-idx3-ubyte'), idx([count, height, width], pictures));
  writeFileSync(join(path, 'train-labels-idx1-ubyte'), idx([labels.length], Uint8Array.from(labels)));
  return path;
}

const good = dataFolder('good');
const output = join(folder, 'model.wjz');
const settings = { '--net': 'mlp:8', '--epochs': '2', '--validation': '50', '--batch': '25' };

/** Runs with the settings above, but for those that `words` has. */
function train(words: readonly string[], from = good): Promise<ProgramResult> {
  const other = (name: string): boolean =>
    words.includes(name) || (name === '--net' && words.includes('--from'));
  const rest = Object.entries(settings).filter(([name]) => !other(name));
  return runProgram('wjpeg', ['train', '--data', from, '-o', output, ...rest.flat(), ...words]);
}

describe('wjpeg train', () => {
  it('writes a model, says what each epoch came to, and sums up', async () => {
    const result = await train(['--name', 'tiny']);
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/^epoch 1\/2 · loss \d.*validation error .*\nepoch 2\/2 .*\n$/);
    expect(result.stdout).toMatch(/^1 +8×120/m);
    const file = readFileSync(output);
    expect(result.stdout).toContain(`${output}: ${file.length} bytes`);
    expect(readWjz(file).manifest.name).toBe('tiny');
  });

  it('names the classes of IDX files as --labels says', async () => {
    const { code, stderr, stdout } = await train(['--labels', 'across, down,spot']);
    expect(code, stderr).toBe(0);
    expect(readWjz(readFileSync(output)).manifest.labels).toEqual(['across', 'down', 'spot']);
    expect(stdout).toMatch(/ across +down +spot/);
  });

  it.each([
    [['--labels', 'a,b,a'], /--labels has 'a' twice/],
    [['--labels', 'a,,b'], /--labels has an empty name/],
    [['--labels', 'a,b', '--outputs', '3'], /--labels has 2 names, expected as many as --outputs says: 3/],
    [['--labels', 'a'], /--labels has one name only/],
    [['--labels', 'a,b'], /--labels has 2 names, but the labels of .*good go up to 2: give 3 names/],
  ])('refuses %j in one line', async (words, message) => {
    const { code, stderr } = await train(words);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('codes its JPEGs as it is told', async () => {
    await train([]);
    const huffman = readWjz(readFileSync(output));
    await train(['--entropy', 'arithmetic']);
    const arithmetic = readWjz(readFileSync(output));
    for (const [name, jpeg] of huffman.jpegs) {
      const other = arithmetic.jpegs.get(name) as Uint8Array;
      // The tiles may stand otherwise on the sheet, whichever takes fewer bytes.
      const sorted = (stream: Uint8Array): Int16Array =>
        decodeCoefficients(stream).components[0].coefficients.toSorted();
      expect(sorted(other)).toEqual(sorted(jpeg));
      expect(other.length).toBeLessThan(jpeg.length);
    }
  });

  it('goes on from its checkpoint to the same file', async () => {
    await train([]);
    const whole = readFileSync(output);
    const checkpoint = join(folder, 'run.safetensors');
    await train(['--checkpoint', checkpoint]);
    expect(readFileSync(output)).toEqual(whole);
    const again = await train(['--checkpoint', checkpoint]);
    expect(again.stderr).toBe(`${checkpoint}: going on after epoch 2\n`);
    expect(readFileSync(output)).toEqual(whole);
    const other = await train(['--checkpoint', checkpoint, '--seed', '1']);
    expect(other.stderr).toBe(
      `wjpeg: ${checkpoint}: the checkpoint belongs to another run: its seed is 0, not 1\n`,
    );
  });

  it('killed in the middle and started again, ends with the same file', async () => {
    const words = ['train', '--data', good, '-o', output, '--net', 'mlp:40', '--epochs', '60'];
    words.push('--validation', '50', '--batch', '25');
    await runProgram('wjpeg', words);
    const whole = readFileSync(output);
    rmSync(output);
    // What is killed in the middle of writing leaves its temporary file.
    const checkpoint = join(mkdtempSync(join(folder, 'killed-')), 'run.safetensors');
    const script = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli', 'wjpeg.js');
    words.push('--checkpoint', checkpoint);
    const child = spawn(process.execPath, [script, ...words]);
    const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
    child.stderr.on('data', (chunk: Uint8Array) => {
      if (chunk.toString().includes('epoch 10/60')) child.kill('SIGKILL');
    });
    expect(await ended).toBe('SIGKILL');
    expect(existsSync(output)).toBe(false);
    const again = await runProgram('wjpeg', words);
    expect(again.stderr).toMatch(/going on after epoch (9|[1-5]\d)\n/);
    expect(readFileSync(output)).toEqual(whole);
  });

  it('starts from dense weights', async () => {
    const dense = join(folder, 'dense.safetensors');
    const weights = (rows: number, columns: number) =>
      fromFloat32(
        Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
        [rows, columns],
        'F32',
      );
    writeFileSync(
      dense,
      writeSafetensors(
        new Map([
          ['a.weight', weights(8, 120)],
          ['b.weight', weights(10, 8)],
        ]),
      ),
    );
    const result = await train(['--from', dense, '--json']);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ output, layers: [{ name: 'a' }, { name: 'b' }] });
    const wrong = await train(['--from', dense, '--outputs', '9']);
    expect(wrong.stderr).toContain('the network gives 10 numbers, expected 9, one per class\n');

    expect((await train(['--from', dense, '--mean', '0.13', '--std', '0.31'])).code).toBe(0);
    expect(readWjz(readFileSync(output)).manifest.input).toMatchObject({ mean: 0.13, std: 0.31 });
    const three = await train(['--from', dense, '--mean', '0.1,0.2,0.3']);
    expect(three.stderr).toContain('--mean has 3 numbers, expected one, or 1, one per channel\n');
  });
});

describe('bad input is one clear line, and leaves no file', () => {
  mkdirSync(join(folder, 'empty'));
  const cases: [string, () => Promise<ProgramResult>, RegExp][] = [
    ['an empty folder', () => train([], join(folder, 'empty')), /empty is empty: expected train-images/],
    ['no folder', () => train([], join(folder, 'none')), /none/],
    [
      'fewer labels than pictures',
      () => train([], dataFolder('few', data.labels.subarray(1))),
      /train has 300 pictures but 299 labels/,
    ],
    [
      'a label beyond 9',
      () => train([], dataFolder('label', data.labels.with(7, 10))),
      /label: picture 7 has label 10, expected 0 to 9/,
    ],
    ['sizes that are none', () => train(['--net', 'mlp:30,,10']), /'mlp:30,,10': expected whole numbers/],
    [
      'an unknown network',
      () => train(['--net', 'lenet']),
      /--net lenet: no network is 'lenet', expected one like mlp:300,100, lenet:8,16/,
    ],
    ['too many held out', () => train(['--validation', '290']), /leave 10, expected at least a batch of 25/],
    [
      'no folder for the output, found out before training',
      () => runProgram('wjpeg', ['train', '--data', good, '-o', join(folder, 'nowhere', 'm.wjz')]),
      /^wjpeg: cannot write [^\n]*nowhere[^\n]*: no such file or folder\n$/,
    ],
    [
      'a checkpoint that is none',
      () => {
        writeFileSync(join(folder, 'junk.bin'), 'no checkpoint');
        return train(['--checkpoint', join(folder, 'junk.bin')]);
      },
      /junk\.bin: /,
    ],
    [
      'a checkpoint of an older version',
      () => {
        const state = new TextEncoder().encode(JSON.stringify({ version: 1, history: [] }));
        const file = writeSafetensors(
          new Map([['state', { dtype: 'U8', shape: [state.length], data: state }]]),
        );
        writeFileSync(join(folder, 'old.safetensors'), file);
        return train(['--checkpoint', join(folder, 'old.safetensors')], join(folder, 'none'));
      },
      /old\.safetensors: not a checkpoint: it is of an older version of wjpeg \(1, expected 2\): name another file/,
    ],
    [
      'a checkpoint that is an input',
      () => train(['--checkpoint', join(good, 'train-labels-idx1-ubyte')]),
      /train-labels-idx1-ubyte is the input: writing it would destroy the input/,
    ],
  ];
  it.each(cases)('%s', async (_, run, message) => {
    rmSync(output, { force: true });
    const result = await run();
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^wjpeg: [^\n]+\n$/);
    expect(result.stderr).toMatch(message);
    expect(result.stdout).toBe('');
    expect(existsSync(output)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

it.each([
  ['no whole number', ['--epochs', '1.5'], /--epochs is 1.5/],
  ['no number', ['--lambda', 'much'], /--lambda is 'much', expected a number of 0 or more/],
] as const)('a wrong option is told before any work: %s', async (_, words, message) => {
  const result = await train(words);
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(message);
});
