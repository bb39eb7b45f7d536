import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isLost, WorkerPool } from '../../src/node/workers/pool.ts';

const WORKER = new URL('./losing-worker.mjs', import.meta.url);
const SPEC = { spec: { width: 2, height: 2, channels: 1 } };
/** The file at which that thread ends. */
const CULPRIT = 'disc/3.png';

describe('a pool of threads', () => {
  it('says which job a thread was lost at, whatever others do meanwhile', async () => {
    const pool = await WorkerPool.start<string[], readonly unknown[]>(WORKER, 2, SPEC);
    try {
      // Threads are lost all the time beside it.
      let ended = false;
      const beside = (async () => {
        while (!ended) await pool.run([CULPRIT]).catch(() => {});
      })();
      const jobs = [['a'], [CULPRIT], ['b'], ['c'], [CULPRIT], ['d']];
      const settled = await pool.runApart(jobs);
      ended = true;
      await beside;
      expect(settled.map(({ status }) => status)).toEqual(
        jobs.map(([path]) => (path === CULPRIT ? 'rejected' : 'fulfilled')),
      );
      for (const result of settled)
        if (result.status === 'rejected') expect(isLost(result.reason)).toBe(true);
    } finally {
      await pool.close();
    }
  });

  it('that could not replace a thread tries again, and takes jobs once it can', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wjpeg-pool-'));
    const refuse = join(folder, 'full');
    const pool = await WorkerPool.start<string[], readonly unknown[]>(WORKER, 2, { ...SPEC, refuse });
    try {
      writeFileSync(refuse, '');
      await Promise.allSettled([pool.run([CULPRIT]), pool.run([CULPRIT])]);
      await vi.waitFor(() => expect(pool.hasFailed).toBe(true), 20_000);
      await expect(pool.run(['a'])).rejects.toThrow(/no memory left/);
      rmSync(refuse);
      // Two threads, each of which is given two jobs at once.
      await vi.waitFor(() => expect(pool.free).toBe(4), 20_000);
      expect(pool.hasFailed).toBe(false);
      expect(await pool.run(['a'])).toHaveLength(1);
    } finally {
      await pool.close();
      rmSync(folder, { recursive: true });
    }
  });
});
