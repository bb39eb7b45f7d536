import { constants } from 'node:os';

/** A second signal that comes later than this ends the process: npm passes on a Ctrl-C that the terminal has sent as well. */
const ECHO_MS = 1000;

/** What has interrupted a run; `signal` is undefined until then. */
export interface Interruption {
  readonly signal: NodeJS.Signals | undefined;
  /** For `process.exit`, as a shell has it: 130 for SIGINT, 143 for SIGTERM. */
  readonly exitCode: number;
}

/**
 * From now on Ctrl-C and SIGTERM are only noted, so that a long run can end with a report of what it has. A second one ends the
 * process at once.
 *
 * @param onSignal called once, at the first signal
 */
export function noteInterruption(onSignal: () => void = () => {}): Interruption {
  const noted = { signal: undefined as NodeJS.Signals | undefined, exitCode: 0 };
  let since = 0;
  const note = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (noted.signal !== undefined) {
      if (performance.now() - since > ECHO_MS) process.exit(noted.exitCode);
      return;
    }
    since = performance.now();
    noted.signal = signal;
    noted.exitCode = 128 + constants.signals[signal];
    onSignal();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => note(signal));
  // npm sends a SIGTERM only to the shell that it has started us with, and that shell dies without passing it on.
  if (process.env.npm_lifecycle_event !== undefined) {
    const shell = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === shell) return;
      clearInterval(watch);
      if (noted.signal === undefined) note('SIGTERM');
    }, 500);
    watch.unref();
  }
  return noted;
}
