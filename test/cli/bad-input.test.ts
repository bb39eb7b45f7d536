import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { buildZip, concat } from '../format/zip-builder.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

/** What a program may take at most on any bad input: Node itself needs some 60 MB. */
const MAX_MEMORY = 400e6;

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-bad-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DATA = join(import.meta.dirname, '..', '..', 'data');
const good = Uint8Array.from(readFileSync(join(DATA, 'mnist-mlp-512-q20.wjz')));
const picture = join(DATA, 'pictures', 'digit-7.png');

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function expectOneLine(result: ProgramResult, message: RegExp): void {
  expect(result.stderr).toMatch(/^wjpeg(-infer)?: [^\n]+\n$/);
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(/ {4}at |unexpected error/);
  expect(result.stdout).toBe('');
  expect(result.code).toBe(1);
  expect(result.peakMemory).toBeGreaterThan(0);
  expect(result.peakMemory).toBeLessThan(MAX_MEMORY);
}

/** Entries of the embedded model, by name, to be zipped again with a change. */
function entries(): Record<string, Uint8Array> {
  const { jpegs } = readWjz(good);
  const named: Record<string, Uint8Array> = {};
  for (const [name, bytes] of jpegs) named[name] = bytes.slice();
  return named;
}

const rezip = (parts: Record<string, Uint8Array>): Uint8Array =>
  zipSync(parts, { level: 0, mtime: '1980-01-01' });

/** A grey JPEG header that declares a size, followed by no more than a scan header. */
function lyingJpeg(width: number, height: number): Uint8Array {
  const words = (value: number): number[] => [value >> 8, value & 255];
  return Uint8Array.of(
    ...[0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, ...new Array(64).fill(1)],
    ...[0xff, 0xc0, 0, 11, 8, ...words(height), ...words(width), 1, 1, 0x11, 0],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0xd9],
  );
}

