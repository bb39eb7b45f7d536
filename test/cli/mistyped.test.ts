import { once } from 'node:events';
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
import { type AddressInfo, createServer } from 'node:net';
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
const PICTURE = join(ROOT, 'data', 'pictures', 'digit-7.png');
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
    [['--teacher', PICTURE], `--teacher ${PICTURE}: this is a PNG picture, expected a model of wjpeg`],
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

describe('what is mistyped is said at once, in one line', () => {
  const weights = ['compress', 'dense.safetensors', '-o', 'new.wjz'];
  it.each<[string[], string]>([
    [['frobnicate', '--top', '3'], "unknown command 'frobnicate'"],
    [['inspect'], 'no model given'],
    [['inspect', 'm.wjz', 'm.wjz'], "'m.wjz' is one name too many"],
    [['inspect', 'm.wjz', '--layer', 'none'], '--layer says which layer is drawn'],
    [['inspect', 'm.wjz', '--png', 'x.png', '--layer', 'none'], "m.wjz: no JPEG layer 'none'"],
    [['inspect', 'm.wjz', '--json=maybe'], "--json is 'maybe', expected true or false"],
    [['infer', 'm.wjz', ''], 'one of the pictures is an empty name'],
    [['infer', 'm.wjz', './-10.png', '--json', '--csv'], '--json and --csv exclude each other'],
    [
      ['infer', 'm.wjz', './-10.png', '--threads', '65'],
      '--threads is 65, expected a whole number from 1 to 64',
    ],
    [
      ['infer', 'm.wjz', './-10.png', '--path', 'dense'],
      '--path dense runs the original network: name it with --dense',
    ],
    [['infer', 'm.wjz', './-10.png', '--dense', 'words.json'], 'words.json: this is'],
    [['eval', 'm.wjz', '--data', 'photos', '--threads', '65'], '--threads is 65'],
    [['eval', 'm.wjz', '--data', 'm.wjz'], 'cannot list m.wjz: it is not a folder'],
    [
      ['verify', 'm.wjz', '--samples', '1e9'],
      '--samples is 1000000000, expected at most 342392 inputs of 784 numbers',
    ],
    [['export', 'm.wjz', '-o', 'a.c', '-o', 'b.c'], '-o is given more than once'],
    [['score', 'm.wjz', ''], 'one of the pictures is an empty name'],
    [['score', 'm.wjz', '--tar', '-'], 'standard input is empty, expected a tar archive'],
    [
      ['serve', 'm.wjz', '--timeout', '1e99'],
      '--timeout is 1e+99, expected a number above 0 and up to 86400',
    ],
    [
      ['serve', 'm.wjz', '--host', '192.0.2.1'],
      'cannot listen on 192.0.2.1, port 8080: this machine does not have that address',
    ],
    [[...weights, '--labels', 'a,b'], 'dense.safetensors: --labels has 2 names, expected 10, one per output'],
    [
      [...weights, '--calibration-images', '9'],
      '--calibration-images counts pictures: name them with --calibrate',
    ],
    [[...weights, '--input-shape', '1x2'], 'dense.safetensors: --input-shape is for an ONNX model'],
    [[...weights, '--map', 'symmetric'], '--map symmetric needs a --quality'],
    [[...weights, '--scale', 'row'], '--scale row needs a --quality'],
    [[...weights, '--quality', '20', '--max-error', '0.1'], '--quality and --max-error exclude each other'],
    [
      [...weights, '--quality', '20', '--target-bytes', '9'],
      '--target-bytes searches for the quality: leave --quality out',
    ],
    [
      [...weights, '--max-error', '1', '--target-bytes', '9'],
      '--target-bytes searches for the quality: leave --max-error out',
    ],
    [[...weights, '--range', '2'], "--range is '2', expected 1 or 255"],
  ])('%j', async (words, message) => {
    expect(await refusal('wjpeg', words)).toContain(`wjpeg: ${message}`);
  });

  it('a network that no memory holds', async () => {
    const words = ['train', '--data', 'photos', '-o', 'new.wjz', '--net', 'mlp:65535,65535'];
    expect(await refusal('wjpeg', words)).toMatch(
      /--net mlp:65535,65535: the network has \d{10} weights, at most 268435456|not enough memory/,
    );
  });

  it('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      expect(await refusal('wjpeg', ['serve', 'm.wjz', '--port', String(port)])).toContain(
        `cannot listen on 127.0.0.1, port ${port}: another program listens there: choose another --port`,
      );
    } finally {
      other.close();
    }
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
