import type { Availability } from './backend.ts';
import { isNode } from './runtime.ts';

/** Whether WebGPU can be had here, and from which adapter. */
export async function webGpuAvailability(): Promise<Availability> {
  const missing = await provideWebGpu();
  if (missing !== undefined) return { available: false, reason: missing };
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) {
    return {
      available: false,
      reason: 'WebGPU is here, but it gives no adapter (no GPU, or no driver for it)',
    };
  }
  return { available: true, ...describeAdapter(adapter) };
}

/** An adapter for people, and whether it is a GPU. */
export function describeAdapter({ info }: GPUAdapter): { detail: string; hardware: boolean } {
  const { vendor, architecture, device, description } = info;
  const detail = [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter';
  return { detail, hardware: !info.isFallbackAdapter && !isSoftware(detail) };
}

/** GPUs imitated on the CPU: SwiftShader, Mesa's llvmpipe and lavapipe, Windows' WARP. */
export function isSoftware(detail: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(detail);
}

/**
 * Sees to it that `navigator.gpu` is there. Browsers have it; in Node the optional package `webgpu` (Dawn) brings it.
 * Returns the reason where it is not to be had.
 */
export async function provideWebGpu(): Promise<string | undefined> {
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
