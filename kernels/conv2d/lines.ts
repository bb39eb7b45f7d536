import { lowest } from './attributes.ts';
import { packBlocks } from './blocks.ts';
import { multiplication } from './multiplication.ts';
import { layPlanes } from './planes.ts';
import { type Node, PIXELS, type Place, type Step } from './step.ts';

/** Rows of any length: over the planes of a group of images as over one line; what lies between rows is computed and not kept. */
export const lines = (
  { inputs: [input], outputs: [output], attributes, constants }: Node,
  place: Place,
): Step => {
  const { kernels } = place;
  const { weight, bias } = constants;
  const [outputs] = output;
  const multiply = multiplication(kernels, lowest(attributes));
  const planes = layPlanes(input, output, weight.shape.slice(2), attributes, PIXELS, outputs);
  const runs = packBlocks(place, weight, bias, attributes.groups, planes.offset);
  const address = place.work(planes.bytes);
  return ([from], [to], batch) =>
    planes.run(kernels, address(), { from, to }, batch, (start, sums, step, keep) => {
      for (const run of runs) multiply(run, start, sums + 4 * step * run.first, 1, step, 0, 4 * step, 0, 1);
      keep(0, outputs);
    });
};
