import type { GpuJsKernel, GpuJsNodeStep } from '../gpujs.ts';
import { elementCount } from '../node.ts';

/** A kernel with one number per channel in each constant; it reads them, and `inner`, the elements of a channel. */
export function perChannelGpuJs<A>(
  kernel: GpuJsNodeStep['kernel'],
  constants: readonly string[],
): GpuJsKernel<A> {
  return (node) => {
    const [shape] = node.inputs;
    const arrays = constants.map((name) => {
      const { values } = node.constants[name];
      return [name, values.length === shape[0] ? values : new Float32Array(shape[0]).fill(values[0])];
    });
    return [
      {
        kernel,
        width: elementCount(shape),
        constants: { inner: elementCount(shape.slice(1)), ...Object.fromEntries(arrays) },
        reads: [0],
      },
    ];
  };
}
