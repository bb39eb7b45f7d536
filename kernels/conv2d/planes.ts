import type { GraphKernels } from '../graph-wasm/binding.ts';
import type { KernelWindow } from '../window.ts';

/** Bytes of planes and sums that a group of images may take: about what stays in the cache of one core. */
const MAX_WORK_BYTES = 2 ** 17;

/**
 * Zeros that `copyRows` may write beyond the last row of a plane. Behind a channel's last image the next channel begins, whose first image is
 * there already.
 */
const SPILL = 3;

/** How a convolution lies in zero-padded planes; addresses and sizes in bytes unless said otherwise. */
export interface Planes {
  /** From the planes of a channel to those of the next. */
  readonly channel: number;
  /** From a row of a plane to the next. */
  readonly pitch: number;
  /** From the planes of an image to those of the next in its group. */
  readonly image: number;
  /** How many images a group has. */
  readonly images: number;
  /** From the start of the planes to the lines of sums behind them. */
  readonly sums: number;
  /** All planes of a group of images, with what is read beyond the last, and `sums` lines of sums behind them. */
  readonly bytes: number;
  /** Where an input channel lies for a tap of the kernel, from the start of the planes. */
  offset(channel: number, tap: number): number;
  /** What copies maps there after their addresses, as `convPlanes` takes it: for so many channels of `size` images. */
  layout(size: number, channels: number): readonly number[];
  /** Pixels of a line of sums of `size` images, up to the last that is kept. */
  line(size: number): number;
  /** Copies the feature maps of one image at `from` to planes at `start`, which are for one image if so laid. */
  copy(kernels: GraphKernels, from: number, start: number): void;
  /** Runs a batch, as many images together as have room at `start`. */
  run(kernels: GraphKernels, start: number, maps: Maps, batch: number, multiply: Multiply): void;
}

/** Addresses of feature maps: those that a convolution takes, and those that it gives. */
interface Maps {
  readonly from: number;
  readonly to: number;
}

/**
 * Multiplies what lies in planes: lines of `step` pixels, of a group of images, to `sums`. `keep` puts so many of the lines at
 * `sums` where output channels from `first` on belong.
 */
type Multiply = (
  planes: number,
  sums: number,
  step: number,
  keep: (first: number, channels: number) => void,
) => void;

/**
 * Pixels in the lanes. A channel is copied to zero-padded planes, one for each phase of the strides, so that what a tap reads
 * for neighbouring outputs is neighbouring: each tap is a constant offset, rows and images follow one another, and a kernel
 * runs over them as over one line. Columns that the padding adds between rows are computed and not kept.
 *
 * `pixels`: what the kernel computes together; `sums`: lines of sums that it keeps besides, of one image; 0 for planes of a
 * single image.
 */
export function layPlanes(
  [channels, height, width]: readonly number[],
  [outputs, rows, columns]: readonly number[],
  [kernelHeight, kernelWidth]: readonly number[],
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
  const together = Math.floor(MAX_WORK_BYTES / (4 * plane * (channels * phases + sums)));
  const images = sums === 0 ? 1 : Math.max(1, together);
  // Planes of a phase: room for a group of images; what lies beyond the last is read, never kept.
  const room = images * plane + (images > 1 ? SPILL : 0);
  const reach = Math.ceil((dilations[0] * kernelHeight) / down + 1) * pitch + pixels;
  const planeBytes = Math.ceil((channels * phases * room + reach) / 4) * 16;
  /** Floats of a line of sums, up to the last pixel that is kept, a multiple of those that a kernel computes together. */
  const line = (size: number): number =>
    Math.ceil(((size - 1) * plane + (rows - 1) * pitch + columns) / pixels) * pixels;
  const channel = 4 * phases * room;
  const layout = (size: number, channels: number): readonly number[] => [
    ...[4 * room, size, channels, height, width],
    ...[pads[0], pads[1], down, across, planeRows, pitch],
  ];
  const copy = (kernels: GraphKernels, from: number, start: number, size: number): void => {
    kernels.convPlanes(from, start, ...layout(size, channels));
  };
  return {
    channel,
    pitch: 4 * pitch,
    image: 4 * plane,
    images,
    sums: planeBytes,
    bytes: planeBytes + 4 * sums * line(images),
    layout,
    line,
    offset: (input, tap) => {
      const y = Math.floor(tap / kernelWidth) * dilations[0];
      const x = (tap % kernelWidth) * dilations[1];
      const phase = (y % down) * across + (x % across);
      return input * channel + 4 * (phase * room + Math.floor(y / down) * pitch + Math.floor(x / across));
    },
    copy: (kernels, from, start) => copy(kernels, from, start, 1),
    run: (kernels, start, { from, to }, batch, multiply) => {
      for (let first = 0; first < batch; first += images) {
        const size = Math.min(images, batch - first);
        copy(kernels, from + 4 * first * channels * height * width, start, size);
        const step = line(size);
        const lines = start + planeBytes;
        multiply(start, lines, step, (channel, count) => {
          for (let image = 0; image < size; image++) {
            const map = (first + image) * outputs + channel;
            kernels.convRows(
              ...[lines + 4 * image * plane, to + 4 * map * rows * columns, count, rows, columns],
              ...[4 * step, 4 * pitch],
            );
          }
        });
      }
    },
  };
}
