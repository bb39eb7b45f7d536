import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on standard error; nothing where that is no terminal. */
export interface Progress {
  advance(done: number): void;
  stop(): void;
}

export function startProgress(title: string, total: number): Progress {
  if (!process.stderr.isTTY) return { advance: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      format: `${title} {bar} {value}/{total} · {eta_formatted} left`,
      stream: process.stderr,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { advance: (done) => bar.update(done), stop: () => bar.stop() };
}
