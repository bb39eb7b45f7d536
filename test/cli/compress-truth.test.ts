import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import type { ReportData } from '../../src/report/data.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { inside, writeTwoClasses, writeTwoClassNetwork, writeZeros } from './two-classes.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg truth '));
afterAll(() => rmSync(folder, { recursive: true }));
const at = inside(folder);

const [healthy, outlier, data] = [at('healthy.safetensors'), at('outlier.safetensors'), at('data')];
writeTwoClassNetwork(healthy);
writeTwoClassNetwork(outlier, { outlier: 40 });
writeTwoClasses(data, 'train', 300);
writeTwoClasses(data, 't10k', 200);

const compress = (model: string, ...words: string[]): Promise<ProgramResult> =>
  runProgram('wjpeg', ['compress', model, '-o', at('out.wjz'), '--input', '8x8', ...words]);

/** The words of a command as a shell would split them. */
function shellWords(command: string): string[] {
  return [...command.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain : quoted.replaceAll("'\\''", "'"),
  );
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

describe('what a compression did is told', () => {
  it('a bad result is a warning in the last line, with a command that does better', async () => {
    const bad = await compress(outlier, '--layers', 'all', '--quality', '20');
    expect(bad.code).toBe(0);
    const warning =
      /^warning: the answers differ from the original's by [\d.]+% on probe inputs, accuracy may be lost; try without --quality: wjpeg (.+)$/;
    const [, command] = warning.exec(lastLine(bad.stdout)) ?? [];
    const better = await runProgram('wjpeg', shellWords(command));
    expect({ code: better.code, stderr: better.stderr }).toEqual({ code: 0, stderr: '' });
    expect(better.stdout).not.toContain('warning');
    expect(better.stdout).toContain('answers on 256 probe inputs: ');
  });

  it('that command stays one where files are named behind --', async () => {
    const words = [
      'compress',
      '-o',
      at('out.wjz'),
      '--input',
      '8x8',
      '--layers',
      'all',
      '--quality',
      '20',
      '--',
      outlier,
    ];
    const { code, stdout } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    const [, command] = /try without --quality: wjpeg (.+)$/.exec(lastLine(stdout)) ?? [];
    expect((await runProgram('wjpeg', shellWords(command))).code).toBe(0);
    const target = [
      'compress',
      '-o',
      at('out.wjz'),
      '--input',
      '8x8',
      '--target-bytes',
      '700',
      '--',
      outlier,
    ];
    const small = await runProgram('wjpeg', target);
    const [, more] = /try more bytes: wjpeg (.+)$/.exec(lastLine(small.stdout)) ?? [];
    if (more) expect(shellWords(more).slice(-2)).toEqual(['--', outlier]);
  });

  it('the pictures to validate with are not overwritten', async () => {
    const pictures = join(data, 't10k-images-idx3-ubyte');
    const before = readFileSync(pictures);
    symlinkSync(pictures, at('link.wjz'));
    const words = ['compress', healthy, '-o', at('link.wjz'), '--input', '8x8', '--validation', data];
    const { code, stderr } = await runProgram('wjpeg', words);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /link\.wjz is the same file as the input .*t10k-images-idx3-ubyte: writing it would destroy the input/,
    );
    expect(readFileSync(pictures)).toEqual(before);
  });

  it('without a quality the same network keeps its accuracy, and nothing is warned of', async () => {
    const { code, stdout } = await compress(outlier, '--validation', data);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\naccuracy 100\.00% → 100\.00% on 200 test pictures of .*data\n/);
    expect(stdout).not.toMatch(/warning|hint/);
  });

  it('accuracy that is measured decides instead of probe inputs', async () => {
    const words = ['--layers', 'all', '--quality', '20', '--validation', data];
    const { stdout } = await compress(outlier, ...words);
    expect(stdout).toMatch(/\naccuracy 100\.00% → 50\.00% on 200 test pictures/);
    expect(lastLine(stdout)).toMatch(
      /^warning: 50\.00 points of accuracy are lost; try without --quality: wjpeg compress/,
    );
  });

  it('says when accuracy is measured on pictures that the network may have learnt from, or not at all', async () => {
    const held = await compress(healthy, '--data', data);
    expect(held.stdout).toMatch(
      /on the last 300 training pictures of .*data\n\(a network that was trained elsewhere/,
    );
    expect(held.stdout).toContain('--validation DIR names others');
    const none = await compress(healthy);
    expect(none.stdout).toContain(
      '\naccuracy not measured: use --validation DIR to name labelled pictures\n',
    );
  });

  it('a target of accuracy is measured on --validation, and both figures are printed', async () => {
    const words = ['--layers', 'all', '--target-accuracy-drop', '1', '--validation', data];
    const { code, stdout } = await compress(healthy, ...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nQuality \d+ meets the target\.\n/);
    expect(stdout).toMatch(/\naccuracy 100\.00% → (100|99)\.\d\d% on 200 test pictures/);
    const refused = await compress(healthy, '--target-accuracy-drop', '1');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/name pictures with --validation or --data/);
  });

  it('--json has all of it, the warning also on standard error', async () => {
    const words = ['--layers', 'all', '--quality', '20', '--validation', data, '--json'];
    const { code, stdout, stderr } = await compress(outlier, ...words);
    const result = JSON.parse(stdout);
    expect({ code, stderr: stderr.trimEnd() }).toEqual({ code: 0, stderr: result.warnings.at(-1) });
    expect(result).toMatchObject({
      quality: 20,
      bytes: readFileSync(at('out.wjz')).length,
      fidelity: { probes: 256, agreement: expect.any(Number), relativeError: expect.any(Number) },
      accuracy: { before: 1, after: 0.5, pictures: 200, maybeSeen: false },
    });
    expect(result.accuracy.measuredOn).toMatch(/^200 test pictures of /);
    expect(result.layers.map(({ name }: { name: string }) => name)).toEqual(['fc1', 'fc2']);
    for (const { relativeError } of result.layers) expect(relativeError).toBeGreaterThan(0);
  });
});

