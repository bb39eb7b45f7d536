import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli', 'wjpeg.js');

/** A running `wjpeg serve`. */
export interface Serving {
  readonly child: ChildProcess;
  readonly port: number;
  /** What it has logged. */
  readonly log: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/**
 * Starts the built `wjpeg serve` on a free port unless the words name one, and waits until it listens. `node`: words for
 * Node.js; `environment`: variables beside those of this process.
 */
export function startServing(
  words: readonly string[],
  node: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const port = words.includes('--port') ? [] : ['--port', '0'];
  const child = spawn(process.execPath, [...node, PROGRAM, 'serve', ...words, ...port], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let text = '';
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  child.stderr?.on('data', (bytes: Uint8Array) => {
    text += bytes;
  });
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (bytes: Uint8Array) => {
      text += bytes;
      const listening = /"message":"listening","host":"[^"]*","port":(\d+)/.exec(text);
      if (listening) resolve({ child, port: Number(listening[1]), log: () => text, ended });
    });
    void ended.then(({ code }) => reject(new Error(`wjpeg serve ended with ${code}: ${text}`)));
  });
}
