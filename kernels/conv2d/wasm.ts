import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';
import type { FusedConv2dAttributes } from './attributes.ts';
import { depthwise } from './depthwise.ts';
import { direct, thinned } from './direct.ts';
import { lines } from './lines.ts';
import { hasBytes, type Node, type Place, type Step } from './step.ts';
import { MIN_CHANNELS, tileSize } from './tiling.ts';
import { type Way, wayOf } from './ways.ts';
import { winograd } from './winograd.ts';

/**
 * Dense kernels, pixels in the lanes: a channel that only meets itself by `depthwise`, all others four outputs at a time, from
 * zero-padded planes (planes.ts) or, where a kernel is one pixel, from the maps as they are.
 */
export const kernel: WasmBinding<FusedConv2dAttributes> = (node, place) => {
  const way = wayOf(node.constants.weight.shape, node.attributes, node.outputs[0].slice(1), place);
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
    default:
      // Without the instructions for bytes tiles of pairs are faster.
      if (precision === 'int8' && !hasBytes(place) && fitsTiles(node, place))
        return winograd(node, place, 2, precision);
      return direct(node, place, kind === 'pixels', precision);
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

function fitsTiles({ attributes, inputs, outputs, constants }: Node, { isCompact }: Place): boolean {
  const tile = tileSize(constants.weight.shape, attributes, outputs[0].slice(1));
  return tile !== undefined && !isCompact && inputs[0][0] >= MIN_CHANNELS[2];
}
