import { WjpegError } from '../errors.ts';
import { otherFormat } from './other-formats.ts';

/** The picture formats that wjpeg reads. */
export type PictureFormat = 'png' | 'jpeg';

/** W3C PNG 5.2. */
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** What PNG's signature begins with if line ends were changed in it, or 8-bit characters. */
const PNG_AS_TEXT = [
  [0x89, 0x50, 0x4e, 0x47],
  [0x09, 0x50, 0x4e, 0x47],
  [0xc2, 0x89, 0x50, 0x4e, 0x47],
  [0xef, 0xbf, 0xbd, 0x50, 0x4e, 0x47],
];
/** SOI and the first byte of the marker after it, T.81 B.2.1. */
const JPEG = [0xff, 0xd8, 0xff];

/**
 * Tells the format of a picture by its first bytes.
 *
 * @throws WjpegError `PICTURE_EMPTY`; `PICTURE_FORMAT` for anything but PNG and JPEG, which says what it is and how to
 *   convert it; `PICTURE_PNG` for a PNG that was changed as if it were text
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat {
  if (bytes.length === 0) {
    throw new WjpegError('corrupt', 'PICTURE_EMPTY', 'picture is empty (0 bytes), expected PNG or JPEG');
  }
  if (startsWith(bytes, PNG)) return 'png';
  if (startsWith(bytes, JPEG)) return 'jpeg';
  if (PNG_AS_TEXT.some((start) => startsWith(bytes, start))) {
    throw new WjpegError(
      'corrupt',
      'PICTURE_PNG',
      'PNG has a damaged signature, as if copied as text: copy the file again, as binary',
    );
  }
  const { is, next } = otherFormat(bytes) ?? {
    is: `no format that wjpeg knows (it begins with ${hex(bytes)})`,
  };
  const advice = next === undefined ? '' : `; ${next}`;
  throw new WjpegError('unsupported', 'PICTURE_FORMAT', `this is ${is}; supported: PNG, JPEG${advice}`);
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
