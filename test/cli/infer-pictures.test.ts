import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { patchModel } from '../graph/patch-network.ts';
import { decodePicture } from '../image/decode-picture.ts';
import { exifSegment, withSegment } from '../image/exif-builder.ts';
import { colourJpeg } from '../image/jpeg-builder.ts';
import { chunk, pngOfSamples } from '../image/png-builder.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-pictures-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DATA = join(import.meta.dirname, '..', '..', 'data');
const MODEL = join(DATA, 'mnist-mlp-512-trained.wjz');
const SEVEN = join(DATA, 'pictures', 'digit-7.png');
const CHALK = readFileSync(join(DATA, 'pictures', 'digit-5-chalk.jpg'));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const infer = (...words: string[]) =>
  runProgram('wjpeg-infer', [MODEL, ...words, '--no-baseline', '--backend', 'reference']);

const paper = Array.from({ length: 30 }, () => new Array<number>(30).fill(250));
const blank = file('blank.png', pngOfSamples({ width: 30 }, paper));

/** A 7 on a dark square twice its size, in the upper left corner. */
function inCorner(): Uint8Array {
  const { luma } = decodePicture(readFileSync(SEVEN));
  const row = (y: number) => Array.from({ length: 56 }, (_, x) => (x < 28 && y < 28 ? luma[y * 28 + x] : 0));
  return pngOfSamples(
    { width: 56 },
    Array.from({ length: 56 }, (_, y) => row(y)),
  );
}

describe('a blank picture', () => {
  it('is said to be blank instead of given an answer', async () => {
    const { code, stdout } = await infer(blank, SEVEN);
    expect(code).toBe(0);
    expect(stdout).toMatch(/blank\.png: blank: nothing stands out from the background\n {2}PNG 30×30.*\n\n/);
    expect(stdout).toMatch(/digit-7\.png: 7\n/);
  });

  it('in a table, in JSON and in CSV', async () => {
    const four = [blank, SEVEN, blank, SEVEN];
    const [table, json, csv] = await Promise.all([
      infer(...four),
      infer(...four, '--json'),
      infer(...four, '--csv'),
    ]);
    expect(table.stdout).toMatch(/^\S*blank\.png +– +– {2}blank\n\S*digit-7\.png +7 +\d+\.\d+%\n/m);
    const lines = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ blank, confident }) => ({ blank, confident }))).toEqual([
      { blank: true, confident: false },
      { blank: false, confident: true },
      { blank: true, confident: false },
      { blank: false, confident: true },
    ]);
    expect(csv.stdout).toMatch(/^file,index,label,probability,confident,blank,error\n/);
    expect(csv.stdout).toMatch(
      /blank\.png,\d,\d,[\d.]+,false,true,\n.*digit-7\.png,7,7,[\d.]+,true,false,\n/,
    );
  });

  it.each([
    ['1×1', pngOfSamples({ width: 1, bitDepth: 1 }, [[1]])],
    ['1×1, transparent', pngOfSamples({ width: 1, bitDepth: 1 }, [[1]], chunk('tRNS', [0xff, 0xff]))],
    ['a transparent sheet', pngOfSamples({ width: 2, colourType: 4 }, [[9, 0, 200, 0]])],
  ])('%s', async (name, bytes) => {
    const { code, stdout } = await infer(file(`${name}.png`, bytes));
    expect(code).toBe(0);
    expect(stdout).toMatch(/\.png: blank/);
  });
});