/** A PNG that declares a size and holds next to nothing. */
function lyingPng(width: number, height: number): Uint8Array {
  const bytes = Uint8Array.from(readFileSync(picture));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(16, width);
  view.setUint32(20, height);
  view.setUint32(29, crc32(bytes.subarray(12, 29)));
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('a model that is', () => {
  const middle = good.length >> 1;
  const altered = good.slice();
  altered[middle] = altered[middle] ^ 1;
  const manifest = new TextEncoder().encode('{"format":"wjz","version":"2.0"}');
  const jpegName = Object.keys(entries())[0] as string;
  const models: [string, () => Uint8Array, RegExp][] = [
    ['empty', () => new Uint8Array(), /empty/],
    ['cut in the middle', () => good.subarray(0, middle), /truncated|end of central directory|not a ZIP/i],
    ['cut by one byte', () => good.subarray(0, -1), /./],
    ['altered by one bit', () => altered, /CRC/],
    ['a picture', () => readFileSync(picture), /this is a (PNG|JPEG) picture, expected a model of wjpeg/],
    [
      'text',
      () => new TextEncoder().encode('not a model at all, just some words'),
      /this is a text file, expected a model of wjpeg/,
    ],
    [
      'a ZIP of something else',
      () => rezip({ 'hello.txt': new Uint8Array(3) }),
      /this is a ZIP archive without a model/,
    ],
    ['without its layers', () => rezip({ 'model.json': manifest }), /manifest|model\.json/],
    ['with a JPEG that declares another size', () => withJpeg(jpegName, lyingJpeg(65528, 65528)), /65528/],
    [
      'with a JPEG of the right size and no data',
      () => withJpeg(jpegName, lyingJpeg(1024, 512)),
      /JPEG|truncated|scan|Huffman/i,
    ],
  ];
  it.each(models)('%s', async (name, bytes, message) => {
    const path = file(`${name.replace(/\W/g, '-')}.wjz`, bytes());
    for (const [program, words] of [
      ['wjpeg-infer', [path, picture, '--repeats', '1']],
      ['wjpeg', ['inspect', path, '--png', join(folder, 'out.png')]],
    ] as const) {
      const result = await runProgram(program, words);
      expectOneLine(result, message);
      expect(result.stderr).toContain(path);
    }
    expect(existsSync(join(folder, 'out.png'))).toBe(false);
  });

  function withJpeg(name: string, jpeg: Uint8Array): Uint8Array {
    const { manifest: text, tensors } = rawEntries();
    return rezip({ 'model.json': text, [name]: jpeg, 'dense.safetensors': tensors });
  }

  /** The manifest and the tensors of the embedded model as they stand in it, unpacked. */
  function rawEntries(): { manifest: Uint8Array; tensors: Uint8Array } {
    const { manifest: parsed, tensors } = readWjz(good);
    return { manifest: new TextEncoder().encode(JSON.stringify(parsed)), tensors: writeSafetensors(tensors) };
  }

  it('missing', async () => {
    // Alone, too: that no picture is given is not what is wrong first.
    expectOneLine(await runProgram('wjpeg-infer', [join(folder, 'nowhere.wjz')]), /nowhere\.wjz.*no such/);
    const result = await runProgram('wjpeg-infer', [join(folder, 'nowhere.wjz'), picture]);
    expectOneLine(result, /nowhere\.wjz: .*(no such file|not found|does not exist)/i);
  });

  it('a folder', async () => {
    expectOneLine(await runProgram('wjpeg-infer', [folder, picture]), /folder|directory/i);
  });

  it('missing a tensor that its manifest names', async () => {
    const { manifest: text } = rawEntries();
    const tensors = writeSafetensors(new Map([['0.bias', fromFloat32(new Float32Array(512), [512], 'F16')]]));
    const jpeg = entries()[jpegName] as Uint8Array;
    const path = file(
      'tensor.wjz',
      rezip({ 'model.json': text, [jpegName]: jpeg, 'dense.safetensors': tensors }),
    );
    expectOneLine(await runProgram('wjpeg-infer', [path, picture]), /2\.weight/);
  });

  it('a ZIP bomb: a gigabyte behind a megabyte, whatever size it declares', async () => {
    // Zeros of a sixty-fourth, so packed that more may follow, as often as it takes; then an empty last block.
    const zeros = deflateRawSync(new Uint8Array(2 ** 24), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
    const packed = concat(...new Array<Uint8Array>(64).fill(zeros), Uint8Array.of(3, 0));
    expect(packed.length).toBeLessThan(1.1e6);
    const bomb = (bytes: number): Uint8Array =>
      buildZip([{ name: 'model.json', content: new Uint8Array(), method: 8, packed, both: { bytes } }]);
    const honest = file('bomb.wjz', bomb(2 ** 30));
    expectOneLine(await runProgram('wjpeg-infer', [honest, picture]), /model\.json|limit|at most/);
    const liar = file('liar.wjz', bomb(1000));
    expectOneLine(await runProgram('wjpeg-infer', [liar, picture]), /model\.json.*1000/);
  });
});

describe('a picture that is', () => {
  const model = join(DATA, 'mnist-mlp-512-q20.wjz');
  const bytes = readFileSync(picture);
  const pictures: [string, () => Uint8Array, RegExp][] = [
    ['empty', () => new Uint8Array(), /empty/],
    ['cut in the middle (PNG)', () => bytes.subarray(0, bytes.length >> 1), /./],
    [
      'cut in the middle (JPEG)',
      () => cutInHalf(readFileSync(join(DATA, 'pictures', 'digit-5-chalk.jpg'))),
      /./,
    ],
    ['a model', () => good, /PNG|JPEG/],
    ['text', () => new TextEncoder().encode('GIF89a is not supported'), /PNG|JPEG/],
    ['50,000×50,000 declared (PNG)', () => lyingPng(50_000, 50_000), /50000/],
    ['50,000×50,000 declared (JPEG)', () => lyingJpeg(50_000, 50_000), /50000/],
    ['0×28', () => lyingPng(0, 28), /./],
  ];
  it.each(pictures)('%s', async (name, content, message) => {
    const path = file(`${name.replace(/\W/g, '-')}.picture`, content());
    const result = await runProgram('wjpeg-infer', [model, path, '--repeats', '1', '--backend', 'reference']);
    expectOneLine(result, message);
    expect(result.stderr).toContain(path);
  });
});

describe('weights that are', () => {
  const f32 = (values: ArrayLike<number>, shape: number[]) =>
    fromFloat32(Float32Array.from(values), shape, 'F32');
  const weights: [string, () => Uint8Array, RegExp][] = [
    ['empty', () => new Uint8Array(), /./],
    ['no safetensors', () => readFileSync(picture), /./],
    [
      'not a number',
      () => writeSafetensors(new Map([['fc.weight', f32([1, NaN], [1, 2])]])),
      /'fc\.weight' holds NaN at element 1/,
    ],
    ['infinite', () => writeSafetensors(new Map([['fc.weight', f32([1, -Infinity], [1, 2])]])), /-Infinity/],
    [
      'of a convolution',
      () => writeSafetensors(new Map([['c.weight', f32([1, 2], [1, 1, 1, 2])]])),
      /'c\.weight' belongs to a convolution.*describe it in a JSON file for --architecture/,
    ],
    [
      'of layers that do not fit',
      () =>
        writeSafetensors(
          new Map([
            ['a.weight', f32([1, 2], [1, 2])],
            ['b.weight', f32([1, 2], [1, 2])],
          ]),
        ),
      /'b' takes 2 values but 'a' gives 1/,
    ],
  ];
  let before: string[];
  beforeAll(() => {
    before = readdirSync(folder);
  });
  it.each(weights)('%s', async (name, bytes, message) => {
    const path = file(`${name.replace(/\W/g, '-')}.safetensors`, bytes());
    const output = join(folder, 'out.wjz');
    const result = await runProgram('wjpeg', ['compress', path, '-o', output]);
    expectOneLine(result, message);
    expect(result.stderr).toContain(path);
    const left = readdirSync(folder).filter(
      (entry) => !before.includes(entry) && !entry.endsWith('.safetensors'),
    );
    expect(left).toEqual([]);
  });
});

function cutInHalf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length >> 1);
}
