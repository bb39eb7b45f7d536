import type { KernelStep } from './kernel-step.ts';
import type { GpuJsBackendName } from './names.ts';
import type { BuiltPipeline, PipelinePart } from './pipeline.ts';

/**
 * Bytes of constants by part of a network. Host: those that gpu.js is given and keeps. Device: 4 bytes per element of them
 * for every pipeline that is built; on `cpu` there is no device, the constants are used where they are.
 */
export function constantBytes(
  parts: readonly PipelinePart[],
  pipelines: readonly BuiltPipeline[],
  backend: GpuJsBackendName,
): { name: string; host: number; device: number }[] {
  return parts.map(({ name, steps }, index) => {
    const built = pipelines.map((pipeline) => pipeline.parts[index].steps);
    const host = constantSizes([steps, ...built].flat()).bytes;
    const elements = built.reduce((sum, form) => sum + constantSizes(form).elements, 0);
    return { name, host, device: backend === 'gpujs:cpu' ? 0 : elements * 4 };
  });
}

/** Of all constants of kernels: each array once, however many kernels share it; one number is 4 bytes. */
function constantSizes(steps: readonly KernelStep[]): { bytes: number; elements: number } {
  const constants = new Set(steps.map((step) => step.constants));
  const values = [...constants].flatMap((entries) => Object.values(entries));
  const arrays = new Set(values.filter((value) => typeof value !== 'number'));
  const numbers = values.filter((value) => typeof value === 'number').length;
  let bytes = numbers * 4;
  let elements = numbers;
  for (const array of arrays) {
    bytes += array.byteLength;
    elements += array.length;
  }
  return { bytes, elements };
}
