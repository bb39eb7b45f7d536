import { GPU } from 'gpu.js';
import { availability } from '../../src/runtime/backends/availability.ts';
import type { BackendName } from '../../src/runtime/backends/backend.ts';
import type { GpuJsBackendName } from '../../src/runtime/backends/gpujs/names.ts';
import { gpuJsMode } from '../../src/runtime/backends/gpujs/platform.ts';
import '../../src/gpu.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { operationCases } from '../kernels/operation-cases.ts';
import { operationError, wgslError } from '../kernels/run-operation.ts';

/** What the page offers to the test that drives it. Bundled by esbuild. */
const page = {
  availability,

  operationNames: (): string[] => operationCases().map(({ name }) => name),

  /** Error of one case on one backend, and what it may be. */
  async operation(
    index: number,
    backend: GpuJsBackendName | 'webgpu',
  ): Promise<{ error: number; tolerance: number }> {
    const operation = operationCases()[index];
    const error =
      backend === 'webgpu'
        ? await wgslError(operation)
        : await operationError(operation, gpuJsMode(backend, GPU));
    return { error, tolerance: operation.tolerance };
  },

  /** Fetches a model and a picture by their addresses, as a page would, and answers. */
  async answer(backend: BackendName | 'auto', model: string, picture: string) {
    const session = await InferenceSession.create(model, {
      backends: backend === 'auto' ? 'auto' : [backend],
    });
    const bytes = new Uint8Array(await (await fetch(picture)).arrayBuffer());
    const { label, logits, picture: report } = await session.infer(bytes);
    const { backend: ran, residentBytes } = session;
    session.dispose();
    return { label, logits: [...logits], via: report?.via, backend: ran, residentBytes };
  },
};

export type BrowserPage = typeof page;

Object.assign(globalThis, { wjpegTest: page });
