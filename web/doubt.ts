import type { ImageInputSpec } from '../src/format/manifest.ts';
import { ofChannel } from '../src/image/normalization.ts';
import { softmax } from '../src/runtime/answer.ts';

/** Below this probability an answer is a guess. */
const SURE = 0.7;

/** Whether a network is one for digits, by its labels. */
export function areDigits(labels: readonly string[]): boolean {
  return labels.length === 10 && labels.every((label, index) => label === String(index));
}

/** Whether the most probable answer is more than a guess. */
export function isSure(logits: Float32Array): boolean {
  return Math.max(...softmax(logits)) >= SURE;
}

/**
 * What digits look like in a frame: shares of its samples that are ink (brighter than half) and that are between dark and bright,
 * and the number of separate parts of the ink. All but about two in a thousand of MNIST's training digits are within the first and
 * the last, and all of them within the second. It is no detector of digits, only of what no digit looks like.
 */
const INK = { min: 0.03, max: 0.3 } as const;
const HALF_TONES = { from: 0.1, to: 0.9, max: 0.22 } as const;
const PARTS = 2;
/** Fewer samples are a speck, not a part. */
const SPECK = 3;

/** Why an answer deserves no trust, in plain words; empty where nothing speaks against it. `values`: as the network takes them. */
export function doubtOf(
  labels: readonly string[],
  logits: Float32Array,
  values: Float32Array,
  spec: ImageInputSpec,
): string {
  if (areDigits(labels) && spec.channels === 1) {
    const seen = unlikeDigits(values, spec);
    if (seen)
      return `This does not look like a digit: ${seen}. The network knows digits only, and names the nearest one.`;
  }
  if (isSure(logits)) return '';
  return 'It is not sure: this may be something that it has not learnt.';
}

/** What no digit has, in words; empty if there is nothing of the kind. */
function unlikeDigits(values: Float32Array, { width, mean, std, preprocessing }: ImageInputSpec): string {
  const [middle, scale] = [ofChannel(mean, 0), ofChannel(std, 0)];
  const strokes = values.map((value) => {
    const sample = value * scale + middle;
    return preprocessing.background === 'light' ? 1 - sample : sample;
  });
  const share = (isCounted: (sample: number) => boolean): number =>
    strokes.filter(isCounted).length / strokes.length;
  const ink = share((sample) => sample > 0.5);
  if (ink < INK.min || ink > INK.max) return `${Math.round(100 * ink)}% of the frame is ink`;
  const halfTones = share((sample) => sample > HALF_TONES.from && sample < HALF_TONES.to);
  if (halfTones > HALF_TONES.max) return `${Math.round(100 * halfTones)}% of the frame are half-tones`;
  const parts = countParts(strokes, width);
  return parts > PARTS ? `its ink is in ${parts} parts` : '';
}

/** Parts of the ink that touch nowhere, not even at corners. */
function countParts(strokes: Float32Array, width: number): number {
  const left = new Set([...strokes.keys()].filter((at) => strokes[at] > 0.5));
  let parts = 0;
  for (const start of left) {
    left.delete(start);
    const part = [start];
    for (const at of part) {
      for (const down of [-width, 0, width]) {
        for (const right of [-1, 0, 1]) {
          const next = at + down + right;
          const isBeside = Math.floor(next / width) === Math.floor((at + down) / width);
          if (isBeside && left.delete(next)) part.push(next);
        }
      }
    }
    if (part.length >= SPECK) parts++;
  }
  return parts;
}
