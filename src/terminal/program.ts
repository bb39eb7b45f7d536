import { WjpegError } from '../errors.ts';
import { explainFileError } from '../node/file-errors.ts';
import { visibleText } from '../visible-text.ts';
import { paint } from './colors.ts';

/**
 * Runs a command-line program to its end: a known error becomes one line on standard error and exit code 1, a closed
 * pipe (`wjpeg inspect … | head -1`) ends it quietly. `WJPEG_DEBUG=1` adds the stack trace.
 */
export async function runProgram(name: string, main: () => Promise<void>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    reportError(name, explainFileError(error, 'write', 'standard output'));
    process.exit(1);
  });
  // The reader of the progress has gone: no reason to discard an hour of training.
  process.stderr.on('error', () => {});
  try {
    await main();
  } catch (error) {
    reportError(name, error);
    process.exitCode = 1;
  }
}

/** One line on standard error: what went wrong, where, what was expected. */
export function reportError(name: string, error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  const isMemory = error instanceof RangeError && /array length|allocation failed/i.test(said);
  const known = error instanceof WjpegError || isMemory;
  const message = isMemory ? `not enough memory for what the options ask for (${said})` : said;
  process.stderr.write(
    `${paint('error', `${name}:`, process.stderr)} ${known ? '' : 'unexpected error: '}${visibleText(message.replace(/\s*\n\s*/g, ' '))}\n`,
  );
  if (process.env.WJPEG_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/** What Ctrl-C and schedulers send. */
const STOPPING_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Until the function that it returns is called, a signal that ends the program has it say one line before. It is seen only
 * where the program waits: long calculations must pause.
 */
export function sayWhenStopped(text: () => string): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    ignore();
    // What the terminal shows of a bar, or of the key, ends here.
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.stderr.write(`${visibleText(text())}\n`);
    process.kill(process.pid, signal);
  };
  const ignore = (): void => {
    for (const signal of STOPPING_SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of STOPPING_SIGNALS) process.on(signal, onSignal);
  return ignore;
}

/** Ends a program whose arguments make no sense: one line, a pointer to the help (of a command), exit code 2. */
export function failUsage(name: string, message: string, help: string = name): never {
  const text = visibleText(message.replace(/\s*\n\s*/g, ' '));
  process.stderr.write(`${paint('error', `${name}:`, process.stderr)} ${text} (see ${help} --help)\n`);
  process.exit(2);
}
