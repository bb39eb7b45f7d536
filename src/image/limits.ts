import { WjpegError } from '../errors.ts';

/** Caps that are checked against the size that a picture declares, before any memory is taken. */
export interface PictureLimits {
  /** Most pixels, width × height. */
  readonly maxPixels: number;
}

/** 2^25 pixels (33.5 megapixels, 8192×4096) take a few hundred MiB on their way to grey, whatever their colour type. */
export const DEFAULT_LIMITS: PictureLimits = { maxPixels: 2 ** 25 };

/** Refuses a picture that declares more pixels than the limits allow. */
export function checkPictureSize(width: number, height: number, limits: Partial<PictureLimits> = {}): void {
  const { maxPixels } = { ...DEFAULT_LIMITS, ...limits };
  if (!(maxPixels >= 1)) {
    throw new WjpegError('misuse', 'PICTURE_LIMITS', `limit maxPixels must be from 1 up, got ${maxPixels}`);
  }
  if (width * height > maxPixels) {
    throw new WjpegError(
      'limit',
      'PICTURE_TOO_LARGE',
      `picture declares ${width}×${height} pixels; the limit is ${maxPixels} pixels (maxPixels)`,
    );
  }
}
