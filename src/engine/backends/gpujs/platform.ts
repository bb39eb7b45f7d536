import type { GPU, GPUInternalMode } from 'gpu.js';
import type { Availability } from '../backend.ts';
import { isNode } from '../runtime.ts';
import type { GpuJsBackendName } from './names.ts';

export type GpuJsMode = GPUInternalMode | 'cpu';

/** gpu.js is large: it is loaded when one of its backends is first asked for, and bundlers can split it off. */
export function loadGpuJs(): Promise<typeof import('gpu.js')> {
  return import('gpu.js');
}

/** What gpu.js calls a backend on this platform. It picks a mode of its own choice unless it is given one. */
export function gpuJsMode(name: GpuJsBackendName, Gpu: typeof GPU): GpuJsMode {
  switch (name) {
    case 'webgpu':
      return 'webgpu';
    case 'webgl':
      return Gpu.isWebGL2Supported ? 'webgl2' : 'webgl';
    case 'webasm':
      return 'webasm';
    case 'cpu':
      return 'cpu';
  }
}

export async function gpuJsAvailability(name: GpuJsBackendName): Promise<Availability> {
  switch (name) {
    case 'webgpu':
      return webGpuAvailability();
    case 'webgl':
      return webGlAvailability((await loadGpuJs()).GPU);
    case 'webasm':
      return (await loadGpuJs()).GPU.isWebAssemblySupported
        ? { available: true, detail: 'WebAssembly, by gpu.js', hardware: false }
        : { available: false, reason: 'this platform has no WebAssembly' };
    case 'cpu':
      return { available: true, detail: 'JavaScript, by gpu.js', hardware: false };
  }
}

async function webGpuAvailability(): Promise<Availability> {
  const missing = await provideWebGpu();
  if (missing !== undefined) return { available: false, reason: missing };
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) {
    return {
      available: false,
      reason: 'WebGPU is here, but it gives no adapter (no GPU, or no driver for it)',
    };
  }
  const { vendor, architecture, device, description } = adapter.info;
  const detail = [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter';
  return { available: true, detail, hardware: !isSoftware(detail) };
}

function webGlAvailability(Gpu: typeof GPU): Availability {
  if (!Gpu.isWebGLSupported)
    return { available: false, reason: 'this platform has no WebGL (Node has none)' };
  const canvas =
    typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
  const version = Gpu.isWebGL2Supported ? 'webgl2' : 'webgl';
  const context = canvas.getContext(version) as WebGLRenderingContext | null;
  if (!context) return { available: false, reason: `this platform gives no ${version} context` };
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return { available: true, detail: `${version}, ${renderer}`, hardware: !isSoftware(renderer) };
}

/** GPUs imitated on the CPU: SwiftShader, Mesa's llvmpipe and lavapipe, Windows' WARP. */
function isSoftware(detail: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(detail);
}

/**
 * Sees to it that `navigator.gpu` is there. Browsers have it; in Node the optional package `webgpu` (Dawn) brings it.
 * Returns the reason where it is not to be had.
 */
async function provideWebGpu(): Promise<string | undefined> {
  if (globalThis.navigator?.gpu) return undefined;
  if (!isNode()) return 'this browser has no WebGPU';
  // A name that bundlers do not follow: pages must not carry a package that only Node needs.
  const name = 'webgpu';
  let dawn: typeof import('webgpu');
  try {
    dawn = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ERR_MODULE_NOT_FOUND'
      ? "the optional package 'webgpu' is not installed (npm install webgpu)"
      : `the package 'webgpu' does not load: ${(error as Error).message.split('\n')[0]}`;
  }
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  // Node 20 has no `navigator`; later ones have one without `gpu`.
  if (globalThis.navigator)
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
  return undefined;
}
