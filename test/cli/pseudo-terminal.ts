import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface TerminalOptions {
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Types `keys` once what the terminal has received matches `after`. */
  readonly type?: { readonly after: RegExp; readonly keys: string };
}

export interface TerminalResult {
  /** Exit code; the negative number of the signal that ended the program. */
  readonly code: number;
  /** Everything that the terminal received, with its control sequences. */
  readonly output: string;
  /** Whether echo, line mode, … are as before. */
  readonly modesRestored: boolean;
}

const ROOT = join(import.meta.dirname, '..', '..');
const SCRIPT = join(import.meta.dirname, 'pseudo-terminal.py');

/** What the pseudo-terminal needs: Python 3 with its module pty, which Linux and macOS have and Windows has not. */
export const hasPseudoTerminal: boolean =
  spawnSync('python3', ['-c', 'import fcntl, pty, termios'], { stdio: 'ignore' }).status === 0;

/** Runs a built program with standard input, output and error on one pseudo-terminal. */
export function runOnTerminal(
  program: 'wjpeg' | 'wjpeg-infer',
  words: readonly string[],
  { columns = 80, environment = {}, cwd = ROOT, type }: TerminalOptions = {},
): Promise<TerminalResult> {
  const file = join(ROOT, 'dist', 'src', 'cli', `${program}.js`);
  const child = spawn('python3', [SCRIPT, String(columns), process.execPath, file, ...words], {
    cwd,
    env: { ...terminalEnvironment(), ...environment },
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  let output = '';
  let report = '';
  let typed = type === undefined;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (typed || !type?.after.test(output)) return;
    typed = true;
    child.stdin?.write(type.keys);
  });
  child.stdio[3]?.on('data', (bytes: Uint8Array) => {
    report += bytes.toString();
  });
  child.stdin?.on('error', () => {});
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve({ output, ...JSON.parse(report) }));
  });
}

/** The environment of a user at a terminal: not what CI and the test runner set. */
function terminalEnvironment(): NodeJS.ProcessEnv {
  const { CI, NO_COLOR, FORCE_COLOR, NODE_OPTIONS, COLUMNS, VITEST, ...rest } = process.env;
  return { ...rest, TERM: 'xterm-256color' };
}

/** Modes that a program has switched away from the default and not back: `cursor`, `wrap`, `alternate screen`. */
export function leftModes(output: string): string[] {
  const modes = [
    ['cursor', '25', 'h'],
    ['wrap', '7', 'h'],
    ['alternate screen', '1049', 'l'],
  ] as const;
  return modes.flatMap(([name, number, normal]) => {
    const changes = output.split('\x1b[?').filter((part) => new RegExp(`^${number}[hl]`).test(part));
    const last = changes.at(-1);
    return last === undefined || last[number.length] === normal ? [] : [name];
  });
}

/** Each state of a progress bar: text between two control sequences that no end of line follows. */
export function barStates(output: string): string[] {
  return (
    output
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is looked for
      .split(/\x1b\[[0-9;?]*[A-Za-z]/)
      .filter((text) => !text.includes('\n') && /\d+(\/\d+|%)/.test(text))
  );
}

/** The text without its colours. */
export function withoutColors(output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is looked for
  return output.replace(/\x1b\[\d+m/g, '');
}
