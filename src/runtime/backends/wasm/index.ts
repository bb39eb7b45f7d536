import { WjpegError } from '../../../errors.ts';
import type { Backend } from '../backend.ts';
import { WasmExecutor } from './executor.ts';
import { findBuild, type KernelBuild, loadKernels } from './module.ts';

/** Our own kernels for the CPU, with WebAssembly SIMD if available, else without. */
export const wasmBackend: Backend = createWasmBackend();

/** `build`: forces a build of the kernels. */
export function createWasmBackend(build?: KernelBuild): Backend {
  const find = async (): ReturnType<typeof findBuild> => {
    if (build === undefined) return findBuild();
    await loadKernels(build);
    return { build };
  };
  const backend: Backend = {
    availability: async () => {
      const found = await find();
      return 'reason' in found
        ? { available: false, reason: found.reason }
        : { available: true, detail: DETAIL[found.build], hardware: false };
    },
    create: async (network, options) => {
      const found = await find();
      if ('reason' in found) throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', found.reason);
      const { memory, precision, threads } = options;
      if (memory !== 'stream' && precision !== 'int8' && threads < 2)
        return WasmExecutor.create(network, options, found.build);
      return (await import('./on-demand.ts')).createOnDemand(network, options, found.build);
    },
    createGraph: async (graph, options) =>
      (await import('./graphs.ts')).createWasmGraph(graph, options, backend.create),
  };
  return backend;
}

const DETAIL: Readonly<Record<KernelBuild, string>> = {
  simd: 'WebAssembly SIMD',
  scalar: 'WebAssembly without SIMD: slower',
};
