import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Peak resident set of the process itself, in bytes. */
  readonly peakMemory: number;
}

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Writes the process's peak resident set, in KiB, to file descriptor 3 when it ends. What `resourceUsage` reports is no less
 * than what the process that started it, the test runner, had in memory; Linux keeps the program's own peak (VmHWM).
 */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync, writeSync } from 'node:fs';
  const status = '/proc/self/status';
  process.on('exit', () => {
    const own = existsSync(status) && /^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync(status, 'utf8'));
    writeSync(3, own ? own[1] : String(process.resourceUsage().maxRSS));
  });
`)}`;

/** Where this itself runs by npx, programs would name their next commands with it. */
const { npm_command: _, ...ENVIRONMENT } = process.env;

/** Runs one of the programs as a user would in a terminal; `build-programs.ts` has compiled it. `env`: besides this process's. */
export function runProgram(
  program: 'wjpeg' | 'wjpeg-infer',
  words: readonly string[],
  options: { input?: Uint8Array; cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<ProgramResult> {
  const child = spawn(
    process.execPath,
    ['--import', REPORT_MEMORY, join(ROOT, 'dist', 'src', 'cli', `${program}.js`), ...words],
    {
      cwd: options.cwd ?? ROOT,
      env: { ...ENVIRONMENT, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    },
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
      resolve({ code, stdout, stderr, peakMemory: Number(memory) * 1024 });
    });
  });
}
