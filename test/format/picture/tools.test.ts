import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWjz } from '../../../src/format/read.ts';
import { writeModel } from '../../../src/format/write-model.ts';
import { type JpegEncodeOptions, readFrameHeader } from '../../../src/jpeg/index.ts';
import { InferenceSession } from '../../../src/runtime/session.ts';
import { hasLibjpeg, libjpeg, NEEDS_LIBJPEG } from '../../jpeg/libjpeg-tools.ts';
import { expectFileRefused } from '../refusal.ts';
import { TRAINED, trained } from './pictures.ts';

/** What other programs make of networks that are pictures. */
const CODINGS: readonly (readonly [string, JpegEncodeOptions])[] = [
  ['Huffman', { entropy: 'huffman' }],
  ['progressive', { entropy: 'huffman', progressive: true }],
  ['arithmetic', { entropy: 'arithmetic', conditioning: 'default' }],
];

/** jpegtran's ways of coding the same coefficients again. */
const TRANSCODES: readonly (readonly string[])[] = [
  ['-optimize'],
  ['-progressive'],
  ['-arithmetic'],
  ['-arithmetic', '-progressive'],
  ['-optimize', '-restart', '3'],
];

async function answers(file: Uint8Array): Promise<Float32Array> {
  const session = await InferenceSession.create(file, { backends: ['reference'] });
  const input = Float32Array.from({ length: session.inFeatures }, (_, i) => ((i * 7) % 32) / 32);
  return session.runBatch(input, 1).finally(() => session.dispose());
}

describe.skipIf(!hasLibjpeg)(`networks as pictures in libjpeg-turbo's tools${NEEDS_LIBJPEG}`, () => {
  // A colour picture of three tables, and a grey one of one table.
  describe.each([TRAINED[0], TRAINED[2]])('%s', (name) => {
    test.each(CODINGS)('%s: djpeg opens it, and jpegtran keeps its answers to the bit', async (_, coding) => {
      const picture = writeModel(trained(name), { file: 'model.jpg', coding });
      const { width, height } = readFrameHeader(picture);
      const [, , size] = new TextDecoder('latin1').decode(libjpeg('djpeg', [], picture)).split(/(P[56]\n)/);
      expect(size).toMatch(new RegExp(`^${width} ${height}\n255\n`));
      const before = await answers(picture);
      for (const options of TRANSCODES) {
        const again = libjpeg('jpegtran', ['-copy', 'all', ...options], picture);
        expect(again, options.join(' ')).not.toEqual(picture);
        expect(await answers(again), options.join(' ')).toEqual(before);
      }
    });

    test.each([
      ['recompressed', (picture: Uint8Array) => recompressed(picture), 'MODEL_NO_NETWORK'],
      [
        'recompressed with its metadata',
        (picture: Uint8Array) => withMetadata(picture),
        'MODEL_RECOMPRESSED',
      ],
      [
        'without metadata',
        (picture: Uint8Array) => transformed(picture, 'none', '-optimize'),
        'MODEL_NO_NETWORK',
      ],
      ['cropped', (picture: Uint8Array) => transformed(picture, 'all', '-crop', '64x32+8+8'), 'MODEL_SHEET'],
      [
        'upside down',
        (picture: Uint8Array) => transformed(picture, 'all', '-flip', 'vertical'),
        'MODEL_RECOMPRESSED',
      ],
      ['grey', (picture: Uint8Array) => transformed(picture, 'all', '-grayscale'), 'MANIFEST_INCONSISTENT'],
      ['rotated', (picture: Uint8Array) => transformed(picture, 'all', '-rotate', '90'), 'MODEL_SHEET'],
    ] as const)('%s, it is refused by name', async (what, change, code) => {
      const picture = writeModel(trained(name), { file: 'model.jpg', coding: { entropy: 'huffman' } });
      if (what === 'grey' && readFrameHeader(picture).components.length === 1) return;
      // The tiles of a single layer fit a sheet of any proportions.
      const fits = what === 'rotated' && name === TRAINED[2];
      await expectFileRefused(change(picture), undefined, 'corrupt', fits ? 'MODEL_RECOMPRESSED' : code);
    });
  });
});

/** Decoded and encoded again, as messengers do. */
function recompressed(picture: Uint8Array): Uint8Array {
  return libjpeg('cjpeg', ['-quality', '75'], libjpeg('djpeg', [], picture));
}

/** The same by a program that takes the metadata along: APP9 segments stand right behind SOI. */
function withMetadata(picture: Uint8Array): Uint8Array {
  const again = libjpeg('cjpeg', ['-quality', '75', '-sample', '1x1'], libjpeg('djpeg', [], picture));
  const end = 4 + picture[4] * 256 + picture[5];
  return new Uint8Array([...picture.subarray(0, end), ...again.subarray(2)]);
}

function transformed(picture: Uint8Array, copy: string, ...options: string[]): Uint8Array {
  return libjpeg('jpegtran', ['-copy', copy, ...options], picture);
}

/** Whether a program is there. */
function has(program: string, version = '-version'): boolean {
  try {
    execFileSync(program, [version], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('other programs', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wjpeg-picture-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.skipIf(!has('convert'))('ImageMagick opens it in its size (skipped where it is not installed)', () => {
    const file = join(folder, 'model.jpg');
    const picture = writeModel(trained(TRAINED[0]), { file, coding: { entropy: 'huffman' } });
    writeFileSync(file, picture);
    const { width, height } = readFrameHeader(picture);
    const said = execFileSync('identify', ['-format', '%m %w %h', file], { encoding: 'utf8' });
    expect(said).toBe(`JPEG ${width} ${height}`);
  });

  test.skipIf(!has('exiftool', '-ver'))(
    'exiftool edits its metadata and keeps the network (skipped where it is not installed)',
    () => {
      const file = join(folder, 'tagged.jpg');
      const picture = writeModel(trained(TRAINED[0]), { file, coding: { entropy: 'huffman' } });
      writeFileSync(file, picture);
      const edited = new Uint8Array(
        execFileSync('exiftool', ['-Artist=somebody', '-XMP:Title=a network', '-o', '-', file], {
          maxBuffer: 2 ** 28,
        }),
      );
      expect(edited.length).toBeGreaterThan(picture.length);
      expect(readWjz(edited).manifest).toEqual(readWjz(picture).manifest);
      expect(readWjz(edited).jpegs).toEqual(readWjz(picture).jpegs);
    },
  );
});
