import type { WasmBinding } from '../graph-wasm/binding.ts';
import type { Conv2dAttributes } from './attributes.ts';

/** Outputs that the kernel computes together. */
const OUTPUTS = 4;
/** Pixels that it computes together: two vectors. */
const PIXELS = 8;
/** Bytes of planes and sums that a group of images may take: about what stays in the cache of one core. */
const MAX_WORK_BYTES = 2 ** 20;

/**
 * Pixels in the lanes. A channel is copied to zero-padded planes, one for each phase of the strides, so that what a tap reads
 * for neighbouring outputs is neighbouring: each tap is a constant offset, rows and images follow one another, and the kernel
 * runs over them as over one line. Columns that the padding adds between rows are computed and not kept.
 */
export const kernel: WasmBinding<Conv2dAttributes> = (
  {
    inputs: [[channels, height, width]],
    outputs: [[outputs, rows, columns]],
    attributes: { strides, pads, dilations, groups },
    constants: { weight, bias },
  },
  { kernels, write, work },
) => {
  const [, perGroup, kernelHeight, kernelWidth] = weight.shape;
  // A stride that is never taken needs no planes of its own.
  const [down, across] = [rows === 1 ? 1 : strides[0], columns === 1 ? 1 : strides[1]];
  const pitch = Math.ceil((width + pads[1] + pads[3]) / across);
  const planeRows = Math.ceil((height + pads[0] + pads[2]) / down);
  const plane = pitch * planeRows;
  const perGroupOutputs = outputs / groups;
  const blocks = Math.ceil(perGroupOutputs / OUTPUTS);
  const phases = down * across;
  const images = Math.max(1, Math.floor(MAX_WORK_BYTES / (4 * plane * (channels * phases + outputs))));

  const taps = perGroup * kernelHeight * kernelWidth;
  const packed = new Float32Array(groups * blocks * taps * OUTPUTS);
  const biases = new Float32Array(groups * blocks * OUTPUTS);
  for (let o = 0; o < outputs; o++) {
    const block = Math.floor(o / perGroupOutputs) * blocks + Math.floor((o % perGroupOutputs) / OUTPUTS);
    const lane = (o % perGroupOutputs) % OUTPUTS;
    for (let t = 0; t < taps; t++) packed[(block * taps + t) * OUTPUTS + lane] = weight.values[o * taps + t];
    biases[block * OUTPUTS + lane] = bias?.values[o] ?? 0;
  }
  const weights = write(packed);
  const biasAddress = write(biases);
  // Planes of a phase: room for a group of images; what lies beyond the last is read, never kept.
  const room = images * plane;
  const offsets = Uint32Array.from({ length: taps }, (_, t) => {
    const i = Math.floor(t / (kernelHeight * kernelWidth));
    const y = (Math.floor(t / kernelWidth) % kernelHeight) * dilations[0];
    const x = (t % kernelWidth) * dilations[1];
    const phase = (y % down) * across + (x % across);
    return 4 * ((i * phases + phase) * room + Math.floor(y / down) * pitch + Math.floor(x / across));
  });
  const table = write(offsets);
  const line = (size: number): number => Math.ceil((size * plane) / PIXELS) * PIXELS;
  const reach = Math.ceil((dilations[0] * kernelHeight) / down + 1) * pitch + PIXELS;
  const planeBytes = Math.ceil((channels * phases * room + reach) / 4) * 16;
  const address = work(planeBytes + 4 * blocks * OUTPUTS * line(images));

  return ([input], [output], batch) => {
    for (let first = 0; first < batch; first += images) {
      const size = Math.min(images, batch - first);
      const planes = address();
      const sums = planes + planeBytes;
      const from = input + 4 * first * channels * height * width;
      kernels.convPlanes(
        ...[from, planes, 4 * room, size, channels, height, width, pads[0], pads[1]],
        ...[down, across, planeRows, pitch],
      );
      const step = line(size);
      for (let group = 0; group < groups; group++) {
        kernels.conv2d(
          planes + 4 * group * perGroup * phases * room,
          table,
          taps,
          weights + 4 * group * blocks * taps * OUTPUTS,
          biasAddress + 4 * group * blocks * OUTPUTS,
          sums,
          blocks,
          step,
        );
        for (let image = 0; image < size; image++) {
          kernels.convRows(
            sums + 4 * image * plane,
            output + 4 * ((first + image) * outputs + group * perGroupOutputs) * rows * columns,
            perGroupOutputs,
            rows,
            columns,
            4 * step,
            4 * pitch,
          );
        }
      }
    }
  };
};
