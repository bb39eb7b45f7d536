import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { encodeGreyPng } from '../../src/png/encode.ts';
import { Random } from '../../src/random.ts';
import { runProgram } from '../cli/run-program.ts';
import { put } from '../node/photo-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'wjpeg-many-classes-'));
afterAll(() => rmSync(root, { recursive: true }));

/** More than a byte counts. */
const CLASSES = 300;
const BITS = 9;
const nameOf = (label: number): string => `c${String(label).padStart(3, '0')}`;

/** 8×8 pixels that show the bits of the class, each in several places, with noise. */
function picture(label: number, random: Random): Uint8Array {
  const samples = Uint8Array.from(
    { length: 64 },
    (_, at) => ((label >> (at % BITS)) & 1) * 200 + 50 * random.next(),
  );
  return encodeGreyPng({ width: 8, height: 8, samples });
}

const random = new Random(1);
for (let label = 0; label < CLASSES; label++) {
  for (let i = 0; i < 6; i++) put(root, `photos/${nameOf(label)}/${i}.png`, picture(label, random));
  put(root, `test/${nameOf(label)}/t.png`, picture(label, random));
}

it('trains on 300 classes, and what comes of it knows those beyond 255 by their names', async () => {
  const at = (name: string): string => join(root, name);
  const words = [
    '--net',
    'mlp:128',
    '--epochs',
    '40',
    '--batch',
    '50',
    '--lambda',
    '1e-7',
    '--colour',
    'grey',
    '--json',
  ];
  const settings = [...words, '--size', '8x8', '--validation', '300', '--plot', at('run.svg')];
  const trained = await runProgram('wjpeg', [
    'train',
    '--data',
    at('photos'),
    '-o',
    at('m.jpg'),
    ...settings,
  ]);
  expect(trained.code, trained.stderr).toBe(0);
  const { heldOut } = JSON.parse(trained.stdout);
  expect([heldOut.pictures, heldOut.confusion.length, heldOut.confusion[299].length]).toEqual([
    300, 300, 300,
  ]);
  // By chance it were one.
  expect(heldOut.correct).toBeGreaterThan(200);
  expect(readWjz(readFileSync(at('m.jpg'))).manifest.labels).toHaveLength(CLASSES);

  const measured = await runProgram('wjpeg', ['eval', at('m.jpg'), '--data', at('test'), '--json']);
  expect(measured.code, measured.stderr).toBe(0);
  const [{ accuracy }] = JSON.parse(measured.stdout).results;
  expect(accuracy).toBeGreaterThan(0.7);

  const beyond = Array.from({ length: CLASSES - 256 }, (_, i) => 256 + i);
  const last = beyond.map((label) => join(root, 'test', nameOf(label), 't.png'));
  const inferred = await runProgram('wjpeg', ['infer', at('m.jpg'), ...last, '--csv']);
  const right = inferred.stdout.split('\n').filter((line) => /(c\d\d\d)\/t\.png,\d+,\1,/.test(line));
  expect(right.length).toBeGreaterThan(22);

  const report = ['report', at('m.jpg'), '--data', at('test'), '-o', at('r.html')];
  expect((await runProgram('wjpeg', report)).code).toBe(0);
  expect((await runProgram('wjpeg', ['export', at('m.jpg'), '-o', at('m.c')])).code).toBe(0);
});
