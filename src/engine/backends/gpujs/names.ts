/** The backends that gpu.js runs. */
export type GpuJsBackendName = 'webgpu' | 'webgl' | 'webasm' | 'cpu';

export const GPU_JS_BACKENDS: readonly GpuJsBackendName[] = ['webgpu', 'webgl', 'webasm', 'cpu'];
