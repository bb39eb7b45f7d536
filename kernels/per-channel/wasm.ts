import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount, perChannel } from '../node.ts';

/**
 * A kernel `name(input, output, batch, channels, inner, …constants)` with one number per channel in each constant, which are
 * padded to whole vectors by zeros.
 */
export function perChannelWasm<A>(name: string, constants: readonly string[]): WasmBinding<A> {
  return (node, place) => {
    const kernel = place.kernels[name];
    const [[channels, ...rest]] = node.inputs;
    const addresses = constants.map((name) => place.write(perChannel(node.constants[name], channels)));
    const inner = elementCount(rest);
    return ([input], [output], batch) => kernel(input, output, batch, channels, inner, ...addresses);
  };
}
