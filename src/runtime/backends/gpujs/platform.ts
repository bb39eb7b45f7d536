import type { GPU, GPUInternalMode } from 'gpu.js';
import type { Availability } from '../backend.ts';
import { isSoftware, webGpuAvailability } from '../webgpu-platform.ts';
import type { GpuJsBackendName } from './names.ts';

export type GpuJsMode = GPUInternalMode | 'cpu';

/** gpu.js is large: it is loaded at the first use of one of its backends, and bundlers can split it off. */
export function loadGpuJs(): Promise<typeof import('./gpu-js.ts')> {
  return import('./gpu-js.ts');
}

/** The gpu.js mode of a backend on this platform. Without one, gpu.js chooses a mode by itself. */
export function gpuJsMode(name: GpuJsBackendName, Gpu: typeof GPU): GpuJsMode {
  switch (name) {
    case 'gpujs:webgpu':
      return 'webgpu';
    case 'gpujs:webgl':
      return Gpu.isWebGL2Supported ? 'webgl2' : 'webgl';
    case 'gpujs:wasm':
      return 'webasm';
    case 'gpujs:cpu':
      return 'cpu';
  }
}

export async function gpuJsAvailability(name: GpuJsBackendName): Promise<Availability> {
  switch (name) {
    case 'gpujs:webgpu':
      return webGpuAvailability();
    case 'gpujs:webgl':
      return webGlAvailability((await loadGpuJs()).GPU);
    case 'gpujs:wasm':
      return (await loadGpuJs()).GPU.isWebAssemblySupported
        ? { available: true, detail: 'WebAssembly, by gpu.js', hardware: false }
        : { available: false, reason: 'WebAssembly is unavailable in this environment' };
    case 'gpujs:cpu':
      return { available: true, detail: 'JavaScript, by gpu.js', hardware: false };
  }
}

function webGlAvailability(Gpu: typeof GPU): Availability {
  if (!Gpu.isWebGLSupported)
    return { available: false, reason: 'WebGL is unavailable in this environment (Node.js has none)' };
  const canvas =
    typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
  const version = Gpu.isWebGL2Supported ? 'webgl2' : 'webgl';
  const context = canvas.getContext(version) as WebGLRenderingContext | null;
  if (!context) return { available: false, reason: `cannot create a ${version} context` };
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return { available: true, detail: `${version}, ${renderer}`, hardware: !isSoftware(renderer) };
}