describe('what a file says of itself', () => {
  it('its test accuracy is kept in the manifest, unless another is named', async () => {
    const model = at('stated.safetensors');
    writeTwoClassNetwork(model, { metadata: { test_accuracy: '99.5' } });
    const kept = async (...words: string[]): Promise<number | undefined> => {
      expect((await compress(model, ...words)).code).toBe(0);
      return readWjz(readFileSync(at('out.wjz'))).manifest.origin?.denseAccuracy;
    };
    expect(await kept()).toBeCloseTo(0.995, 12);
    expect(await kept('--dense-accuracy', '0.75')).toBe(0.75);
  });

  it('an original that is worse than that, or no better than guessing, is doubted', async () => {
    const model = at('doubted.safetensors');
    writeTwoClassNetwork(model, { metadata: { test_accuracy: '0.99' } });
    // What the network then sees is far from what it learnt from: all answers are the same.
    const wrong = ['--mean', '100', '--validation', data];
    const { stdout } = await compress(model, ...wrong);
    expect(stdout).toMatch(
      /\nhint: the stated accuracy of the original is 99\.00%, but it reaches [\d.]+% here; check that --mean/,
    );
    const { stdout: unstated } = await compress(healthy, ...wrong);
    expect(unstated).toMatch(
      /\nhint: the original itself is right for only [\d.]+% of these pictures; check that --mean/,
    );
  });
});

describe('inputs that look like pictures', () => {
  it.each([
    [784, /hint: 784 inputs may be a 28×28 picture; if so, --input 28x28 makes the file smaller/],
    [3072, /hint: 3072 inputs may be a colour picture of 32×32, which is not supported yet/],
    [100, /hint: 100 inputs may be a 10×10 picture/],
    [30, undefined],
  ])('%d of them without --input', async (inputs, hint) => {
    const model = at(`zeros-${inputs}.safetensors`);
    writeZeros(model, inputs);
    const { code, stdout } = await runProgram('wjpeg', ['compress', model, '-o', at('zeros.wjz')]);
    expect(code).toBe(0);
    if (hint) expect(stdout).toMatch(hint);
    else expect(stdout).not.toContain('hint');
  });
});

describe('the report of a file', () => {
  it('has the relative error of each layer, which the PSNR hides', async () => {
    expect((await compress(outlier, '--layers', 'fc1', '--quality', '20')).code).toBe(0);
    const words = [
      'report',
      at('out.wjz'),
      '-o',
      at('out.html'),
      '--dense',
      outlier,
      '--json',
      '--repeats',
      '1',
    ];
    const { code, stdout } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    const [first, second] = (JSON.parse(stdout) as ReportData).layers;
    expect(first.jpeg?.psnr).toBeGreaterThan(30);
    expect(first.relativeError).toBeGreaterThan(0.05);
    expect(second.relativeError).toBeLessThan(0.001);
    expect(readFileSync(at('out.html'), 'utf8')).toContain(
      `${(100 * (first.relativeError ?? NaN)).toFixed(2)}%`,
    );
  });
});
