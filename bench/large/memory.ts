import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DATA } from '../peers/field.ts';
import type { Absence } from '../subjects/section.ts';
import type { LargeEntrant } from './field.ts';

/** What a session says about its memory beside what its process takes, in bytes. */
export interface MemoryCheck {
  readonly name: string;
  /** `residentBytes` and `peakBytes` after the runs. */
  readonly residentBytes: number;
  readonly peakBytes: number;
  /** Resident set beyond what it was before the session: ready to answer, and after the runs. */
  readonly resident: number;
  readonly afterwards: number;
  /** Greatest resident set, beyond the same: while loading, and during the runs. */
  readonly loadPeak: number;
  readonly runPeak: number;
}

const CHILD = fileURLToPath(new URL('memory-child.mjs', import.meta.url));

/** Opens each subject in a bare process of its own. Linux only: the peak of another process comes from /proc. */
export async function checkMemory(
  entrants: readonly LargeEntrant[],
  batches: readonly number[],
): Promise<{ checks: MemoryCheck[]; absent: Absence[] }> {
  const checks: MemoryCheck[] = [];
  const absent: Absence[] = [];
  if (process.platform !== 'linux')
    return { checks, absent: [{ who: 'memory of processes', why: 'needs Linux' }] };
  for (const { name, spec } of entrants) {
    const { model, dense, path, backend, precision, memory, threads } = spec;
    const words = {
      ...{ model, dense, batches, warm: join(DATA, 'mnist-mlp-512-trained.wjz') },
      options: { path, backends: [backend], precision, memory, threads },
    };
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--expose-gc', CHILD, JSON.stringify(words)],
        // glibc gives what is freed back to the system only if it was taken from it as a piece of its own.
        { env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536' } },
      );
      checks.push({ name, ...(JSON.parse(stdout) as Omit<MemoryCheck, 'name'>) });
    } catch (error) {
      const { stderr = '', message } = error as Error & { stderr?: string };
      const line = stderr.split('\n').find((text) => /Error/.test(text)) ?? message;
      absent.push({ who: `memory of ${name}`, why: line.trim() });
    }
  }
  return { checks, absent };
}
