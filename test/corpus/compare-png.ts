import { decodePng } from '../../src/image/decode-png.ts';
import type { PngAnswer } from '../conformance/png-oracle.ts';
import { firstDifference, refusalOf, type Verdict } from './verdict.ts';

/** What our reader of PNGs finds in a file, beside libpng: the same grey (ITU-R BT.601) and opacity, to the bit. */
export function comparePng(bytes: Uint8Array, theirs: PngAnswer): Verdict {
  const ours = refusalOf(() => decodePng(bytes, { maxPixels: Infinity }));
  if ('refusal' in ours) {
    return 'error' in theirs
      ? { kind: 'refused' }
      : { kind: 'different', what: `we say '${ours.refusal}', libpng reads it` };
  }
  if ('error' in theirs) return { kind: 'different', what: `libpng says '${theirs.error}', we read it` };
  const { width, height, luma, alpha } = ours.value;
  if (width !== theirs.width || height !== theirs.height)
    return { kind: 'different', what: `${width}×${height}, libpng has ${theirs.width}×${theirs.height}` };
  const { samples } = theirs;
  const grey = Float32Array.from(
    luma,
    (_, i) => (299 * samples[4 * i] + 587 * samples[4 * i + 1] + 114 * samples[4 * i + 2]) / 257_000,
  );
  const opacity = Float32Array.from(luma, (_, i) => samples[4 * i + 3] / 65535);
  const places = {
    grey: firstDifference(luma, grey),
    opacity: firstDifference(alpha ?? new Float32Array(luma.length).fill(1), opacity),
  };
  for (const [what, at] of Object.entries(places))
    if (at !== undefined) return { kind: 'different', what: `${what} of pixel ${at} is not libpng's` };
  return { kind: theirs.warnings > 0 ? 'warned' : 'same' };
}
