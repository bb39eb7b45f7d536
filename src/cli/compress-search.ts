import { MAX_ATTEMPTS, searchQuality, type Target } from '../compress/search.ts';
import { type Compressed, type CompressJob, compressOnce, fileAccuracy } from '../compress/trial.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { withPercent } from '../terminal/progress.ts';

/** Compresses with a progress bar. */
export function compressShown(job: CompressJob, quality: number | undefined): Promise<Compressed> {
  return withPercent('compress', (advance) => compressOnce(job, quality, advance));
}

/** Part of an attempt's time that compressing takes where accuracy is measured, too. */
const COMPRESSING = 0.5;

/** Searches with a progress bar; `measure`: points of accuracy that a file loses, for a target of accuracy. */
export function searchForTarget(
  job: CompressJob,
  target: Target,
  measure: ((file: Uint8Array, onProgress: (part: number) => void) => Promise<number>) | undefined,
): Promise<Compressed> {
  return withPercent('search', (show) => {
    let attempts = 0;
    const advance = (part: number): void => show((attempts + part) / MAX_ATTEMPTS);
    return searchQuality(target, async (quality) => {
      const compressing = measure ? COMPRESSING : 1;
      const compressed = await compressOnce(job, quality, (part) => advance(compressing * part));
      const drop = measure
        ? await measure(compressed.file, (part) => advance(compressing + (1 - compressing) * part))
        : NaN;
      attempts++;
      advance(0);
      return { ...compressed, drop };
    });
  });
}

/** Accuracy of a `.wjz` file, 0…1, with a progress bar. */
export function fileAccuracyShown(file: Uint8Array, pictures: LabelledPictures): Promise<number> {
  return withPercent('accuracy', (advance) => fileAccuracy(file, pictures, advance));
}
