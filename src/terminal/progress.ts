import { type GenericFormatter, type Options, type Params, SingleBar } from 'cli-progress';
import { formatCount, formatSeconds } from '../text/numbers.ts';
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

/** Says what is going on, on standard error, where no bar shows it. */
export function announce(text: string): void {
  if (!canRedraw()) process.stderr.write(`${visibleText(text)}\n`);
}

/** The same for work that is not counted: `advance` takes the part that is done, 0…1. */
export function withPercent<T>(title: string, work: (advance: Advance) => T | Promise<T>): Promise<T> {
  const show = (value: number): string => `${Math.floor(value)}%`;
  return withBar(title, 100, show, (advance) => work((part) => advance(100 * part)));
}

/** Tells how far work is whose amount may become known on the way. */
export interface Pace {
  /** `done` pieces are done, besides `before` that were done in an earlier run. */
  advance(done: number, before?: number): void;
  /** There are so many pieces, those of earlier runs too. */
  expect(total: number): void;
}

/** Milliseconds between two lines where no bar can be drawn. */
const LINE_INTERVAL = 30_000;

/**
 * Work with its rate, and the time that is left once its amount is known: as a bar, or where standard error is no terminal as a
 * line from time to time.
 */
export async function withPace<T>(title: string, work: (pace: Pace) => Promise<T>): Promise<T> {
  const start = performance.now();
  let now = 0;
  let earlier = 0;
  let total: number | undefined;
  const text = (): string => {
    const rate = now / ((performance.now() - start) / 1000);
    const done = earlier + now;
    const parts = [total === undefined ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`];
    if (now > 0) parts.push(`${formatCount(Math.round(rate))}/s`);
    if (now > 0 && total !== undefined && total >= done)
      parts.push(`${formatSeconds((total - done) / rate)} left`);
    return parts.join(' · ');
  };
  const pace = (onChange: () => void): Pace => ({
    advance: (done, before = 0) => {
      [now, earlier] = [done, before];
      onChange();
    },
    expect: (count) => {
      total = count;
      onChange();
    },
  });
  if (canRedraw()) {
    const bar = new SingleBar(barOptions(formatLine(visibleText(title), text, () => total !== undefined)));
    bar.start(1, 0);
    const update = (): void => {
      bar.setTotal(Math.max(total ?? 0, earlier + now, 1));
      bar.update(earlier + now);
    };
    try {
      return await work(pace(update));
    } finally {
      bar.stop();
    }
  }
  const timer = setInterval(() => {
    process.stderr.write(`${visibleText(title)}: ${text()}\n`);
  }, LINE_INTERVAL).unref();
  try {
    return await work(pace(() => {}));
  } finally {
    clearInterval(timer);
  }
}

function canRedraw(): boolean {
  return process.stderr.isTTY && process.env.TERM !== 'dumb';
}

function barOptions(format: GenericFormatter): Options {
  return {
    format,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  };
}

async function withBar<T>(
  title: string,
  total: number,
  show: (value: number) => string,
  work: (advance: Advance) => T | Promise<T>,
): Promise<T> {
  if (!canRedraw()) return work(() => {});
  const bar = new SingleBar(
    barOptions(
      formatLine(visibleText(title), ({ value, eta }) => {
        const known = value > 0 && Number.isFinite(Number(eta));
        return `${show(value)}${known ? ` · ${formatSeconds(Number(eta))} left` : ''}`;
      }),
    ),
  );
  bar.start(total, 0);
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}

/** One line that fits the terminal, whatever its width is at that moment. */
function formatLine(
  title: string,
  show: (state: Params) => string,
  hasBar: () => boolean = () => true,
): GenericFormatter {
  return (_options, state) => {
    const columns = (process.stderr.columns || 80) - 1;
    const rest = show(state);
    const room = Math.min(MAX_BAR, columns - title.length - rest.length - 2);
    const done = Math.round(room * Math.min(1, state.progress));
    const bar = room < MIN_BAR || !hasBar() ? '' : ` ${'█'.repeat(done)}${'░'.repeat(room - done)}`;
    return `${title}${bar} ${rest}`.slice(0, columns);
  };
}
