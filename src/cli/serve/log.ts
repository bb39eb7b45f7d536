import { explainFileError } from '../../node/file-errors.ts';
import { reportError } from '../../terminal/program.ts';
import { visibleJson } from '../../visible-text.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/**
 * The server's log: JSON lines on standard output. Lines that cannot be written (a full disk, a reader that has gone) are
 * lost, and the server answers on: other commands end at this, as their output is what they are for. Standard error
 * says so at the first of them, and again after lines that could be written.
 */
export class ServerLog {
  #isLosing = false;

  constructor() {
    process.stdout.removeAllListeners('error').on('error', (error) => {
      if (this.#isLosing) return;
      this.#isLosing = true;
      reportError('wjpeg', explainFileError(error, 'write', 'the log to standard output'));
    });
  }

  write(level: LogLevel, message: string, more: object): void {
    const line = visibleJson({ time: new Date().toISOString(), level, message, ...more });
    // What a full disk had room for may be the beginning of a line.
    const start = this.#isLosing ? '\n' : '';
    process.stdout.write(`${start}${line}\n`, (error) => {
      if (!error) this.#isLosing = false;
    });
  }
}
