import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Greatest resident set of the process, in bytes. */
  readonly peakMemory: number;
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Writes the process's greatest resident set to file descriptor 3 when it ends. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS * 1024)));",
)}`;

/** Runs one of the programs as a user would in a terminal; `build-programs.ts` has compiled it. */
export function runProgram(
  program: 'wjpeg' | 'wjpeg-infer',
  words: readonly string[],
  options: { input?: Uint8Array; cwd?: string } = {},
): Promise<ProgramResult> {
  const child = spawn(
    process.execPath,
    ['--import', REPORT_MEMORY, join(ROOT, 'dist', 'src', 'cli', `${program}.js`), ...words],
    { cwd: options.cwd ?? ROOT, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] },
  );
  const collected = ['', '', ''];
  [child.stdout, child.stderr, child.stdio[3]].forEach((stream, index) => {
    stream?.on('data', (chunk: Uint8Array) => {
      collected[index] += chunk.toString();
    });
  });
  // A program that refuses its arguments ends before it reads its input.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const [stdout, stderr, memory] = collected as [string, string, string];
      resolve({ code, stdout, stderr, peakMemory: Number(memory) });
    });
  });
}
