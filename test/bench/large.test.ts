import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LargeRun } from '../../bench/large/report.ts';

describe('npm run bench:large', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-bench-large-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('times all paths, checks memory, and says what it left out', () => {
    const shape = [
      '--sizes',
      '64',
      '--network',
      '64',
      '40',
      '24',
      '--memory',
      'speed',
      '--batches',
      '1',
      '3',
    ];
    const words = ['bench/large/index.ts', '--quick', '--no-build', '--backend', 'reference', ...shape];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', ...words, '--out', folder],
      {
        cwd: join(import.meta.dirname, '../..'),
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('rror')]);
    const run = JSON.parse(readFileSync(join(folder, 'large.json'), 'utf8')) as LargeRun;
    const [float32, int16] = (['float32', 'int16'] as const).map((precision) =>
      run.timings.filter((one) => one.path === 'coefficient' && one.precision === precision),
    );
    // Three qualities, two batch sizes, a square layer and the network; the backend has no int16.
    expect([float32.length, int16.length]).toEqual([12, 0]);
    expect(stdout).toMatch(/Not measured \([^)]*precision 'int16'.*64→40→24/);
    expect(run.wrong).toEqual([]);
    for (const { error, image, residentBytes } of run.timings) {
      expect(error).toBeLessThan(1e-5);
      expect(image).toBeGreaterThan(0);
      expect(residentBytes).toBeGreaterThan(0);
    }
    if (process.platform === 'linux') {
      expect(run.memory.map(({ name }) => name).slice(0, 2)).toEqual(['dense', 'expanded']);
      // A network as small as this one may fit into pages that the process has already, even with some to spare.
      for (const { runPeak, loadPeak, peakBytes } of run.memory) {
        expect([runPeak, loadPeak].every(Number.isInteger)).toBe(true);
        expect(peakBytes).toBeGreaterThan(0);
      }
    }
    for (const name of ['large-time.svg', 'large-memory.svg']) {
      expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/NaN|Infinity|undefined/);
    }
    expect(readFileSync(join(folder, 'large.md'), 'utf8')).toContain('## 64→40→24 on reference');
  });
});
