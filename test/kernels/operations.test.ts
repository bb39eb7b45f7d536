import { GPU } from 'gpu.js';
import { describe, expect, it } from 'vitest';
import type { GpuJsBackendName } from '../../src/engine/backends/gpujs/names.ts';
import { gpuJsAvailability, gpuJsMode } from '../../src/engine/backends/gpujs/platform.ts';
import { operationCases } from './operation-cases.ts';
import { operationError } from './run-operation.ts';

const BACKENDS: readonly GpuJsBackendName[] = ['cpu', 'webasm', 'webgpu'];
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
