import type { Network } from '../../../weights/network.ts';
import type { Backend } from '../backend.ts';
import { requireDefaults } from '../options.ts';
import { GpuJsExecutor } from './executor.ts';
import type { GpuJsBackendName } from './names.ts';
import { gpuJsAvailability } from './platform.ts';

/** A backend of gpu.js. gpu.js can fall back silently, so each result is checked for the device it really ran on. */
export function gpuJsBackend(name: GpuJsBackendName): Backend {
  return {
    availability: () => gpuJsAvailability(name),
    create: async (network: Network, options) => {
      requireDefaults(name, options);
      return GpuJsExecutor.create(name, network);
    },
    createGraph: async (graph, options) => {
      requireDefaults(name, options);
      return (await import('./graph.ts')).GpuJsGraphExecutor.create(name, graph);
    },
  };
}
