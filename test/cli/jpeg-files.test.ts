import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { greyJpeg } from '../image/jpeg-builder.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-jpeg-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const DATA = join(import.meta.dirname, '..', '..', 'data');
const MODEL = join(DATA, 'mnist-lenet-300-100-trained.wjz');
const BACKEND = ['--backend', 'reference'];
const QUICK = ['--no-baseline', ...BACKEND];

const whole = greyJpeg(40, 40, 60, 1);
writeFileSync(at('whole.jpg'), whole);
writeFileSync(at('cut.jpg'), whole.subarray(0, whole.length - 60));
writeFileSync(at('no-end.jpg'), whole.subarray(0, -2));

const infer = (...words: string[]) => runProgram('wjpeg-infer', [MODEL, ...words, ...QUICK]);

describe('wjpeg-infer, given pictures that are damaged', () => {
  it('answers, with a warning below the name of each', async () => {
    const { code, stdout, stderr } = await infer(at('cut.jpg'), at('whole.jpg'), at('no-end.jpg'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /cut\.jpg: \d\n {2}JPEG 40×40.*\n {2}warning: JPEG scan data end with the file at byte \d+, before the end of the last block/,
    );
    expect(stdout).toMatch(/no-end\.jpg: \d\n.*\n {2}warning: JPEG ends at byte \d+ without EOI\n/);
    expect(stdout).toMatch(/whole\.jpg: \d\n.*\n {2}\d +\d/);
  });

  it('has the warnings in --json', async () => {
    const { code, stdout, stderr } = await infer('--json', at('no-end.jpg'), at('whole.jpg'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const warnings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).picture.warnings);
    expect(warnings).toEqual([[`JPEG ends at byte ${whole.length - 2} without EOI`], []]);
  });

  it.each([['--csv'], []])(
    'writes them to standard error where the layout has no place: %s',
    async (...words) => {
      const four = ['whole.jpg', 'no-end.jpg', 'whole.jpg', 'whole.jpg'].map(at);
      const { code, stdout, stderr } = await infer(...words, ...four);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/warning/);
      expect(stderr).toBe(
        `wjpeg-infer: ${at('no-end.jpg')}: warning: JPEG ends at byte ${whole.length - 2} without EOI\n`,
      );
    },
  );
});

describe('a model whose JPEGs have restart intervals that do not divide their blocks', () => {
  const models: [string, string][] = [];
  for (const interval of [1, 5, 333])
    models.push([`every ${interval} blocks`, at(`restart-${interval}.wjz`)]);
  if (process.env.WJPEG_CASES_DIR) {
    models.push(['of WJPEG_CASES_DIR', join(process.env.WJPEG_CASES_DIR, 'q20-restart-5B.wjz')]);
  }

  beforeAll(() => {
    const file = readWjz(new Uint8Array(readFileSync(MODEL)));
    for (const restartInterval of [1, 5, 333]) {
      const jpegs = new Map(
        [...file.jpegs].map(([name, jpeg]) => [
          name,
          encodeCoefficients(decodeCoefficients(jpeg), { restartInterval }),
        ]),
      );
      writeFileSync(at(`restart-${restartInterval}.wjz`), writeWjz({ ...file, jpegs }));
    }
  });

  it.each(models)('%s: inspect, verify and report', async (_, model) => {
    const inspected = await runProgram('wjpeg', ['inspect', model]);
    expect({ code: inspected.code, stderr: inspected.stderr }).toEqual({ code: 0, stderr: '' });
    expect(inspected.stdout).toMatch(/restart/i);

    const verified = await runProgram('wjpeg', ['verify', model, '--samples', '8', '--backend', 'wasm']);
    expect({ code: verified.code, stderr: verified.stderr }).toEqual({ code: 0, stderr: '' });
    expect(verified.stdout).toMatch(/^coefficient +wasm .* passed$/m);
    // Pixels of all blocks, or the error of `expanded` would not be that of rounding.
    const [, error] = /^expanded +wasm +(\S+)/m.exec(verified.stdout) as RegExpExecArray;
    expect(Number(error)).toBeLessThan(0.3);

    const page = at('report.html');
    const reported = await runProgram('wjpeg', ['report', model, '-o', page, '--repeats', '3', ...BACKEND]);
    expect({ code: reported.code, stderr: reported.stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(page, 'latin1')).toMatch(/data:image\/jpeg/);
  });
});

const CASES = process.env.WJPEG_CASES_DIR;

describe.skipIf(CASES === undefined)('pictures of WJPEG_CASES_DIR', () => {
  const named = (name: string): string => join(CASES as string, name);

  it.each([
    'base.jpg',
    'grey-restart-5.jpg',
    'grey-restart-1row.jpg',
    'colour-restart-5.jpg',
    'colour-progressive-restart-5.jpg',
    'trailing-rst-small.jpg',
  ])('%s answers without a warning', async (name) => {
    const { code, stdout, stderr } = await infer(named(name));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/JPEG 97×131/);
    expect(stdout).not.toMatch(/warning/);
  });

  it.each(['base.jpg', 'colour-progressive-restart-5.jpg', 'grey-restart-5.jpg'])(
    '%s, cut off: answers with a warning',
    async (name) => {
      const bytes = readFileSync(named(name));
      writeFileSync(at(name), bytes.subarray(0, Math.floor(bytes.length * 0.8)));
      const { code, stdout, stderr } = await infer(at(name));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^ {2}warning: JPEG .+$/m);
    },
  );

  it.each([1, 3, 6, 8])('exif-orientation-%d.jpg is the upright 7', async (orientation) => {
    const { code, stdout } = await infer(named(`exif-orientation-${orientation}.jpg`));
    expect(code).toBe(0);
    expect(stdout).toMatch(/\.jpg: 7\n/);
  });
});
