import { decodePng } from '../../src/image/decode-png.ts';
import { inflateRows } from '../../src/png/inflate-rows.ts';
import { greyAndAlpha, type PngAnswer } from '../conformance/png-oracle.ts';
import { firstDifference, refusalOf, type Verdict } from './verdict.ts';

/** What our reader of PNGs finds in a file, beside libpng: the same grey (ITU-R BT.601) and opacity, to the bit. */
export function comparePng(bytes: Uint8Array, theirs: PngAnswer): Verdict {
  const ours = refusalOf(() => decodePng(bytes, { maxPixels: Infinity }, false, inflateRows));
  if ('refusal' in ours) {
    return 'error' in theirs
      ? { kind: 'refused' }
      : { kind: 'different', what: `we say '${ours.refusal}', libpng reads it` };
  }
  if ('error' in theirs) return { kind: 'different', what: `libpng says '${theirs.error}', we read it` };
  const { width, height, luma, alpha } = ours.value;
  if (width !== theirs.width || height !== theirs.height)
    return { kind: 'different', what: `${width}×${height}, libpng has ${theirs.width}×${theirs.height}` };
  const expected = greyAndAlpha(theirs);
  const places = {
    grey: firstDifference(luma, expected.luma),
    opacity: firstDifference(alpha ?? new Float32Array(luma.length).fill(1), expected.alpha),
  };
  for (const [what, at] of Object.entries(places))
    if (at !== undefined) return { kind: 'different', what: `${what} of pixel ${at} is not libpng's` };
  return { kind: theirs.warnings > 0 ? 'warned' : 'same' };
}
