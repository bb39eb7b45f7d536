import { stat } from 'node:fs/promises';
import { hideBin } from 'yargs/helpers';
import { naming, WjpegError } from '../../errors.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { sayWhenStopped } from '../../terminal/program.ts';
import { type Advance, withProgress } from '../../terminal/progress.ts';
import { checkCheckpoint, restoreCheckpoint, writeCheckpoint } from '../../train/checkpoint.ts';
import type { Trainer } from '../../train/trainer.ts';
import { visibleText } from '../../visible-text.ts';
import { commandLine } from '../next-command.ts';
import { printEpoch } from './output.ts';

/** What to do where a checkpoint is of no use. */
const FROM_START = 'name another file to train from the start';

/** Reads `--checkpoint`, if there is one; what is none is refused before pictures are read. */
export async function readCheckpoint(path: string | undefined): Promise<Uint8Array | undefined> {
  if (path === undefined || !(await exists(path))) return undefined;
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  try {
    naming(path, () => checkCheckpoint(bytes));
  } catch (error) {
    if (!(error instanceof WjpegError) || error.message.includes(FROM_START)) throw error;
    const what = error.code.startsWith('SAFETENSORS') ? 'no checkpoint, or a damaged one: ' : '';
    const message = error.message.replace(`${path}: `, `${path}: ${what}`);
    throw new WjpegError(error.kind, error.code, `${message}; ${FROM_START}`);
  }
  return bytes;
}

/** Trains to the end, from `saved` if that is given, and keeps a checkpoint; returns the seconds that it took. */
export async function trainShown(
  trainer: Trainer,
  checkpoint: string | undefined,
  saved: Uint8Array | undefined,
): Promise<number> {
  const start = performance.now();
  if (checkpoint !== undefined && saved !== undefined) {
    naming(checkpoint, () => restoreCheckpoint(trainer, saved));
    process.stderr.write(`${visibleText(checkpoint)}: going on after epoch ${trainer.epoch}\n`);
  }
  const { epochs } = trainer.options;
  let kept = saved === undefined ? 0 : trainer.epoch;
  const ignore = sayWhenStopped(() => stoppedText(trainer, checkpoint, kept));
  try {
    while (!trainer.done) {
      const title = `epoch ${trainer.epoch + 1}/${epochs}`;
      const report = await withProgress(title, trainer.stepsPerEpoch, (advance) =>
        withPauses(trainer.epochSteps(), advance),
      );
      process.stderr.write(printEpoch(report, epochs));
      await pause();
      if (checkpoint === undefined) continue;
      await writeFileAtomic(checkpoint, writeCheckpoint(trainer));
      kept = trainer.epoch;
    }
  } finally {
    ignore();
  }
  return (performance.now() - start) / 1000;
}

/** Signals are only seen between calculations: these pause so often, in milliseconds, and after each epoch. */
const PAUSE_INTERVAL = 50;

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function withPauses<T>(steps: Generator<number, T>, advance: Advance): Promise<T> {
  for (let last = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (done) return value;
    advance(value);
    if (performance.now() - last < PAUSE_INTERVAL) continue;
    await pause();
    last = performance.now();
  }
}

/** What remains of a run that is stopped, and how it goes on. */
function stoppedText(trainer: Trainer, checkpoint: string | undefined, kept: number): string {
  const when = `stopped in epoch ${trainer.epoch + 1} of ${trainer.options.epochs}`;
  if (checkpoint === undefined)
    return `${when}: nothing is kept; with --checkpoint FILE the same command goes on after the last epoch that is done`;
  if (kept === 0) return `${when}: no epoch is done, so that there is no checkpoint yet`;
  const command = commandLine('wjpeg', hideBin(process.argv));
  return `${when}: ${checkpoint} has all up to epoch ${kept}, and this goes on: ${command}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
