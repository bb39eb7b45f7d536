import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { netpbmSamples } from './pictures.ts';

/** cjpeg, djpeg and jpegtran of libjpeg-turbo (Debian: libjpeg-turbo-progs), the oracle where they are installed. */
type Tool = 'cjpeg' | 'djpeg' | 'jpegtran';

/** Runs a tool on `input` and returns what it writes. */
export function libjpeg(tool: Tool, options: readonly string[], input: Uint8Array): Uint8Array {
  return execFileSync(tool, options, { input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** What djpeg says of a picture: its samples, and whether it warned; undefined if it gave up. */
export function djpeg(
  jpeg: Uint8Array,
): { readonly pixels: Uint8Array; readonly warned: boolean } | undefined {
  const { status, stdout } = spawnSync('djpeg', [], { input: jpeg, maxBuffer: 2 ** 30 });
  if (status !== 0 && status !== 2) return undefined;
  return { pixels: new Uint8Array(netpbmSamples(stdout)), warned: status === 2 };
}

/** `libjpeg(tool, …)` with a scan script. */
export function libjpegWithScans(
  tool: 'cjpeg' | 'jpegtran',
  script: string,
  options: readonly string[],
  input: Uint8Array,
): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-'));
  try {
    const file = join(folder, 'scans.txt');
    writeFileSync(file, script);
    return libjpeg(tool, ['-scans', file, ...options], input);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether the tools are there. */
export const hasLibjpeg: boolean = (['cjpeg', 'djpeg', 'jpegtran'] satisfies Tool[]).every((tool) => {
  try {
    execFileSync(tool, ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** For the name of a suite that is skipped without them. */
export const NEEDS_LIBJPEG: string = hasLibjpeg ? '' : ' (skipped: libjpeg-turbo-progs is not installed)';
