import { WjpegError } from '../../errors.ts';
import { MARKER, markerName } from '../markers/markers.ts';

/** SOF55 of JPEG-LS (ITU-T T.87). */
export const SOF55 = 0xf7;

const READ: readonly number[] = [MARKER.SOF0, MARKER.SOF1, MARKER.SOF2, MARKER.SOF9, MARKER.SOF10];

/**
 * Throws what kind of JPEG a frame header begins if wjpeg does not read it, with what to do about it.
 *
 * @param marker SOFn, DHP, EXP or SOF55
 * @param precision bits per sample, the first byte of a SOFn segment
 */
export function refuseProcess(marker: number, precision = 8): void {
  const name = processName(marker, precision);
  if (name === undefined) return;
  throw new WjpegError(
    'unsupported',
    precision === 8 ? 'JPEG_UNSUPPORTED_PROCESS' : 'JPEG_UNSUPPORTED_PRECISION',
    `this is a ${name} (${markerName(marker)}); wjpeg reads 8-bit sequential and progressive JPEGs: ` +
      'convert it to one of these or to PNG',
  );
}

/** undefined for what is read, and for what is no kind of JPEG at all. */
function processName(marker: number, precision: number): string | undefined {
  switch (marker) {
    case SOF55:
      return 'JPEG-LS picture';
    case MARKER.DHP:
    case MARKER.EXP:
      return 'hierarchical JPEG';
    case 0xc3:
    case 0xcb:
      return 'lossless JPEG';
  }
  if (!READ.includes(marker)) return 'hierarchical JPEG';
  return precision === 12 || precision === 16 ? `${precision}-bit JPEG` : undefined;
}
