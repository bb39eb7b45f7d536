import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';

/**
 * A kernel `name(input, output, batch, channels, inner, …constants)` with one number per channel in each constant, which are
 * padded to whole vectors by zeros.
 */
export function perChannelWasm<A>(name: string, constants: readonly string[]): WasmBinding<A> {
  return (node, place) => {
    const kernel = place.kernels[name];
    const [[channels, ...rest]] = node.inputs;
    const addresses = constants.map((constant) => {
      const { values } = node.constants[constant];
      return place.write(values.length === channels ? values : new Float32Array(channels).fill(values[0]));
    });
    const inner = elementCount(rest);
    return ([input], [output], batch) => kernel(input, output, batch, channels, inner, ...addresses);
  };
}
