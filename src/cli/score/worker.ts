import { WjpegError } from '../../errors.ts';
import type { Fit } from '../../format/manifest.ts';
import { readWjz } from '../../format/read.ts';
import type { BackgroundOption } from '../../image/background.ts';
import { readFileBytes } from '../../node/files.ts';
import { readAhead } from '../../node/read-ahead.ts';
import type { Done } from '../../node/workers/do-jobs.ts';
import type { Precision } from '../../runtime/backends/backend.ts';
import type { InferenceResult } from '../../runtime/options.ts';
import { InferenceSession } from '../../runtime/session.ts';
import { visibleJson } from '../../visible-text.ts';
import { type BackendChoice, inOptions, MAX_PICTURE_BYTES, preference } from '../options.ts';
import type { ScorePicture } from './picture.ts';

/** How pictures are scored: what the threads are given when they start. */
export interface ScoreSettings {
  readonly role: 'score';
  /** The model's file. */
  readonly bytes: Uint8Array;
  /** What stands in every line for it. */
  readonly model: string;
  readonly backend: BackendChoice;
  readonly precision: Precision;
  readonly background: BackgroundOption;
  readonly fit: Fit | undefined;
  readonly maxPixels: number;
  /** How many labels a line has. */
  readonly top: number;
  readonly logits: boolean;
}

/** Pictures as lines of the output. */
export interface ScoredPictures {
  /** One line per picture, in order. */
  readonly lines: readonly string[];
  /** How many of them have an error. */
  readonly failed: number;
}

/** Opens the model; the function that it gives scores pictures. */
export async function beginScoring(
  settings: ScoreSettings,
): Promise<(pictures: readonly ScorePicture[]) => Promise<Done<ScoredPictures>>> {
  const { bytes, background, fit, maxPixels, precision } = settings;
  const session = await InferenceSession.fromFile(readWjz(bytes), {
    backends: await preference(settings.backend),
    precision,
    pictureLimits: { maxPixels },
  });
  // One picture at a time: in a batch the last bits of an answer may depend on what is beside it.
  const options = { background, ...(fit && { fit }) };
  return async (pictures) => {
    const lines: string[] = [];
    let failed = 0;
    for await (const { file, content } of readAhead(pictures, bytesOf)) {
      try {
        lines.push(answerLine(file, await session.infer(content(), options), settings));
      } catch (error) {
        failed++;
        lines.push(errorLine(file, error, settings.model));
      }
    }
    return { result: { lines, failed } };
  };
}

async function bytesOf({ file, bytes, error }: ScorePicture): Promise<Uint8Array> {
  if (error) throw new WjpegError(error.kind, error.code, error.message);
  return bytes ?? readFileBytes(file, MAX_PICTURE_BYTES);
}

function answerLine(file: string, result: InferenceResult, settings: ScoreSettings): string {
  const { label, index, probability, probabilities, logits, picture } = result;
  const warnings = picture?.warnings ?? [];
  return visibleJson({
    file,
    label,
    index,
    probability,
    blank: picture?.blank ?? false,
    ...(settings.top > 1 && { top: best(probabilities, settings) }),
    ...(settings.logits && { logits: [...logits] }),
    ...(warnings.length > 0 && { warnings }),
    model: settings.model,
  });
}

/** The most probable outputs, the first of equal ones first. */
function best(probabilities: Float32Array, { top }: ScoreSettings): { index: number; probability: number }[] {
  return Array.from(probabilities, (probability, index) => ({ index, probability }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, top);
}

/** What a picture gets that has no answer. */
export function errorLine(file: string, error: unknown, model: string): string {
  const known = error instanceof WjpegError;
  const code = known ? error.code : 'SCORE_FAILED';
  const message = known
    ? inOptions(error).message
    : `unexpected error: ${error instanceof Error ? error.message : error}`;
  return visibleJson({ file, error: { code, message }, model });
}
