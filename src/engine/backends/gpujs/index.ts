import type { Network } from '../../../model/network.ts';
import type { Backend } from '../backend.ts';
import { requireDefaults } from '../options.ts';
import { GpuJsExecutor } from './executor.ts';
import type { GpuJsBackendName } from './names.ts';
import { gpuJsAvailability } from './platform.ts';

/** A backend of gpu.js. Its traps, several of them silent, are why each result is checked for where it really ran. */
export function gpuJsBackend(name: GpuJsBackendName): Backend {
  return {
    availability: () => gpuJsAvailability(name),
    create: async (network: Network, options) => {
      requireDefaults(name, options);
      return GpuJsExecutor.create(name, network);
    },
  };
}
