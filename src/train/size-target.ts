/**
 * A size instead of a price: lambda is multiplied after each epoch by what the estimated bytes are to the wanted ones. The
 * factor follows from the run's history alone, so that a run that was interrupted goes on as if it had not been.
 */

/** Greatest change of lambda in an epoch. */
const MOST = 1.5;
/** Epochs overshoot if each makes good the whole difference at once. */
const GAIN = 0.5;
/** Before this part of the run lambda is still rising, after it there is no time left for a change to show. */
const UNTIL = 0.95;

/** Bytes of a `.wjz` besides coefficients: ZIP, manifest and, for each layer, its entry, JPEG markers and table. */
export function containerBytes(layers: number): number {
  return 262 + 205 * layers;
}

/** An adaptive coder takes more than the estimate, which knows the statistics beforehand: measured 4 to 6%. */
const CODER_OVERHEAD = 1.05;

/**
 * Size on the way, as a multiple of the final one, at a constant lambda: coefficients go on vanishing while the learning
 * rate falls. Drawn by hand along runs of both MNIST nets (1.6 after a third of the run, 1.1 after three quarters).
 */
function sizeOnTheWay(progress: number): number {
  return 1 + 1.35 * (1 - progress) ** 2;
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
