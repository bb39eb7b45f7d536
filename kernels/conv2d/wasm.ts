import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';
import type { FusedConv2dAttributes } from './attributes.ts';
import { depthwise } from './depthwise.ts';
import { direct, thinned } from './direct.ts';
import { lines } from './lines.ts';
import { hasBytes, type Node, type Place, type Step } from './step.ts';
import { type ConvolutionOptions, type Way, wayOf } from './ways.ts';
import { winograd } from './winograd.ts';

/**
 * Dense kernels, pixels in the lanes: a channel that only meets itself by `depthwise`, all others four outputs at a time, from
 * zero-padded planes (planes.ts) or, where a kernel is one pixel, from the maps as they are.
 */
export const kernel: WasmBinding<FusedConv2dAttributes> = (node, place) => {
  const way = wayOfNode(node, place);
  place.say(way.kind === 'tiles' ? 'tiles' : 'dense', way.precision);
  const run = stepOf(way, node, place);
  return way.otherwise ? bySign(run, stepOf(way.otherwise, node, place), node, place) : run;
};

function stepOf({ kind, tile, precision }: Way, node: Node, place: Place): Step {
  switch (kind) {
    case 'depthwise':
      return depthwise(node, place);
    case 'tiles':
      return winograd(node, place, tile, precision);
    case 'thinned':
      return thinned(node, place, precision);
    case 'lines':
      return lines(node, place);
    default: {
      // Without the instructions for bytes tiles of pairs are faster, where int16 has them.
      const { tile } =
        precision === 'int8' && !hasBytes(place) ? wayOfNode(node, { ...place, precision: 'int16' }) : {};
      return tile
        ? winograd(node, place, tile, precision)
        : direct(node, place, kind === 'pixels', precision);
    }
  }
}

/** Each image by itself, whatever others are in its batch. */
function bySign(
  run: Step,
  otherwise: Step,
  { inputs: [input], outputs: [output] }: Node,
  { kernels }: Place,
): Step {
  const [size, results] = [elementCount(input), elementCount(output)];
  return (inputs, outputs, batch) => {
    for (let image = 0; image < batch; image++) {
      const [from, ...added] = inputs;
      const source = from + 4 * size * image;
      const step = kernels.hasNegative(source, size) ? otherwise : run;
      step(
        [source, ...added.map((address) => address + 4 * results * image)],
        [outputs[0] + 4 * results * image],
        1,
      );
    }
  };
}

function wayOfNode(
  { constants: { weight }, attributes, outputs: [[, ...map]] }: Node,
  how: ConvolutionOptions,
): Way {
  return wayOf(weight.shape, attributes, map, how);
}
