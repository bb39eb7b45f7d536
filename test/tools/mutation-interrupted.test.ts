import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-mutation-'));

/** The project with few tests, so that a run does not take the results of another and soon begins. */
beforeAll(() => {
  for (const name of [
    ...[
      'package.json',
      'tsconfig.json',
      'stryker.config.json',
      'vitest.mutation.config.ts',
      'src',
      'kernels',
    ],
    ...['tools/interruption.ts', 'tools/mutation', 'bench/markdown.ts', 'test/array-equality.ts'],
    ...['test/png/encode.test.ts'],
  ]) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  { what: 'Ctrl-C', signal: 'SIGINT', ofGroup: true },
  { what: 'kill', signal: 'SIGTERM', ofGroup: false },
] as const)(
  'npm run mutation ends at $what, with the report of what it has tested',
  async ({ signal, ofGroup }) => {
    rmSync(join(folder, 'coverage'), { recursive: true, force: true });
    const words = ['run', '-s', 'mutation', '--', 'src/png/encode.ts', 'src/png/unfilter.ts'];
    const child = spawn('npm', words, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const group = -(child.pid as number);
    let isOver = false;
    onTestFinished(() => {
      if (!isOver) process.kill(group, 'SIGKILL');
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (bytes: Uint8Array) => {
        said[name] += bytes;
      });
    const closed = new Promise<void>((resolve) =>
      child.on('close', () => {
        isOver = true;
        resolve();
      }),
    );
    const tested = join(folder, 'coverage', 'mutation', 'tested.ndjson');
    const killed = (): number =>
      existsSync(tested) ? readFileSync(tested, 'utf8').split('"Killed"').length - 1 : 0;
    while (killed() < 2 && !isOver) await new Promise((resolve) => setTimeout(resolve, 20));
    if (isOver) throw new Error(`ended by itself: ${said.stderr}${said.stdout}`);
    process.kill(ofGroup ? group : (child.pid as number), signal);
    await closed;

    // One test looks at encode.ts, none of those here at unfilter.ts.
    expect(said.stdout).toMatch(/\nUnnoticed:\n/);
    expect(said.stdout).toMatch(/^src\/png\/unfilter\.ts:\d+:\d+ {2}\w+: ./m);
    const [, changes, seen] = /^\| src\/png\/encode\.ts +\| +(\d+) \| +(\d+) \|/m.exec(said.stdout) ?? [];
    expect(Number(seen)).toBeGreaterThanOrEqual(2);
    expect(Number(seen)).toBeLessThan(Number(changes));
    expect(said.stdout).toMatch(/^\| all +\|/m);
    expect(said.stdout).toContain(`Interrupted by ${signal}`);
    // Stryker's copy of the project is gone.
    const copies = join(folder, '.stryker-tmp');
    expect(existsSync(copies) ? readdirSync(copies) : []).toEqual([]);
  },
);
