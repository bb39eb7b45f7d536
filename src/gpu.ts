/**
 * `import 'wjpeg/gpu'` registers the GPU backends, and the CPU backends of gpu.js, with `InferenceSession`. gpu.js
 * itself is large: it is loaded at the first use of one of its backends.
 *
 * @module wjpeg/gpu
 */
import { GPU_JS_BACKENDS } from './engine/backends/gpujs/names.ts';
import { registerBackend } from './engine/backends/registry.ts';

for (const name of GPU_JS_BACKENDS) {
  registerBackend(name, async () => {
    const { gpuJsBackend } = await import('./engine/backends/gpujs/index.ts');
    return gpuJsBackend(name);
  });
}

registerBackend('wgsl', async () => (await import('./engine/backends/wgsl/index.ts')).wgslBackend);
