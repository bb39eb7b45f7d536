import type { GraphKernels } from '../graph-wasm/binding.ts';
import type { KernelWindow } from '../window.ts';

/** Bytes of planes and sums that a group of images may take: about what stays in the cache of one core. */
const MAX_WORK_BYTES = 2 ** 20;

/** How a convolution lies in zero-padded planes; addresses and sizes in bytes unless said otherwise. */
export interface Planes {
  /** Images that go through together. */
  readonly images: number;
  /** Floats from a row of a plane to the next, and of a whole plane of one image. */
  readonly pitch: number;
  readonly plane: number;
  /** From the planes of a channel to those of the next. */
  readonly channel: number;
  /** All planes of a group of images, with what is read beyond the last. */
  readonly bytes: number;
  /** Where input channel 0 lies for a tap, from the start of the planes. */
  offset(y: number, x: number): number;
  /** Floats of a line of sums for so many images, a multiple of the pixels that a kernel computes together. */
  line(images: number): number;
  /** Fills the planes with `images` feature maps. */
  copy(kernels: GraphKernels, input: number, planes: number, images: number): void;
}

/**
 * Pixels in the lanes. A channel is copied to zero-padded planes, one for each phase of the strides, so that what a tap reads
 * for neighbouring outputs is neighbouring: each tap is a constant offset, rows and images follow one another, and a kernel
 * runs over them as over one line. Columns that the padding adds between rows are computed and not kept.
 *
 * `pixels`: what the kernel computes together; `sums`: lines of sums that it keeps besides, of one image.
 */
export function layPlanes(
  [channels, height, width]: readonly number[],
  [, rows, columns]: readonly number[],
  kernelHeight: number,
  { strides, pads, dilations }: KernelWindow,
  pixels: number,
  sums: number,
): Planes {
  // A stride that is never taken needs no planes of its own.
  const [down, across] = [rows === 1 ? 1 : strides[0], columns === 1 ? 1 : strides[1]];
  const pitch = Math.ceil((width + pads[1] + pads[3]) / across);
  const planeRows = Math.ceil((height + pads[0] + pads[2]) / down);
  const plane = pitch * planeRows;
  const phases = down * across;
  const images = Math.max(1, Math.floor(MAX_WORK_BYTES / (4 * plane * (channels * phases + sums))));
  // Planes of a phase: room for a group of images; what lies beyond the last is read, never kept.
  const room = images * plane;
  const reach = Math.ceil((dilations[0] * kernelHeight) / down + 1) * pitch + pixels;
  return {
    images,
    pitch,
    plane,
    channel: 4 * phases * room,
    bytes: Math.ceil((channels * phases * room + reach) / 4) * 16,
    offset: (y, x) => {
      const phase = (y % down) * across + (x % across);
      return 4 * (phase * room + Math.floor(y / down) * pitch + Math.floor(x / across));
    },
    line: (size) => Math.ceil((size * plane) / pixels) * pixels,
    copy: (kernels, input, planes, size) =>
      kernels.convPlanes(
        ...[input, planes, 4 * room, size, channels, height, width, pads[0], pads[1]],
        ...[down, across, planeRows, pitch],
      ),
  };
}
