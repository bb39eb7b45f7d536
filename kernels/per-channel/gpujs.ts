import type { GpuJsKernel, GpuJsNodeStep } from '../gpujs.ts';
import { elementCount, perChannel } from '../node.ts';

/** A kernel with one number per channel in each constant; it reads them, and `inner`, the elements of a channel. */
export function perChannelGpuJs<A>(
  kernel: GpuJsNodeStep['kernel'],
  constants: readonly string[],
): GpuJsKernel<A> {
  return (node) => {
    const [shape] = node.inputs;
    const arrays = constants.map((name) => [name, perChannel(node.constants[name], shape[0])]);
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
