import { WjpegError } from '../../../errors.ts';

/** Images that are run at once at most; larger batches go through in parts. */
const MAX_IMAGES = 4096;
/** Bytes that the activations of one layer may take, whatever the device allows. */
const MAX_ACTIVATION_BYTES = 2 ** 28;

/** How images are laid out: one alone, or in lanes of four, filled up with zeros. */
export function laneCounts(images: number): { lanes: number; padded: number; vector: boolean } {
  if (images === 1) return { lanes: 1, padded: 1, vector: false };
  const lanes = Math.ceil(images / 4);
  return { lanes, padded: lanes * 4, vector: true };
}

/**
 * Images that one call can take when the widest value has `widest` elements.
 *
 * @throws KERNEL_TOO_LARGE where not even one fits
 */
export function maxImages(widest: number, limits: GPUSupportedLimits): number {
  const max = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  if (widest * 4 > max) {
    throw new WjpegError(
      'unsupported',
      'KERNEL_TOO_LARGE',
      `a layer of ${widest} values, expected at most ${Math.floor(max / 4)} on this GPU`,
    );
  }
  const fit = Math.floor(Math.min(max, MAX_ACTIVATION_BYTES) / (widest * 4));
  return fit < 4 ? 1 : Math.min(MAX_IMAGES, fit - (fit % 4));
}

/** Lays out workgroups in two dimensions where they are more than one takes. */
export function fold(count: number, max: number): [number, number] {
  const z = Math.ceil(count / max);
  return [Math.ceil(count / z), z];
}