describe('--min-probability', () => {
  it('marks what the network is not sure of', async () => {
    const text = await infer(SEVEN, '--min-probability', '1');
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/digit-7\.png: not confident; most likely 7, but below 100\.00%\n/);
    const table = await infer(SEVEN, SEVEN, SEVEN, SEVEN, '--min-probability', '1');
    expect(table.stdout.match(/ 7 .*% {2}not confident\n/g)).toHaveLength(4);
    const json = JSON.parse((await infer(SEVEN, '--json', '--min-probability', '1')).stdout);
    expect(json).toMatchObject({ label: '7', confident: false, blank: false });
    expect(json.probability).toBeGreaterThan(0.9);
    const sure = JSON.parse((await infer(SEVEN, '--json', '--min-probability', '0.5')).stdout);
    expect(sure.confident).toBe(true);
  });

  it.each(['-0.1', '1.5', 'much'])('%s is refused', async (value) => {
    const { code, stderr } = await infer(SEVEN, `--min-probability=${value}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^wjpeg-infer: --min-probability is .+, expected a number from 0 to 1 /);
  });
});

describe('--fit', () => {
  const corner = file('corner.png', inCorner());

  it.each(['stretch', 'contain', 'center-of-mass'])('%s', async (fit) => {
    const { stdout } = await infer(corner, '--json', '--fit', fit);
    expect(JSON.parse(stdout).picture.fit).toBe(fit);
  });

  it("is the model's own if left out: a 7 in a corner is read", async () => {
    const { label, picture } = JSON.parse((await infer(corner, '--json')).stdout);
    expect({ label, fit: picture.fit }).toEqual({ label: '7', fit: 'center-of-mass' });
  });

  it('refuses others by name', async () => {
    const { code, stderr } = await infer(corner, '--fit', 'cover');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "wjpeg-infer: --fit is 'cover', expected stretch, contain or center-of-mass (see wjpeg-infer --help)\n",
    });
  });
});

describe('--max-pixels', () => {
  it('refuses larger pictures', async () => {
    const { code, stderr } = await infer(SEVEN, '--max-pixels', '783');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /digit-7\.png: picture declares 28×28 pixels; the limit is 783 pixels \(--max-pixels\)\n$/,
    );
    expect((await infer(SEVEN, '--max-pixels', '784')).code).toBe(0);
  });

  it('allows more than the default', async () => {
    const wide = file(
      'wide.png',
      pngOfSamples({ width: 2 ** 25 / 4 + 1, bitDepth: 1 }, new Array(4).fill([])),
    );
    expect((await infer(wide)).stderr).toMatch(/the limit is 33554432 pixels/);
    const raised = await infer(wide, '--max-pixels', '40000000');
    expect(raised.stderr).not.toMatch(/limit/);
  });

  it('refuses 0', async () => {
    const { code, stderr } = await infer(SEVEN, '--max-pixels', '0');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--max-pixels is 0, expected a whole number of 1 or more/);
  });
});

it('a warning about a PNG is printed below its line', async () => {
  const faulty = file('faulty.png', pngOfSamples({ width: 2 }, [[0, 255]], chunk('tRNS', [1])));
  const { code, stdout } = await infer(faulty);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}warning: PNG at byte 33: tRNS is ignored: it has 1 bytes, expected 2$/m);
});

it('the orientation is applied, printed and in JSON', async () => {
  const turned = file('turned.jpg', withSegment(CHALK, exifSegment(3)));
  expect((await infer(turned)).stdout).toMatch(
    /JPEG 28×28, turned upright \(Exif orientation 3\), dark background/,
  );
  expect(JSON.parse((await infer(turned, '--json')).stdout).picture).toMatchObject({ orientation: 3 });
});

it('another format is named, with the command that converts it', async () => {
  const webp = new TextEncoder().encode('RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0');
  const { code, stderr } = await infer(file('a.webp', webp));
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /a\.webp: this is WebP; supported: PNG, JPEG; convert it, for example: magick picture\.webp picture\.png\n$/,
  );
});

it('says that bytes take pixels, whatever the JPEG came as', async () => {
  const run = (model: string) =>
    runProgram('wjpeg-infer', [
      join(DATA, model),
      join(DATA, 'pictures', 'digit-3-grey.jpg'),
      ...['--no-baseline', '--precision', 'int8', '--backend', 'wasm'],
    ]);
  const dense = await run('mnist-mlp-512-q20-row.wjz');
  expect(dense.stdout).toMatch(
    /^.*: 3\n {2}JPEG 28×28.*; enters as coefficients, of which int8 makes pixels$/m,
  );
  // Too few weights are left to be multiplied in bytes.
  const sparse = await run('mnist-mlp-512-trained.wjz');
  expect(sparse.stdout).toMatch(/enters as coefficients, never as pixels$/m);
});

describe('a network of patches', async () => {
  const input = { kind: 'image', width: 64, height: 48, channels: 3 } as const;
  const model = file('patches.wjz', await patchModel(input, [16, 16]));
  const run = (jpeg: string) => runProgram('wjpeg-infer', [model, jpeg, '--no-baseline']);

  it('takes a colour JPEG of its size as coefficients, and says so', async () => {
    const { code, stdout } = await run(file('photo.jpg', colourJpeg(64, 48, 80, 3)));
    expect(code).toBe(0);
    expect(stdout).toMatch(/JPEG 64×48; enters as coefficients, never as pixels/);
  });

  it('does so on gpu.js, whose kernels the minified program has as they were written', async () => {
    const jpeg = file('photo.jpg', colourJpeg(64, 48, 80, 3));
    const words = [model, jpeg, '--no-baseline', '--json', '--backend'];
    const [ours, theirs] = await Promise.all(
      ['wasm', 'gpujs:cpu'].map(async (backend) => {
        const { code, stdout } = await runProgram('wjpeg-infer', [...words, backend]);
        expect(code).toBe(0);
        return JSON.parse(stdout);
      }),
    );
    expect(theirs).toMatchObject({
      backend: 'gpujs:cpu',
      label: ours.label,
      picture: { via: 'coefficients' },
    });
  });

  it('is verified as coefficients too', async () => {
    const words = ['verify', model, '--samples', '2', '--json', '--backend', 'wasm'];
    const { code, stdout } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).passed).toBe(true);
  });

  it('takes one of another size as pixels, and says so', async () => {
    const { code, stdout } = await run(file('other.jpg', colourJpeg(80, 48, 80, 3)));
    expect(code).toBe(0);
    expect(stdout).toMatch(/JPEG 80×48; enters as pixels\n/);
  });

  it('decodes a photograph much larger at less than its size, and says so', async () => {
    const photograph = file('large.jpg', colourJpeg(900, 700, 80, 3));
    const { code, stdout } = await run(photograph);
    expect(code).toBe(0);
    expect(stdout).toMatch(/JPEG 900×700; enters as pixels, decoded at 2\/8 of its size\n/);
    const { stdout: json } = await runProgram('wjpeg-infer', [model, photograph, '--json']);
    expect(JSON.parse(json).picture).toMatchObject({ scale: 0.25, sourceWidth: 900, via: 'pixels' });
  });
});
