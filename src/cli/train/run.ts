import { stat } from 'node:fs/promises';
import { naming } from '../../errors.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { withProgress } from '../../terminal/progress.ts';
import { checkCheckpoint, restoreCheckpoint, writeCheckpoint } from '../../train/checkpoint.ts';
import type { Trainer } from '../../train/trainer.ts';
import { visibleText } from '../../visible-text.ts';
import { printEpoch } from './output.ts';

/** Reads `--checkpoint`, if there is one; what is none is refused before pictures are read. */
export async function readCheckpoint(path: string | undefined): Promise<Uint8Array | undefined> {
  if (path === undefined || !(await exists(path))) return undefined;
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  naming(path, () => checkCheckpoint(bytes));
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
  while (!trainer.done) {
    const title = `epoch ${trainer.epoch + 1}/${epochs}`;
    const report = await withProgress(title, trainer.stepsPerEpoch, (advance) => trainer.runEpoch(advance));
    process.stderr.write(printEpoch(report, epochs));
    if (checkpoint !== undefined) await writeFileAtomic(checkpoint, writeCheckpoint(trainer));
  }
  return (performance.now() - start) / 1000;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
