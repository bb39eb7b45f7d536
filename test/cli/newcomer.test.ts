import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFloats } from '../../bench/frontier/float-file.ts';
import { randomNetwork } from '../compress/networks.ts';
import { writeShapes } from '../node/photo-folder.ts';
import { runProgram } from './run-program.ts';

/** What people did who had the programs for the first time. */

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-newcomer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ROOT = join(import.meta.dirname, '..', '..');
const MODEL = join(ROOT, 'data', 'mnist-lenet-8-16-trained.jpg');
const DIGIT = join(ROOT, 'data', 'pictures', 'digit-7.png');

mkdirSync(join(folder, 'mixed', '.git'), { recursive: true });
for (const name of ['seven.png', 'eight.PNG']) copyFileSync(DIGIT, join(folder, 'mixed', name));
for (const name of ['a.gif', 'b.webp', 'c.WEBP', 'notes', '.git/index', 'Thumbs.db'])
  writeFileSync(join(folder, 'mixed', name), 'RIFF');
writeFileSync(join(folder, 'dense.safetensors'), encodeFloats(randomNetwork([784, 8, 10]), 'F32'));
writeShapes(join(folder, 'photos'), 12);

const run = (words: readonly string[]) => runProgram('wjpeg', words, { cwd: folder });
const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('a folder with other files', () => {
  const LEFT_OUT =
    'left out 4 files that do not end in .png, .jpg or .jpeg: 2 .webp, 1 .gif, 1 without an ending';

  it('is read, and infer and score say once what they left out', async () => {
    const inferred = await run(['infer', MODEL, 'mixed', '--csv', '--no-baseline']);
    expect(inferred).toMatchObject({ code: 0, stderr: `wjpeg: ${LEFT_OUT}\n` });
    expect(lines(inferred.stdout)).toHaveLength(3);
    const json = await run(['infer', MODEL, 'mixed', '--json', '--no-baseline']);
    expect(json).toMatchObject({ code: 0, stderr: `wjpeg: ${LEFT_OUT}\n` });
    expect(lines(json.stdout)).toHaveLength(2);
    const scored = await run(['score', MODEL, 'mixed']);
    expect(scored.stderr).toMatch(new RegExp(`^wjpeg: ${LEFT_OUT}\nwjpeg: scored 2 pictures [^\n]*\n$`));
  });

  it('whose pictures a quoted pattern names, has nothing left out', async () => {
    const { code, stdout, stderr } = await run(['infer', MODEL, 'mixed/{seven,nine}.p?g', '--csv']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines(stdout)[1]).toMatch(/^mixed\/seven\.png,7,/);
  });
});

describe('train', () => {
  const long = ['train', '--data', 'photos', '-o', 'm.jpg', '--net', 'mlp:16', '--colour', 'grey'];

  /** Sends the signal of Ctrl-C, or what schedulers send, after an epoch. */
  function interrupted(
    words: readonly string[],
    signal: 'SIGINT' | 'SIGTERM',
  ): Promise<{ stderr: string; signal: string | null }> {
    const script = join(ROOT, 'dist', 'src', 'cli', 'wjpeg.js');
    const child = spawn(process.execPath, [script, ...words, '--epochs', '100000'], {
      cwd: folder,
      env: { ...process.env, npm_command: '' },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Uint8Array) => {
      const before = stderr;
      stderr += chunk.toString();
      if (/epoch +2\//.test(stderr) && !/epoch +2\//.test(before)) child.kill(signal);
    });
    return new Promise((resolve) => child.on('close', (_, signal) => resolve({ stderr, signal })));
  }

  it('that is stopped says that nothing is kept, or where the checkpoint is and how it goes on', async () => {
    const lost = await interrupted(long, 'SIGINT');
    expect(lost.signal).toBe('SIGINT');
    expect(lines(lost.stderr).at(-1)).toMatch(
      /^stopped in epoch \d+ of 100000: nothing is kept; with --checkpoint FILE /,
    );
    const kept = await interrupted([...long, '--checkpoint', 'my run.ckpt'], 'SIGTERM');
    expect(kept.signal).toBe('SIGTERM');
    expect(lines(kept.stderr).at(-1)).toMatch(
      /^stopped in epoch \d+ of 100000: my run\.ckpt has all up to epoch \d+, and this goes on: wjpeg train .* --checkpoint 'my run\.ckpt' --epochs 100000$/,
    );
    expect(existsSync(join(folder, 'my run.ckpt'))).toBe(true);
    expect(existsSync(join(folder, 'm.jpg'))).toBe(false);
  });

  it('says what it reads where no bar can be drawn', async () => {
    const { stderr } = await run([...long, '--epochs', '1']);
    expect(lines(stderr)[0]).toBe('photos: reading 36 files');
  });

  it.skipIf(!existsSync('/dev/full')).each([
    ['/dev/full', /no space left on the disk/],
    ['/proc/m.jpg', /no such file or folder/],
  ])('refuses %s before it reads pictures', async (output, why) => {
    const { code, stderr } = await run(['train', '--data', 'photos', '-o', output]);
    expect(code).toBe(1);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toMatch(why);
  });

  it('without an output says how it is named', async () => {
    const { code, stderr } = await run(['train', '--data', 'photos']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'wjpeg: no output file given: name it with -o, as in -o model.jpg (see wjpeg train --help)\n',
    );
  });

  it('takes no picture for a checkpoint', async () => {
    const { code, stderr } = await run([...long, '--checkpoint', DIGIT]);
    expect(code).toBe(1);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/digit-7\.png: no checkpoint, or a damaged one: .*; name another file to train /);
  });
});

