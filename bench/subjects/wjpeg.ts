import { readFileSync } from 'node:fs';
import type { BackendName } from '../../src/runtime/backends/backend.ts';
import type { Subject, WjpegSpec } from './subject.ts';

/** What is timed is the built package, not the sources. */
const LIBRARY = new URL('../../dist/node/index.js', import.meta.url).href;
const GPU = new URL('../../dist/node/gpu.js', import.meta.url).href;

/** Backends that the package knows by itself; the others come with `wjpeg/gpu`. */
const BUILT_IN: readonly BackendName[] = ['wasm', 'reference'];

/** A session of this package, called as anyone would call it. */
export async function openWjpeg(spec: WjpegSpec): Promise<Subject> {
  const { InferenceSession } = (await import(LIBRARY)) as typeof import('../../src/index.ts');
  const { model, dense, backend, path, precision, memory, threads } = spec;
  if (!BUILT_IN.includes(backend)) await import(GPU);
  const session = await InferenceSession.create(readFileSync(model), {
    path,
    backends: [backend],
    precision,
    memory,
    threads,
    ...(dense !== undefined && { dense: readFileSync(dense) }),
  });
  return {
    detail: `${session.path} on ${session.backend}`,
    run: (values, batch) => session.runBatch(values, batch),
    memory: () => ({ residentBytes: session.residentBytes, peakBytes: session.peakBytes }),
    dispose: () => session.dispose(),
  };
}
