/** The backends that gpu.js runs. */
export type GpuJsBackendName = 'webgpu' | 'webgl' | 'webasm' | 'cpu';

export const GPU_JS_BACKENDS: readonly GpuJsBackendName[] = ['webgpu', 'webgl', 'webasm', 'cpu'];

/** Whether a backend runs on a GPU; the others run in memory of the host. */
export function isGpu(backend: GpuJsBackendName): boolean {
  return backend === 'webgpu' || backend === 'webgl';
}
