import type { Backend } from '../backend.ts';
import { requireDefaults } from '../options.ts';
import { webGpuAvailability } from '../webgpu-platform.ts';
import { WgslExecutor } from './executor.ts';

/** Our own WGSL kernels, on WebGPU without gpu.js. */
export const wgslBackend: Backend = {
  availability: webGpuAvailability,
  create: async (network, options) => {
    requireDefaults('webgpu', options);
    return WgslExecutor.create(network);
  },
  createGraph: async (graph, options) => {
    requireDefaults('webgpu', options);
    return (await import('./graph.ts')).WgslGraphExecutor.create(graph);
  },
};
