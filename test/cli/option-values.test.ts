import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../src/terminal/option-values.ts';
import { runProgram } from './run-program.ts';

/** What each command needs beside the option that is tried; none of it is read. */
const COMMANDS = {
  compress: ['m.safetensors', '-o', 'm.wjz'],
  infer: ['m.wjz', 'a.png'],
  inspect: ['m.wjz'],
  eval: ['m.wjz', '--data', 'd'],
  verify: ['m.wjz'],
  train: ['--data', 'd', '-o', 'm.wjz'],
  report: ['m.wjz', '-o', 'm.html', '--data', 'd'],
} as const;

describe('an option with a value that is none', () => {
  it.each(Object.entries(COMMANDS))(
    '%s: each number names what was written and what is expected',
    async (command, words) => {
      const { stdout } = await runProgram('wjpeg', [command, '--help']);
      // An option's text may go over several lines; the type stands at the end of it.
      const options = stdout.split(/\n {2,6}(?=-)/).filter((text) => /^[^[]*\[number\]/.test(text));
      const names = options.map((text) => /--([\w-]+)/.exec(text)?.[1] as string);
      const sizes = command === 'compress' || command === 'train' ? ['target-bytes'] : [];
      expect(names.length).toBeGreaterThan(0);
      for (const name of [...names, ...sizes]) {
        const needs =
          name === 'neuron' ? ['--png', 'a.png'] : name === 'target-accuracy-drop' ? ['--data', 'd'] : [];
        const { code, stderr } = await runProgram('wjpeg', [
          command,
          ...words,
          ...needs,
          `--${name}`,
          'twenty',
        ]);
        expect({ code, stderr }).toEqual({
          code: 2,
          stderr: expect.stringMatching(
            new RegExp(`^wjpeg: --${name} is 'twenty', expected a (whole )?number`),
          ),
        });
      }
    },
  );

  it.each([
    ['--quality twenty', "--quality is 'twenty', expected a whole number from 1 to 100"],
    ['--quality 101', '--quality is 101, expected a whole number from 1 to 100'],
    ['--quality=', '--quality has no value'],
    ['--quality --json', '--quality has no value'],
    ['--quality 20 --quality 1', '--quality is given more than once'],
    ['--quality 20 --quality=30', '--quality is given more than once'],
    ['--target-bytes 12q', "--target-bytes is '12q', expected a whole number of 1 or more"],
    ['--std 0', '--std is 0, expected a number above 0'],
    ['--mean x', "--mean is 'x', expected a number, or numbers with commas between"],
    ['--dense-accuracy 97', '--dense-accuracy is 97, expected a number from 0 to 1'],
  ])('compress %s', async (words, message) => {
    const { code, stderr } = await runProgram('wjpeg', ['compress', 'm', '-o', 'n', ...words.split(' ')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wjpeg: ${message} (see wjpeg compress --help)\n` });
  });

  it.each([['-o'], ['-o', '--json']])('compress m %s %s: the alias has no value', async (...words) => {
    const { code, stderr } = await runProgram('wjpeg', ['compress', 'm', ...words]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'wjpeg: -o has no value (see wjpeg compress --help)\n',
    });
  });
});

describe('parseBytes', () => {
  it.each([
    ['12000', 12000],
    ['12k', 12000],
    ['12kB', 12000],
    ['1.5 MB', 1_500_000],
    ['12KiB', 12288],
    ['1e4', 10000],
  ])('%s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each(['', 'k', '12q', '-5', '1,5k', '12 k B', 'Infinity', '0x10'])('refuses %j', (text) =>
    expect(parseBytes(text)).toBeNaN(),
  );
});
