import { elementCount } from '../node.ts';
import { lowest } from './attributes.ts';
import { layPlanes } from './planes.ts';
import { type Node, PIXELS, type Place, type Step } from './step.ts';

/** A channel that only meets itself. */
export const depthwise = (
  { inputs: [input], outputs: [output], attributes, constants: { weight, bias } }: Node,
  { kernels, write, work }: Place,
): Step => {
  const window = weight.shape.slice(2);
  const least = lowest(attributes);
  const planes = layPlanes(input, output, window, attributes, PIXELS, 0);
  const taps = elementCount(window);
  const weights = write(weight.values);
  const biases = write(bias?.values ?? new Float32Array(output[0]));
  const offsets = write(Uint32Array.from({ length: taps }, (_, tap) => planes.offset(0, tap)));
  const address = work(planes.bytes);
  const [size, maps] = [4 * elementCount(input), 4 * elementCount(output)];
  return ([from], [to], batch) => {
    const start = address();
    for (let image = 0; image < batch; image++) {
      planes.copy(kernels, from + image * size, start);
      kernels.depthwise(
        ...[start, planes.channel, output[0], offsets, taps, weights, biases, to + image * maps],
        ...[output[1], output[2], planes.pitch, least],
      );
    }
  };
};
