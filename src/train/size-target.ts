/**
 * A target size instead of a price: after each epoch lambda is multiplied by the ratio of estimated to target bytes.
 * The factor depends only on the history of the run, so an interrupted run continues as if it had not been.
 */

/** Maximum change of lambda per epoch. */
const MAX = 1.5;
/**
 * Part of the run by which a size that shrinks is looked ahead. It follows lambda only after some epochs: lambda that rises as long
 * as the size of the moment is too large goes too far, and vanished coefficients do not return (ResNet-8 went from 37 kB past
 * 23.6, which was asked, to 18.8).
 */
const LOOK_AHEAD = 0.05;
/** After this part of the run changes have no time to take effect. */
const UNTIL = 0.95;

/** What a file holds besides coefficients. */
export interface Besides {
  /** Layers whose weights are coefficients. */
  readonly layers: number;
  /** Numbers of biases and scales, float16 each. */
  readonly numbers: number;
  /** Whether all is one JPEG, with one table. */
  readonly isPicture: boolean;
}

/**
 * Bytes besides coefficients. Of a `.wjz`: ZIP, manifest and, per layer, its entry, JPEG markers and table. Of one JPEG:
 * markers, table, manifest, and what the coder's contexts cost until they have learnt.
 */
export function containerBytes({ layers, numbers, isPicture }: Besides): number {
  return (isPicture ? 210 + 15 * layers : 262 + 205 * layers) + 2 * numbers;
}

/**
 * An adaptive coder exceeds the estimate, which knows the statistics beforehand: by 4 to 6%, measured, plus a margin.
 */
const CODER_OVERHEAD = 1.07;

/**
 * Intermediate target size, as a multiple of the final one: coefficients keep vanishing while the learning rate falls.
 * At a constant lambda sizes fall more steeply (1.6 after a third of the run), but vanished coefficients do not return,
 * and few vanish late in the run: with 1.35 for 0.5 LeNet-300-100 ended 5% above 3,500 bytes.
 */
function sizeOnTheWay(progress: number): number {
  return 1 + 0.5 * (1 - progress) ** 2;
}

/**
 * While lambda still rises by itself it is only held back: coefficients that a lambda far too large makes vanish by then do not
 * return (ResNet-8 with the default one fell to 8 kB of 25, after a third of the run).
 *
 * @returns lambda's factor after epochs with estimates of `estimates` bytes of coefficients, for a file of `target` bytes
 */
export function sizeFactor(
  estimates: readonly number[],
  target: number,
  besides: Besides,
  { epochs, ramp }: { readonly epochs: number; readonly ramp: number },
): number {
  const wanted = Math.max(1, target - containerBytes(besides)) / CODER_OVERHEAD;
  let factor = 1;
  estimates.forEach((bytes, index) => {
    const progress = (index + 1) / epochs;
    if (progress > UNTIL) return;
    // All of the difference: with half of it per epoch LeNet-300-100 ended 7% above 3,500 bytes.
    const ratio = bytes / (wanted * sizeOnTheWay(progress));
    const trend = Math.min(1, bytes / (estimates[index - 1] || bytes));
    const change = ratio > 1 ? Math.max(1, ratio * trend ** (LOOK_AHEAD * epochs)) : ratio;
    factor *= Math.min(progress < ramp ? 1 : MAX, Math.max(1 / MAX, change));
  });
  return factor;
}
