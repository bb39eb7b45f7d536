import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const RULES = join(ROOT, '.dependency-cruiser.cjs');
const PROGRAM = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-arrows-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(cwd: string): { readonly status: number | null; readonly stdout: string } {
  const words = ['--config', RULES, 'src', 'kernels', 'bench', 'tools', 'web', '--output-type', 'err'];
  return spawnSync(process.execPath, [PROGRAM, ...words], { cwd, encoding: 'utf8' });
}

/** A project of these files, each given by what it imports. */
function project(name: string, files: Readonly<Record<string, readonly string[]>>): string {
  const root = join(folder, name);
  writeFileSync(
    join(mkdirSync(root, { recursive: true }) ?? root, 'tsconfig.json'),
    '{ "compilerOptions": { "allowImportingTsExtensions": true } }',
  );
  for (const room of ['src', 'kernels', 'bench', 'tools', 'web']) mkdirSync(join(root, room));
  for (const [path, imports] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), [...imports.map((from) => `import '${from}';`), 'export {};'].join('\n'));
  }
  return root;
}

describe('npm run check:arrows', () => {
  it('finds none that is wrong and no circle', () => {
    const { status, stdout } = check(ROOT);
    expect(stdout).toMatch(/no dependency violations found/);
    expect(status).toBe(0);
  });

  it('fails on an import that points upwards', () => {
    const { status, stdout } = check(
      project('up', { 'src/jpeg/a.ts': ['../runtime/b.ts'], 'src/runtime/b.ts': [] }),
    );
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/jpeg-imports: src\/jpeg\/a\.ts → src\/runtime\/b\.ts/);
  });

  it.each([
    ['bench/a.ts', '../src/cli/b.ts', 'programs-are-no-library'],
    ['tools/a.ts', '../src/cli/b.ts', 'programs-are-no-library'],
    ['web/a.ts', '../src/cli/b.ts', 'library-without-programs'],
    ['src/runtime/a.ts', '../terminal/b.ts', 'library-without-programs'],
    ['src/runtime/a.ts', '../../kernels/add/reference.ts', 'reference-kernels-for-reference-only'],
    ['src/runtime/a.ts', '../../bench/b.ts', 'product-without-workshop'],
    ['bench/a.ts', '../test/b.ts', 'workshop-without-tests'],
  ])('fails where %s imports %s', (from, path, rule) => {
    const to = join(dirname(from), path);
    const { status, stdout } = check(project(rule + from.replaceAll('/', '-'), { [from]: [path], [to]: [] }));
    expect(status).not.toBe(0);
    expect(stdout).toContain(`${rule}: ${from} → ${to}`);
  });

  it('fails on a circle', () => {
    const { status, stdout } = check(
      project('circle', { 'src/weights/a.ts': ['./b.ts'], 'src/weights/b.ts': ['./a.ts'] }),
    );
    expect(status).not.toBe(0);
    expect(stdout).toContain('no-circles');
  });
});
