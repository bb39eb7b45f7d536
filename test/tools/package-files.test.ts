import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageProblems, undeclaredImports } from '../../tools/package-files.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the packed tarball', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(output) as [{ files: { path: string; mode: number }[] }];
  const paths = files.map(({ path }) => path);
  // Modules of the core are in core.js; their declarations stand alone.
  const exists = (path: string) =>
    ['.js', '.d.ts'].some((ending) => paths.includes(`dist/${path.replace(/\.ts$/, ending)}`));

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
    'docs/site/index.html',
    '.npmrc',
    'node_modules/fflate/package.json',
  ])('%s would be noticed', (path) => {
    expect(packageProblems([...paths, path], exists)).toEqual([`${path} does not belong into it`]);
  });

  test('so would what is missing', () => {
    const without = paths.filter((path) => path !== 'LICENSE');
    expect(packageProblems(without)).toEqual(['LICENSE is missing']);
  });

  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

  test('imports what it declares, in programs and in types', () => {
    expect(undeclaredImports(paths, manifest, (path) => readFileSync(join(ROOT, path), 'utf8'))).toEqual([]);
  });

  test.each([
    ['a.js', "import yargs from 'yargs';", 'yargs'],
    ['a.js', 'import{hideBin as a}from"yargs/helpers";', 'yargs'],
    ['a.js', "const { GPU } = await import('gpu.js');", 'gpu.js'],
    ['a.js', "const bar = require('cli-progress');", 'cli-progress'],
    ['a.d.ts', "export { GPU } from 'gpu.js';", 'gpu.js'],
    ['a.d.ts', "type Gpu = typeof import('@scope/gpu/types');", '@scope/gpu'],
  ])('%s: %s would be noticed', (path, text, name) => {
    expect(undeclaredImports([path], manifest, () => text)).toEqual([
      `${path} imports '${name}', which is not among the dependencies`,
    ]);
  });

  test.each(['node:fs', 'worker_threads', './a.js', 'fflate/browser', 'webgpu', 'wjpeg'])(
    '%s would not',
    (name) => {
      expect(undeclaredImports(['a.js'], manifest, () => `import '${name}';`)).toEqual([]);
    },
  );

  test('brings the licence of every package that is bundled', () => {
    const notices = readFileSync(join(ROOT, 'dist', 'THIRD-PARTY.txt'), 'utf8');
    for (const name of [
      'gpu.js',
      'acorn',
      'gpu-mock.js',
      'gl-wiretap',
      'yargs',
      'cli-progress',
      'fflate',
      'jpeg-js',
    ])
      expect(notices).toMatch(new RegExp(`^${name} \\d[^\\n]*\\n\\n[^\\n]+\\n`, 'm'));
    // Apache-2.0 and BSD ask for their texts; the package brings neither as a file.
    expect(notices).toMatch(/^@bufbuild\/protobuf [\s\S]*Google Inc[\s\S]*TERMS AND CONDITIONS FOR USE/m);
    for (const holder of ['gpu.js Team', 'by various contributors', 'Robert Plummer', 'Eugene Ware'])
      expect(notices).toMatch(new RegExp(`Copyright.*${holder}`));
  });
});
