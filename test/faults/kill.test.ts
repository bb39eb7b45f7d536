import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { killAtRandomMoments } from './kill.ts';
import { killServerAtRandomMoments } from './kill-server.ts';
import { laterPrograms, writingPrograms } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A few of the hundreds of `npm run faults`. */
describe.each(writingPrograms(join(folder, 'data')))('wjpeg $name, ended at random moments', (program) => {
  test.each([
    ['SIGKILL', 3],
    ['SIGINT', 2],
  ] as const)(
    '%s, %i times: every file is whole, old or new, and the command works again',
    async (signal, times) => {
      const report = await killAtRandomMoments(program, folder, { times, seed: 7, signal });
      expect(report.failures).toEqual([]);
      expect(report.kills).toBeGreaterThan(0);
      expect(report.kills + report.tooLate).toBe(times);
    },
  );
});

describe.each(
  laterPrograms(join(folder, 'later')).filter(({ name }) => ['train on folders', 'score'].includes(name)),
)('wjpeg $name, ended at random moments', (program) => {
  test('SIGKILL, 2 times: every file is whole, and what is resumed ends with the same bytes', async () => {
    const report = await killAtRandomMoments(program, folder, { times: 2, seed: 7, signal: 'SIGKILL' });
    expect(report.failures).toEqual([]);
    expect(report.kills).toBeGreaterThan(0);
  });
});

test('wjpeg serve, SIGKILL 4 times: every answer is right, and it can be started again on its port', async () => {
  const report = await killServerAtRandomMoments(4, 7);
  expect(report.failures).toEqual([]);
  expect(report).toMatchObject({ whileStarting: 1, underLoad: 3 });
  expect(report.answered).toBeGreaterThanOrEqual(4 * 8);
});
