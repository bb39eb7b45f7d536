import type { Fit, ImageInputSpec } from '../format/manifest.ts';
import { FULL_SIZE, type SampleScale } from '../jpeg/pixels/rgb-rows.ts';

/**
 * Pixels that a picture is to have at least for each one of the network's, across and down. At 2 the resized picture differs by
 * 0.6 levels (root mean square) from that of all pixels, at 1 by 2 (decisions, 0086). Where strokes are cropped to, those that fill
 * a fiftieth of the picture still have as many pixels as MNIST's.
 */
const MARGIN: Record<Fit, number> = { stretch: 2, contain: 2, 'center-of-mass': 36 };
/** Above 4/8 pixels take as long as all of them. */
const MAX_EIGHTHS = 4;
/** And along its longer side for a grey network: whether something is drawn is looked for at 128 pixels (find-ink.ts). */
const LONGER_SIDE = 256;

/**
 * The size at which a JPEG is decoded for a network: 1…4 or 8 eighths of its own, no larger than it takes, and chroma at as few
 * samples as are enough.
 *
 * @param picture size of the upright picture
 */
export function decodeScale(
  picture: { readonly width: number; readonly height: number },
  { width, height, channels }: Pick<ImageInputSpec, 'width' | 'height' | 'channels'>,
  fit: Fit,
): SampleScale {
  const [across, down] = [picture.width / width, picture.height / height];
  const shrink = fit === 'contain' ? Math.max(across, down) : Math.min(across, down);
  // In photographs no drawing is looked for, unless it is to be moved.
  const isSearched = channels === 1 || fit === 'center-of-mass';
  const least = isSearched ? LONGER_SIDE / Math.max(picture.width, picture.height) : 0;
  const enough = 8 * Math.max(MARGIN[fit] / shrink, least);
  const eighths = Math.ceil(enough);
  return eighths <= MAX_EIGHTHS ? { eighths, least: enough } : FULL_SIZE;
}
