import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

test.each([
  ['gpu.js', 'src'],
  ['jpeg-js', 'src'],
  ['yargs', 'src'],
  ['benchmark', 'bench'],
])('%s, which the project is to use, is declared and imported by %s/', (name, folder) => {
  expect({ ...dependencies, ...devDependencies }).toHaveProperty([name]);
  const tracked = execFileSync('git', ['ls-files', folder], { cwd: ROOT, encoding: 'utf8' }).split('\n');
  const users = tracked.filter(
    (path) => path.endsWith('.ts') && readFileSync(join(ROOT, path), 'utf8').includes(`from '${name}'`),
  );
  expect(users.length).toBeGreaterThan(0);
});
