import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';
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
  const { groups } = attributes;
  const [outputs] = output;
  const [, perGroup, ...window] = weight.shape;
  const perGroupOutputs = outputs / groups;
  const blocks = Math.ceil(perGroupOutputs / OUTPUTS);
  const planes = layPlanes(input, output, window, attributes, PIXELS, blocks * OUTPUTS);

  const places = elementCount(window);
  const taps = perGroup * places;
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
  const table = write(
    Uint32Array.from({ length: taps }, (_, t) => planes.offset(Math.floor(t / places), t % places)),
  );
  const address = work(planes.bytes);

  return ([from], [to], batch) =>
    planes.run(kernels, address(), { from, to }, batch, (start, sums, step, keep) => {
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
        keep(group * perGroupOutputs, perGroupOutputs);
      }
    });
};
