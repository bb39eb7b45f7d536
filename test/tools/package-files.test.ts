import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageProblems } from '../../tools/package-files.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the packed tarball', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(output) as [{ files: { path: string; mode: number }[] }];
  const paths = files.map(({ path }) => path);
  const exists = (path: string) => paths.includes(`dist/${path.replace(/\.ts$/, '.js')}`);

  test('holds only what it should, and all of it', () => {
    expect(packageProblems(paths)).toEqual([]);
  });

  test.each([
    'test/fuzz/corpus/jpeg/read',
    'dist/test/build-programs.js',
    'dist/src/index.js.map',
    'dist/src/no-longer-there.js',
    'src/index.ts',
    '.ci/run',
    'data/mnist/train-images-idx3-ubyte',
    'docs/api/index.html',
    '.npmrc',
    'node_modules/fflate/package.json',
  ])('%s would be noticed', (path) => {
    expect(packageProblems([...paths, path], exists)).toEqual([`${path} does not belong into it`]);
  });

  test('so would what is missing', () => {
    const without = paths.filter((path) => path !== 'LICENSE');
    expect(packageProblems(without)).toEqual(['LICENSE is missing']);
  });
});
