import {
  copyFileSync,
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
import { encodeFloats } from '../../bench/frontier/float-file.ts';
import { crc32 } from '../../src/crc32.ts';
import { trainedFile } from '../bench/synthetic-mnist.ts';
import { randomNetwork } from '../compress/networks.ts';
import { writeShapes } from '../node/photo-folder.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-mistyped-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const ROOT = join(import.meta.dirname, '..', '..');
const DIGITS = join(ROOT, 'data', 'mnist-lenet-8-16-trained.jpg');
writeFileSync(at('m.wjz'), trainedFile([8]));
writeFileSync(at('dense.safetensors'), encodeFloats(randomNetwork([784, 8, 10]), 'F32'));
writeFileSync(at('net.json'), '{ "layers": [{ "type": "conv3d" }] }');
writeFileSync(at('words.json'), 'layers');
copyFileSync(join(ROOT, 'data', 'pictures', 'digit-7.png'), at('-10.png'));
mkdirSync(at('outputs'));
writeShapes(at('photos'), 4);

/** Runs where the files above are; nothing may be written, and standard error has one line. */
async function refusal(program: 'wjpeg' | 'wjpeg-infer', words: readonly string[]): Promise<string> {
  const before = readdirSync(folder);
  const { code, stdout, stderr } = await runProgram(program, words, { cwd: folder });
  expect({ failed: code === 1 || code === 2, stdout }, stderr).toEqual({ failed: true, stdout: '' });
  expect(stderr).toMatch(/^wjpeg(-infer)?: [^\n]+\n$/);
  expect(stderr).not.toMatch(/unexpected error/);
  expect(readdirSync(folder)).toEqual(before);
  return stderr;
}

describe('wjpeg train names the option that is wrong before it reads pictures', () => {
  const train = (...words: string[]): Promise<string> =>
    refusal('wjpeg', ['train', '--data', 'photos', '-o', 'new.wjz', ...words]);

  it.each<[string[], string]>([
    [['--teacher', 'none.wjz'], '--teacher: cannot read none.wjz: no such file or folder'],
    [['--teacher', 'outputs'], '--teacher: cannot read outputs: it is a folder, not a file'],
    [['--teacher', DIGITS], `--teacher ${DIGITS}: the teacher takes 1×28×28`],
    [
      ['--colour', 'grey', '--teacher', DIGITS],
      `--teacher ${DIGITS}: the teacher takes 1×28×28 (channels × height × width) and gives 10 numbers, expected 1×28×28 (channels × height × width) and 3`,
    ],
    [['--from', 'none.onnx'], '--from: cannot read none.onnx: no such file or folder'],
    [
      ['--from', 'dense.safetensors'],
      "--from dense.safetensors: node 'fc0' (linear): takes 784 values, got 3×32×32",
    ],
    [['--net', 'lenet'], "--net lenet: no network is 'lenet', expected one like"],
    [['--net', 'none.json'], '--net: cannot read none.json: no such file or folder'],
    [['--net', 'words.json'], '--net words.json: not JSON: '],
    [['--net', 'net.json'], '--net net.json: '],
    [['--size', '2x2'], '--net cnn:16,32,64: '],
    [['--mean', '1,2'], '--mean has 2 numbers, expected one, or 3, one per channel'],
    [['--checkpoint', 'm.wjz'], 'm.wjz: '],
  ])('%j', async (words, message) => {
    expect(await train(...words)).toContain(`wjpeg: ${message}`);
  });

  it.each<[string[], string]>([
    [['--teacher-part', '0.2'], '--teacher-part is about a teacher: name it with --teacher'],
    [['--temperature', '3'], '--temperature is about a teacher: name it with --teacher'],
    [['--architecture', 'lenet5'], '--architecture says what network --from or --teacher is'],
    [['--from', 'a.onnx', '--net', 'lenet5'], '--net and --from both say which network is trained'],
    [['--from', 'a.onnx', '--bias', 'all'], '--bias is for --net'],
    [
      ['--colour', 'grey', '--augmentation', 'photos'],
      '--augmentation photos says how pictures are varied, and --augment is 0',
    ],
  ])('%j mean nothing', async (words, message) => {
    expect(await train(...words)).toContain(`wjpeg: ${message}`);
  });

  it('--hidden of version 0.1.0 is refused with what it is now', async () => {
    expect(await train('--hidden', '100,50')).toContain('--hidden is now a part of --net: --net mlp:100,50');
  });
});

describe('a file to write whose name says another format', () => {
  it.each<[string[], string]>([
    [
      ['train', '--data', 'photos', '-o', 'z.png'],
      "--output is 'z.png', expected a name that ends in .wjz, .jpg or .jpeg",
    ],
    [
      ['train', '--data', 'photos', '-o', 'z.wjz', '--plot', 'z.png'],
      "--plot is 'z.png', expected a name that ends in .svg",
    ],
    [
      ['compress', 'dense.safetensors', '-o', 'z'],
      "--output is 'z', expected a name that ends in .wjz, .jpg or .jpeg",
    ],
    [['compress', 'dense.safetensors', '-o', 'z.zip'], "--output is 'z.zip', expected"],
    [['export', 'm.wjz', '-o', 'z.wjz'], "--output is 'z.wjz', expected a name that ends in .onnx"],
    [['inspect', 'm.wjz', '--png', 'z.jpg'], "--png is 'z.jpg', expected a name that ends in .png"],
    [['report', 'm.wjz', '-o', 'z.json'], "--output is 'z.json', expected a name that ends in .html or .htm"],
  ])('%j', async (words, message) => {
    expect(await refusal('wjpeg', words)).toContain(`wjpeg: ${message}`);
  });

  it.each(['z.WJZ', 'z.JPG', 'z.jpeg'])('%s is known', async (name) => {
    const words = ['compress', 'dense.safetensors', '-o', join('outputs', name)];
    const { code, stderr } = await runProgram('wjpeg', words, { cwd: folder });
    expect(code, stderr).toBe(0);
  });

  it.skipIf(!existsSync('/dev/null'))('a device takes any', async () => {
    const words = ['compress', 'dense.safetensors', '-o', '/dev/null'];
    expect(await runProgram('wjpeg', words, { cwd: folder })).toMatchObject({ code: 0 });
  });
});

describe('a picture that is too large', () => {
  it('is refused with the option that says so, and without one in folders', async () => {
    const words = ['m.wjz', './-10.png', '--max-pixels', '10'];
    const message = 'picture declares 28×28 pixels; the limit is 10 pixels (--max-pixels)';
    expect(await refusal('wjpeg-infer', words)).toBe(`wjpeg-infer: ./-10.png: ${message}\n`);
    const json = await runProgram('wjpeg-infer', [...words, '--json'], { cwd: folder });
    expect(JSON.parse(json.stdout).error.message).toContain(message);
    const scored = await runProgram('wjpeg', ['score', ...words, '--workers', '1'], { cwd: folder });
    expect(JSON.parse(scored.stdout).error.message).toBe(message);
    const huge = Buffer.from(readFileSync(at('-10.png')));
    huge.writeUInt32BE(30_000, 16);
    huge.writeUInt32BE(30_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    for (const name of ['a', 'b']) {
      mkdirSync(at(`huge/${name}`), { recursive: true });
      writeFileSync(at(`huge/${name}/1.png`), huge);
    }
    expect(await refusal('wjpeg', ['train', '--data', 'huge', '-o', 'new.wjz'])).toMatch(
      /: picture declares 30000×30000 pixels; the limit is 33554432 pixels\n$/,
    );
  });
});

describe('a picture whose name begins with a minus', () => {
  it('is read after --', async () => {
    const { code, stdout } = await runProgram('wjpeg-infer', ['m.wjz', '--csv', '--', '-10.png'], {
      cwd: folder,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/\n\.\/-10\.png,\d,/) });
  });

  it('is told from options', async () => {
    expect(await refusal('wjpeg-infer', ['m.wjz', '-10.png'])).toContain(
      '-10.png begins as options do: if it is a file, name it as ./-10.png, or after --',
    );
  });
});
