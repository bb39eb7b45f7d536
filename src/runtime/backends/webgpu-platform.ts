import { isNode } from '../../platform.ts';
import type { Availability } from './backend.ts';

/** Whether WebGPU is available, and on which adapter. */
export async function webGpuAvailability(): Promise<Availability> {
  const missing = await provideWebGpu();
  if (missing !== undefined) return { available: false, reason: missing };
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) {
    return {
      available: false,
      reason: 'WebGPU found no adapter (no GPU, or no driver for it)',
    };
  }
  return { available: true, ...describeAdapter(adapter) };
}

/** Description of an adapter, and whether it is a real GPU. */
export function describeAdapter({ info }: GPUAdapter): { detail: string; hardware: boolean } {
  const { vendor, architecture, device, description } = info;
  const detail = [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter';
  return { detail, hardware: !info.isFallbackAdapter && !isSoftware(detail) };
}

/** GPUs emulated on the CPU: SwiftShader, Mesa's llvmpipe and lavapipe, Windows' WARP. */
export function isSoftware(detail: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(detail);
}

/**
 * Dawn's options. Our kernels write all workgroup memory that they read, so nothing has to set it to zero first: where
 * the CPU emulates the GPU (SwiftShader), that takes most of a kernel's compilation and half of its time.
 */
const DAWN_OPTIONS = ['enable-dawn-features=disable_workgroup_init'];

/**
 * Ensures that `navigator.gpu` exists. Browsers have it; in Node.js the optional package `webgpu` (Dawn) provides it.
 * Returns the reason if it is unavailable.
 */
export async function provideWebGpu(): Promise<string | undefined> {
  if (globalThis.navigator?.gpu) return undefined;
  if (!isNode()) return 'this browser has no WebGPU';
  // A name that bundlers do not follow: pages must not include a package that only Node.js needs.
  const name = 'webgpu';
  let dawn: typeof import('webgpu');
  try {
    dawn = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ERR_MODULE_NOT_FOUND'
      ? "the optional package 'webgpu' is not installed (npm install webgpu)"
      : `the package 'webgpu' fails to load: ${(error as Error).message.split('\n')[0]}`;
  }
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create(DAWN_OPTIONS);
  // Node 20 has no `navigator`; later ones have one without `gpu`.
  if (globalThis.navigator)
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
  return undefined;
}
