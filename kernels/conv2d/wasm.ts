import type { WasmBinding } from '../graph-wasm/binding.ts';
import type { Conv2dAttributes } from './attributes.ts';
import { layPlanes } from './planes.ts';

/** Outputs that the kernel computes together. */
const OUTPUTS = 4;
/** Pixels that it computes together: two vectors. */
const PIXELS = 8;

/** Dense kernels on planes (planes.ts), four outputs at a time. */
export const kernel: WasmBinding<Conv2dAttributes> = (
  { inputs: [input], outputs: [output], attributes, constants: { weight, bias } },
  { kernels, write, work },
) => {
  const { dilations, groups } = attributes;
  const [channels, height, width] = input;
  const [outputs, rows, columns] = output;
  const [, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const planes = layPlanes(input, output, kernelHeight, attributes, PIXELS, outputs);
  const perGroupOutputs = outputs / groups;
  const blocks = Math.ceil(perGroupOutputs / OUTPUTS);

  const taps = perGroup * kernelHeight * kernelWidth;
  const packed = new Float32Array(groups * blocks * taps * OUTPUTS);
  const biases = new Float32Array(groups * blocks * OUTPUTS);
  const { values } = weight;
  for (let o = 0; o < outputs; o++) {
    const block = Math.floor(o / perGroupOutputs) * blocks + Math.floor((o % perGroupOutputs) / OUTPUTS);
    const lane = (o % perGroupOutputs) % OUTPUTS;
    for (let t = 0; t < taps; t++) packed[(block * taps + t) * OUTPUTS + lane] = values[o * taps + t];
    biases[block * OUTPUTS + lane] = bias?.values[o] ?? 0;
  }
  const weights = write(packed);
  const biasAddress = write(biases);
  const offsets = Uint32Array.from({ length: taps }, (_, t) => {
    const i = Math.floor(t / (kernelHeight * kernelWidth));
    const y = (Math.floor(t / kernelWidth) % kernelHeight) * dilations[0];
    const x = (t % kernelWidth) * dilations[1];
    return i * planes.channel + planes.offset(y, x);
  });
  const table = write(offsets);
  const address = work(planes.bytes + 4 * blocks * OUTPUTS * planes.line(planes.images));

  return ([from], [to], batch) => {
    for (let first = 0; first < batch; first += planes.images) {
      const size = Math.min(planes.images, batch - first);
      const start = address();
      const sums = start + planes.bytes;
      planes.copy(kernels, from + 4 * first * channels * height * width, start, size);
      const step = planes.line(size);
      for (let group = 0; group < groups; group++) {
        kernels.conv2d(
          start + group * perGroup * planes.channel,
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
            sums + 4 * image * planes.plane,
            to + 4 * ((first + image) * outputs + group * perGroupOutputs) * rows * columns,
            perGroupOutputs,
            rows,
            columns,
            4 * step,
            4 * planes.pitch,
          );
        }
      }
    }
  };
};
