import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const FULL = '/dev/full';

describe.skipIf(!existsSync(FULL))('standard output that has no room', () => {
  it.each([
    ['wjpeg-infer', ['--no-baseline']],
    ['wjpeg', ['inspect', 'data/mnist-lenet-8-16-huffman.jpg']],
  ])('%s %j: one line, exit code 1', (program, words) => {
    const { status, stderr } = spawnSync(process.execPath, [`dist/src/cli/${program}.js`, ...words], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', openSync(FULL, 'w'), 'pipe'],
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^(No model given.*\n)?${program}: cannot write standard output: no space left on the disk\n$`,
      ),
    );
  });
});
