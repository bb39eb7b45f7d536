import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** Runs a program in a Node.js that cannot tell graphemes apart. */
function runWithoutSegmenter(program: string, words: readonly string[]): Promise<{ stdout: string }> {
  const disable = 'data:text/javascript,Intl.Segmenter = undefined';
  return run(process.execPath, ['--import', disable, join('dist', 'src', 'cli', `${program}.js`), ...words], {
    cwd: ROOT,
  });
}

it('only help loads what yargs measures text with', async () => {
  const answer = await runWithoutSegmenter('wjpeg-infer', ['--no-baseline', '--json']);
  expect(answer.stdout).toContain('"label":"7"');
  expect((await runWithoutSegmenter('wjpeg', ['infer', '--version'])).stdout).toMatch(/^\d/);
  await expect(runWithoutSegmenter('wjpeg-infer', ['--help'])).rejects.toThrow('Segmenter');
});
