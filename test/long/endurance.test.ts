import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeGrowth } from '../../bench/endurance/memory-watch.ts';

const MIB = 2 ** 20;

describe('judgeGrowth', () => {
  const judge = (of: (index: number) => number) =>
    judgeGrowth(
      Array.from({ length: 40 }, (_, i) => of(i)),
      24 * MIB,
    );

  test('lets memory be taken in the warm-up, and go up and down', () => {
    expect(judge((i) => (i < 8 ? 60 + 10 * i : 150 + (i % 3) * 20) * MIB).grows).toBe(false);
  });

  test('sees what is lost every time', () => {
    expect(judge((i) => (100 + i) * MIB)).toMatchObject({ grows: true, warm: 109 * MIB, end: 137 * MIB });
  });

  test('asks for enough to judge by', () => {
    expect(() => judgeGrowth([1, 2, 3], 0)).toThrow('3 samples');
  });
});

/**
 * The short form of `npm run endurance`. It sees wrong answers and gross leaks only: in so few rounds the garbage of one may
 * not have been collected when the last is measured, so a page of 64 KiB a session is allowed.
 */
test('endurance: every answer is right, memory does not grow', () => {
  const counts = [
    '--inferences',
    '50000',
    '--sessions',
    '400',
    '--threaded',
    '40',
    '--rounds',
    '8',
    '--allowance',
    '96',
  ];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', 'bench/endurance/index.ts', ...counts, '--at-once', '16'],
    { cwd: join(import.meta.dirname, '..', '..'), encoding: 'utf8' },
  );
  expect([status, stderr], stdout).toEqual([0, '']);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(5);
  for (const line of lines.slice(1)) expect(line).toMatch(/^\d+ .*: 0 wrong, .* MiB at most$/);
});