describe('a network that is no model yet', () => {
  beforeAll(() => run(['export', MODEL, '-o', 'my net.onnx']));
  it.each([
    ['my net.onnx', "an ONNX model, .*: make one of it with wjpeg compress 'my net.onnx' -o 'my net.wjz'"],
    ['dense.safetensors', 'a safetensors file, .* wjpeg compress dense.safetensors -o dense.wjz'],
  ])('%s: all commands name the one that makes a model of it', async (file, what) => {
    for (const words of [
      ['infer', file, DIGIT],
      ['score', file, 'mixed'],
      ['eval', file, '--data', 'photos'],
      ['serve', file],
      ['report', file, '-o', 'r.html'],
      ['verify', file],
      ['export', file, '-o', 'x.onnx'],
      ['export', file, '-o', 'x.c'],
    ]) {
      const { code, stderr } = await run(words);
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^wjpeg: ${file}: this is ${what}\n$`));
    }
  });
});

describe('a file that is no model', () => {
  writeFileSync(join(folder, 'README.md'), '# A network\n\nIt knows digits.\n');
  writeFileSync(join(folder, 'w.npz'), zipSync({ 'w.npy': new Uint8Array(8) }));
  const advice = 'wjpeg train makes one of pictures, wjpeg compress of an ONNX model or a safetensors file';
  it.each([
    ['README.md', `a text file, expected a model of wjpeg, a .wjz or a .jpg that it wrote: ${advice}`],
    [
      DIGIT,
      'a PNG picture, expected a model of wjpeg, .*: pictures come after the model, as in wjpeg-infer MODEL PICTURE',
    ],
    ['w.npz', "a NumPy archive \\(.npz\\), expected a model of wjpeg, .*np\\.load\\('w\\.npz'\\).*"],
  ])('%s: is called what it is', async (file, what) => {
    for (const words of [
      ['infer', file, DIGIT],
      ['inspect', file],
      ['serve', file],
    ]) {
      const { code, stderr } = await run(words);
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^wjpeg: ${file}: this is ${what}\n$`));
    }
  });
});

describe('words that are misspelt', () => {
  it.each([
    [['train', '--date', 'photos'], 'unknown option --date (did you mean --data?) (see wjpeg train --help)'],
    [
      ['train', '--data', 'photos', '-o', 'm.jpg', '--epoch=3'],
      'unknown option --epoch (did you mean --epochs?) (see wjpeg train --help)',
    ],
    [['train', '--targetBytes', '3'], '--data is missing (see wjpeg train --help)'],
    [
      ['compress', '--qualty', '3'],
      'unknown option --qualty (did you mean --quality?) (see wjpeg compress --help)',
    ],
    [
      ['score', 'm.jpg', 'p', '--threads', '2'],
      'unknown option --threads (did you mean --workers?) (see wjpeg score --help)',
    ],
    [
      ['infer', 'm.jpg', 'p', '--workers', '2'],
      'unknown option --workers (did you mean --threads?) (see wjpeg infer --help)',
    ],
    [['--verison'], 'unknown option --verison (did you mean --version?) (see wjpeg --help)'],
    [['inspect', MODEL, '-x', 'x'], 'unknown option -x (see wjpeg inspect --help)'],
    [['trian', '--data', 'photos'], "unknown command 'trian' (did you mean train?) (see wjpeg --help)"],
    [['frobnicate'], "unknown command 'frobnicate' (see wjpeg --help)"],
  ])('%j', async (words, message) => {
    expect(await run(words)).toMatchObject({ code: 2, stdout: '', stderr: `wjpeg: ${message}\n` });
  });
});

describe('inspect', () => {
  it('has a column of bytes only where layers have files of their own', async () => {
    expect((await run(['inspect', MODEL])).stdout).toMatch(/^layer +shape +stored as +sheet +nonzeros /m);
    const zip = await run(['inspect', join(ROOT, 'data', 'mnist-mlp-512-trained.wjz')]);
    expect(zip.stdout).toMatch(/^layer +shape +stored as +sheet +bytes +nonzeros /m);
  });

  it('refuses --dense where no neuron is drawn', async () => {
    const { code, stderr } = await run(['inspect', MODEL, '--dense', 'dense.safetensors']);
    expect(code).toBe(2);
    expect(stderr).toContain('--dense is drawn beside a neuron: say which with --neuron');
  });
});
