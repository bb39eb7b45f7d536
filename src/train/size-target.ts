/**
 * A size instead of a price: lambda is multiplied after each epoch by what the estimated bytes are to the wanted ones. The
 * factor follows from the run's history alone, so that a run that was interrupted goes on as if it had not been.
 */

/** Greatest change of lambda in an epoch. */
const MOST = 1.5;
/** Part of a difference that an epoch makes good; with half of it LeNet-300-100 ended 7% above 3,500 bytes. */
const GAIN = 1;
/** Before this part of the run lambda is still rising, after it there is no time left for a change to show. */
const UNTIL = 0.95;

/** Bytes of a `.wjz` besides coefficients: ZIP, manifest and, for each layer, its entry, JPEG markers and table. */
export function containerBytes(layers: number): number {
  return 262 + 205 * layers;
}

/** An adaptive coder takes more than the estimate, which knows the statistics beforehand: measured 4 to 6%, and a little to be safe. */
const CODER_OVERHEAD = 1.07;

/**
 * Size to have on the way, as a multiple of the final one: coefficients go on vanishing while the learning rate falls.
 * At a constant lambda sizes fall more steeply (1.6 after a third of the run), but what is gone does not come back, and late in
 * the run little goes: with 1.35 for 0.5 LeNet-300-100 ended 5% above 3,500 bytes, with 0.5 at 3,464.
 */
function sizeOnTheWay(progress: number): number {
  return 1 + 0.5 * (1 - progress) ** 2;
}

/** Lambda's factor after epochs that came to `estimates` bytes of coefficients, for a file of `target` bytes. */
export function sizeFactor(
  estimates: readonly number[],
  target: number,
  layers: number,
  { epochs, ramp }: { readonly epochs: number; readonly ramp: number },
): number {
  const wanted = Math.max(1, target - containerBytes(layers)) / CODER_OVERHEAD;
  let factor = 1;
  estimates.forEach((bytes, index) => {
    const progress = (index + 1) / epochs;
    if (progress < ramp || progress > UNTIL) return;
    const change = (bytes / (wanted * sizeOnTheWay(progress))) ** GAIN;
    factor *= Math.min(MOST, Math.max(1 / MOST, change));
  });
  return factor;
}
