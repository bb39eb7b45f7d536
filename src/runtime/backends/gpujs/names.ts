/** The backends that gpu.js runs. */
export type GpuJsBackendName = 'gpujs:webgpu' | 'gpujs:webgl' | 'gpujs:wasm' | 'gpujs:cpu';

export const GPU_JS_BACKENDS: readonly GpuJsBackendName[] = [
  'gpujs:webgpu',
  'gpujs:webgl',
  'gpujs:wasm',
  'gpujs:cpu',
];

/** Whether a backend runs on a GPU; the others run in memory of the host. */
export function isGpu(backend: GpuJsBackendName): boolean {
  return backend === 'gpujs:webgpu' || backend === 'gpujs:webgl';
}
