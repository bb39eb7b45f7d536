import { GPU } from 'gpu.js';
import { describe, expect, it } from 'vitest';
import type { GpuJsBackendName } from '../../src/runtime/backends/gpujs/names.ts';
import { gpuJsAvailability, gpuJsMode } from '../../src/runtime/backends/gpujs/platform.ts';
import { webGpuAvailability } from '../../src/runtime/backends/webgpu-platform.ts';
import { operationCases } from './operation-cases.ts';
import { operationError, wgslError } from './run-operation.ts';

const BACKENDS: readonly GpuJsBackendName[] = ['gpujs:cpu', 'gpujs:wasm', 'gpujs:webgpu'];
const cases = operationCases();

for (const backend of BACKENDS) {
  const state = await gpuJsAvailability(backend);
  const title = state.available ? `${backend} (${state.detail})` : `${backend}: skipped, ${state.reason}`;
  describe.skipIf(!state.available)(title, () => {
    it.each(cases)('$name', async (operation) => {
      expect(await operationError(operation, gpuJsMode(backend, GPU))).toBeLessThanOrEqual(
        operation.tolerance,
      );
    });
  });
}

const state = await webGpuAvailability();
const title = state.available ? `wgsl (${state.detail})` : `wgsl: skipped, ${state.reason}`;
describe.skipIf(!state.available)(title, () => {
  it.each(cases)('$name', async (operation) => {
    expect(await wgslError(operation)).toBeLessThanOrEqual(operation.tolerance);
  });

  // Devices take 65,535 workgroups in a dimension: far fewer here, so that every case has more of them than that.
  it.each(cases)('$name, workgroups in two dimensions', async (operation) => {
    expect(await wgslError(operation, 3)).toBeLessThanOrEqual(operation.tolerance);
  });
});
