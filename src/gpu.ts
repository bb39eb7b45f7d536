/**
 * `import 'wjpeg/gpu'` registers the GPU backends, and the CPU backends of gpu.js, with `InferenceSession`. gpu.js
 * itself is large: it is loaded at the first use of one of its backends.
 *
 * @module wjpeg/gpu
 */
import { GPU_JS_BACKENDS } from './runtime/backends/gpujs/names.ts';
import { addBackend } from './runtime/backends/registry.ts';

for (const name of GPU_JS_BACKENDS) {
  addBackend(name, async () => {
    const { gpuJsBackend } = await import('./runtime/backends/gpujs/index.ts');
    return gpuJsBackend(name);
  });
}

addBackend('webgpu', async () => (await import('./runtime/backends/wgsl/index.ts')).wgslBackend);
