import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli', 'wjpeg.js');

export interface ScoreCall {
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A file for standard input. */
  readonly input?: string;
  /** Which cores it may use, as taskset takes them; all if absent. */
  readonly cores?: string;
}

export interface ScoreEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly seconds: number;
  /** Peak resident set in bytes, as Linux keeps it; 0 elsewhere. */
  readonly peakMemory: number;
}

/** Runs `wjpeg score`. `whileRunning` gets the process. */
export function runScore(call: ScoreCall, whileRunning?: (child: ChildProcess) => void): Promise<ScoreEnd> {
  const start = performance.now();
  const command = [process.execPath, PROGRAM, 'score', ...call.words];
  const words = call.cores === undefined ? command : ['taskset', '-c', call.cores, ...command];
  const child = spawn(words[0], words.slice(1), {
    env: { ...process.env, ...call.environment },
    stdio: [call.input === undefined ? 'ignore' : openSync(call.input, 'r'), 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (bytes: Uint8Array) => {
    stderr += bytes;
  });
  let peakMemory = 0;
  const watch = setInterval(() => {
    peakMemory = Math.max(peakMemory, peakOf(child.pid));
  }, 100);
  whileRunning?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      resolve({ code, signal, stderr, seconds: (performance.now() - start) / 1000, peakMemory });
    });
  });
}

function peakOf(pid: number | undefined): number {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return 0;
  return 1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] ?? 0);
}

/** Kills a run with SIGKILL once its output has `bytes` bytes. */
export async function killAt(call: ScoreCall, output: string, bytes: number): Promise<ScoreEnd> {
  let timer: NodeJS.Timeout | undefined;
  const end = await runScore(call, (child) => {
    timer = setInterval(() => {
      if (existsSync(output) && statSync(output).size >= bytes) child.kill('SIGKILL');
    }, 1);
  });
  clearInterval(timer);
  return end;
}

/** The lines of outputs, sorted. */
export async function sortedLines(files: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) {
    let rest = '';
    for await (const text of createReadStream(file, { encoding: 'utf8' }) as AsyncIterable<string>) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() as string;
      for (const line of parts) lines.push(line);
    }
    if (rest !== '') throw new Error(`${file} ends without a line feed`);
  }
  return lines.sort();
}
