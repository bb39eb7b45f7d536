import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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

  /** One of each kind, all in one project: a run takes seconds. */
  const wrong: readonly (readonly [from: string, path: string, rule: string])[] = [
    ['src/jpeg/a.ts', '../runtime/b.ts', 'jpeg-imports'],
    ['bench/a.ts', '../src/cli/b.ts', 'programs-are-no-library'],
    ['tools/a.ts', '../src/cli/b.ts', 'programs-are-no-library'],
    ['web/a.ts', '../src/cli/b.ts', 'library-without-programs'],
    ['src/runtime/a.ts', '../terminal/b.ts', 'library-without-programs'],
    ['src/runtime/c.ts', '../../kernels/add/reference.ts', 'reference-kernels-for-reference-only'],
    ['src/runtime/d.ts', '../../bench/b.ts', 'product-without-workshop'],
    ['bench/c.ts', '../test/b.ts', 'workshop-without-tests'],
  ];

  describe('of what is planted', () => {
    let planted: ReturnType<typeof check>;

    beforeAll(() => {
      const targets = wrong.map(([from, path]) => [join(dirname(from), path), []] as const);
      const sources = wrong.map(([from, path]) => [from, [path]] as const);
      planted = check(
        project('planted', {
          ...Object.fromEntries([...targets, ...sources]),
          'src/weights/a.ts': ['./b.ts'],
          'src/weights/b.ts': ['./a.ts'],
        }),
      );
    });

    it.each(wrong)('%s may not import %s', (from, path, rule) => {
      expect(planted.stdout).toContain(`${rule}: ${from} → ${join(dirname(from), path)}`);
    });

    it('finds the circle', () => {
      expect(planted.stdout).toMatch(/no-circles: src\/weights\/[ab]\.ts → /);
    });

    it('fails with the number of what it found, each an error', () => {
      const [, errors] = /(\d+) dependency violations \(\1 errors/.exec(planted.stdout) ?? [];
      // The last kind breaks the rule of src/runtime's imports as well, and a circle has two sides.
      expect(Number(errors)).toBeGreaterThanOrEqual(wrong.length + 1);
      expect(planted.status).toBe(Number(errors));
    });
  });
});
