import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files in memory, where the system has such (Linux). */
const IN_MEMORY = '/dev/shm';

/**
 * A folder for the files of inputs, removed at exit. It is in memory where that can be, as flushing a file to a disk takes
 * longer than all the rest of an input.
 */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(isWritable(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'wjpeg-fuzz-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
