import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CoefficientOracle, ORACLE_LACKS, type OracleImage } from '../conformance/oracle.ts';
import { PngOracle } from '../conformance/png-oracle.ts';
import { compareJpeg } from './compare-jpeg.ts';
import { comparePng } from './compare-png.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-corpus-'));
afterAll(() => rmSync(folder, { recursive: true }));

const jpeg = readFileSync(join(ROOT, 'data/scenes/cat.jpg'));
const png = readFileSync(join(ROOT, 'data/pictures/digit-7.png'));

describe.skipIf(ORACLE_LACKS !== '')(
  `npm run corpus${ORACLE_LACKS && ` (skipped: no ${ORACLE_LACKS})`}`,
  () => {
    it('counts what is read alike, with warnings, and refused by both', () => {
      const path = join(folder, 'mixed');
      mkdirSync(join(path, 'deep'), { recursive: true });
      writeFileSync(join(path, 'cat.jpg'), jpeg);
      writeFileSync(join(path, 'deep', 'seven.png'), png);
      writeFileSync(join(path, 'cut.jpg'), jpeg.subarray(0, jpeg.length - 300));
      writeFileSync(join(path, 'head.jpg'), jpeg.subarray(0, 20));
      writeFileSync(join(path, 'head.png'), png.subarray(0, 40));
      writeFileSync(join(path, 'notes.txt'), 'no picture');
      const words = ['--import', 'tsx', 'test/corpus/index.ts', path];
      expect(execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' })).toBe(
        '2 read alike, 1 read alike with warnings on both sides, 2 refused by both, 0 different; 1 other files\n',
      );
    });

    it('reads a folder once that is named twice, or lies in another', () => {
      const path = join(folder, 'once');
      mkdirSync(join(path, 'deep'), { recursive: true });
      writeFileSync(join(path, 'deep', 'seven.png'), png);
      const words = ['--import', 'tsx', 'test/corpus/index.ts', path, join(path, 'deep'), `${path}/../once`];
      expect(execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' })).toMatch(
        /^1 read alike, /,
      );
    });

    it('says with --help what it does', () => {
      const words = ['--import', 'tsx', 'test/corpus/index.ts', '--help'];
      expect(execFileSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })).toMatch(
        /^npm run corpus -- FOLDER …\n\nReads every JPEG and PNG/,
      );
    });

    it('names what differs', () => {
      const oracles = [new CoefficientOracle(), new PngOracle()] as const;
      try {
        const [theirs] = oracles[0].readStreams([jpeg]) as OracleImage[];
        const noPixels = (): undefined => undefined;
        expect(compareJpeg(jpeg, theirs, noPixels)).toEqual({ kind: 'same' });
        theirs.components[1].coefficients[70] += 1;
        const what = expect.stringMatching(/^coefficients of component 1 at 70: /);
        expect(compareJpeg(jpeg, theirs, noPixels)).toEqual({ kind: 'different', what });
        theirs.components[1].coefficients[70] -= 1;
        const black = (): Uint8Array => new Uint8Array(theirs.width * theirs.height * 3);
        const pixels = expect.stringMatching(/^sample 0 of the pixels: \d+, djpeg has 0$/);
        expect(compareJpeg(jpeg, theirs, black)).toEqual({ kind: 'different', what: pixels });
        expect(compareJpeg(jpeg, { ...theirs, warnings: 1 }, noPixels)).toMatchObject({ kind: 'different' });
        expect(compareJpeg(jpeg, { error: 'none' }, noPixels)).toMatchObject({ kind: 'different' });
        const [pngTheirs] = oracles[1].read([png]);
        if ('error' in pngTheirs) throw new Error(pngTheirs.error);
        pngTheirs.samples[4 * 9] ^= 1;
        expect(comparePng(png, pngTheirs)).toEqual({
          kind: 'different',
          what: "grey of pixel 9 is not libpng's",
        });
      } finally {
        for (const oracle of oracles) oracle.dispose();
      }
    });

    it.each([
      [[], /^npm run corpus --: no folders of pictures given \(see npm run corpus -- --help\)/],
      [['--fast'], /^npm run corpus --: unknown option --fast: there is only --help/],
      [['README.md'], /^corpus: cannot list README\.md: it is not a folder$/m],
      [[join(folder, 'none')], /^corpus: .*none: no such file or folder/],
      [['docs/decisions'], /^corpus: docs\/decisions: no JPEG and no PNG/],
    ])('refuses %j in one line', (words, message) => {
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--import', 'tsx', 'test/corpus/index.ts', ...words],
        {
          cwd: ROOT,
          encoding: 'utf8',
        },
      );
      expect(status).not.toBe(0);
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    });
  },
);
