import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ResumedOutput } from '../../src/cli/score/output.ts';

/** The system's list of files that this process has open (Linux). */
const OPEN = '/proc/self/fd';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'lines.ndjson');

/** How often this process has the output open. */
function openCount(): number {
  return readdirSync(OPEN).filter((file) => {
    try {
      return readlinkSync(join(OPEN, file)) === path;
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

it.skipIf(!existsSync(OPEN))(
  'an output that cannot be resumed is closed, whichever line is refused',
  async () => {
    const line = (file: string): string => `${JSON.stringify({ file, model: 'm', label: 'a' })}\n`;
    writeFileSync(path, line('1.png') + line('2.png') + line('3.png'));
    const output = await ResumedOutput.open(path, 'm');
    expect(await output.wants('1.png')).toBe(false);
    await expect(output.wants('other.png')).rejects.toMatchObject({ code: 'SCORE_OTHER_RUN' });
    expect(() => output.finish()).toThrow(/is of a picture that is none of the inputs/);
    await output.close();
    expect(openCount()).toBe(0);
    await expect(ResumedOutput.open(path, 'n')).rejects.toMatchObject({ code: 'SCORE_OTHER_RUN' });
    expect(openCount()).toBe(0);
  },
);
