import type { Network } from '../../../model/network.ts';
import type { Backend } from '../backend.ts';
import { GpuJsExecutor } from './executor.ts';
import { type GpuJsBackendName, gpuJsAvailability } from './platform.ts';

export type { GpuJsBackendName } from './platform.ts';

/** A backend of gpu.js. Its traps, several of them silent, are why each result is checked for where it really ran. */
export function gpuJsBackend(name: GpuJsBackendName): Backend {
  return {
    availability: () => gpuJsAvailability(name),
    create: (network: Network) => GpuJsExecutor.create(name, network),
  };
}
