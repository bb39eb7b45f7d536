import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { squares, writeIdx } from '../bench/synthetic-mnist.ts';
import { runProgram } from './run-program.ts';

const cases = process.env.WJPEG_CASES_DIR;
const PICTURES = join(import.meta.dirname, '..', '..', 'data', 'pictures');
const picture = join(PICTURES, 'digit-7.png');
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** A file name that clears the screen, ends a line, turns text around and hides some. */
const NAME = 'a\x1b[2J\n\r\u202e\u200b\x9b.png';
const named = at(NAME);
copyFileSync(picture, named);
writeIdx(folder, 't10k', squares(10, 1));

const models = cases
  ? readdirSync(cases).filter((name) => /^adv-(label|name)-(escape|newline)\.wjz$/.test(name))
  : [];
// Vitest refuses a table without rows.
const table = models.length > 0 ? models : ['(WJPEG_CASES_DIR is not set)'];

/** What a terminal obeys instead of showing; a line feed ends lines. */
const CONTROL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

async function expectClean(words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runProgram('wjpeg', words);
  expect(`${stdout}${stderr}`, words.join(' ')).not.toMatch(CONTROL);
  expect(stderr, words.join(' ')).not.toContain('unexpected error');
  return stdout;
}

describe.skipIf(models.length === 0)('text of a file that is made to deceive', () => {
  it.each(table)('%s: every command prints it with its control characters escaped', async (name) => {
    const model = join(cases as string, name);
    const reference = ['--backend', 'reference'];
    const first = [
      ['inspect', model],
      ['infer', model, picture, ...reference, '--repeats', '1', '--top', '10'],
    ];
    // One control sequence in the labels and one in the name go through every command.
    if (!/label-escape|name-newline/.test(name)) {
      for (const words of first) await expectClean(words);
      return;
    }
    for (const words of [
      ...first,
      ['inspect', model, '--json'],
      ['infer', model, picture, picture, picture, picture, picture, ...reference],
      ['infer', model, picture, ...reference, '--csv'],
      ['eval', model, '--data', folder, ...reference],
      ['report', model, '-o', at('r.html'), '--repeats', '1', ...reference],
    ])
      await expectClean(words);
  });

  it(`${models[0]}: names of files are escaped beside those of the model`, async () => {
    const model = join(cases as string, models[0]);
    const reference = ['--backend', 'reference'];
    for (const words of [
      ['inspect', model, '--neuron', '0', '--png', at('n.png')],
      ['infer', model, picture, ...reference, '--json'],
      ['infer', model, named, at('missing\x1b[2J\n.png'), ...reference],
      ['infer', model, named, ...reference, '--csv'],
      ['infer', model, named, ...reference, '--json'],
      ['verify', model, ...reference, '--samples', '2'],
    ])
      await expectClean(words);
  });

  it('adv-label-dup.wjz: JSON has each of the probabilities, though the labels are equal', async () => {
    const model = join(cases as string, 'adv-label-dup.wjz');
    const printed = await expectClean([
      'infer',
      model,
      picture,
      '--backend',
      'reference',
      '--json',
      '--top',
      '10',
    ]);
    const answer = JSON.parse(printed.trim().split('\n')[0]);
    expect(JSON.stringify(answer).match(/\d\.\d+(e-\d+)?/g)?.length).toBeGreaterThanOrEqual(10);
    expect(answer.probabilities).toHaveLength(10);
  });

  it('escname.safetensors: names of tensors', async () => {
    const weights = join(cases as string, 'escname.safetensors');
    await expectClean(['compress', weights, '-o', at('e.wjz')]);
    await expectClean(['compress', weights, '-o', at('e.wjz'), '--json']);
    await expectClean(['compress', weights, '-o', at('e.wjz'), '--layers', 'x\x1b[2J']);
    if (existsSync(at('e.wjz'))) await expectClean(['inspect', at('e.wjz')]);
  });
});

describe('names on the command line', () => {
  it.each([
    ['inspect', named],
    ['inspect', at('missing\x1b[2J\n')],
    ['eval', named, '--data', at('missing\x1b[2J\n')],
    ['compress', named, '-o', at('x\x1b.wjz')],
    ['infer', named, named],
    ['infer', '--backend', 'x\x1b[2J'],
    ['x\x1b[2J'],
    ['inspect', '--x\x1b[2J'],
    ['verify', 'a', '--samples', '\x1b[2J'],
  ])('%j: escaped in messages', async (...words) => {
    await expectClean(words);
  });
});
