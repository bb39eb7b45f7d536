import { type GenericFormatter, SingleBar } from 'cli-progress';
import { visibleText } from '../visible-text.ts';
import { formatSeconds } from './format.ts';

/** A progress bar on standard error; nothing where that is not a terminal that can redraw a line. */
export interface Progress {
  advance(done: number): void;
  stop(): void;
}

/** Widest bar, in columns. */
const MAX_BAR = 40;
/** A bar of fewer columns says nothing. */
const MIN_BAR = 5;

/**
 * Starts a bar. It changes no mode of the terminal (wrapping, cursor) and handles no signal, so Ctrl-C ends the program at
 * once, also in the middle of a long calculation, and leaves nothing to restore.
 */
export function startProgress(title: string, total: number): Progress {
  return startBar(title, total, (value) => `${value}/${total}`);
}

/** The same for work that is not counted: `advance` takes the part that is done, 0…1. */
export function startPercent(title: string): Progress {
  const { advance, stop } = startBar(title, 100, (value) => `${Math.floor(value)}%`);
  return { advance: (part) => advance(100 * part), stop };
}

function startBar(title: string, total: number, show: (value: number) => string): Progress {
  if (!process.stderr.isTTY || process.env.TERM === 'dumb') return { advance: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: formatLine(visibleText(title), show),
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  bar.start(total, 0);
  return { advance: (done) => bar.update(done), stop: () => bar.stop() };
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
