import { type GenericFormatter, SingleBar } from 'cli-progress';
import { formatSeconds } from '../text/numbers.ts';
import { visibleText } from '../visible-text.ts';

/** Tells a bar how far the work is. */
export type Advance = (done: number) => void;

/** Widest bar, in columns. */
const MAX_BAR = 40;
/** A bar of fewer columns says nothing. */
const MIN_BAR = 5;

/**
 * Works behind a progress bar on standard error; without one where that is not a terminal that can redraw a line. The bar
 * changes no mode of the terminal (wrapping, cursor) and handles no signal, so Ctrl-C ends the program at once, also in the
 * middle of a long calculation, and leaves nothing to restore.
 */
export function withProgress<T>(
  title: string,
  total: number,
  work: (advance: Advance) => T | Promise<T>,
): Promise<T> {
  return withBar(title, total, (value) => `${value}/${total}`, work);
}

/** The same for work that is not counted: `advance` takes the part that is done, 0…1. */
export function withPercent<T>(title: string, work: (advance: Advance) => T | Promise<T>): Promise<T> {
  const show = (value: number): string => `${Math.floor(value)}%`;
  return withBar(title, 100, show, (advance) => work((part) => advance(100 * part)));
}

async function withBar<T>(
  title: string,
  total: number,
  show: (value: number) => string,
  work: (advance: Advance) => T | Promise<T>,
): Promise<T> {
  if (!process.stderr.isTTY || process.env.TERM === 'dumb') return work(() => {});
  const bar = new SingleBar({
    format: formatLine(visibleText(title), show),
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  bar.start(total, 0);
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}

/** One line that fits the terminal, whatever its width is at that moment. */
function formatLine(title: string, show: (value: number) => string): GenericFormatter {
  return (_options, { value, eta, progress }) => {
    const columns = (process.stderr.columns || 80) - 1;
    const known = value > 0 && Number.isFinite(Number(eta));
    const rest = `${show(value)}${known ? ` · ${formatSeconds(Number(eta))} left` : ''}`;
    const room = Math.min(MAX_BAR, columns - title.length - rest.length - 2);
    const done = Math.round(room * Math.min(1, progress));
    const bar = room < MIN_BAR ? '' : ` ${'█'.repeat(done)}${'░'.repeat(room - done)}`;
    return `${title}${bar} ${rest}`.slice(0, columns);
  };
}
