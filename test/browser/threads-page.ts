import { InferenceSession } from '../../src/runtime/session.ts';

/** What the page offers to the test that drives it. Bundled by esbuild. */
const page = {
  isolated: (): boolean => crossOriginIsolated,

  /** Logits of `batch` made-up inputs, on so many threads. */
  async logits(model: string, threads: number, batch: number): Promise<number[]> {
    const session = await InferenceSession.create(model, { threads, backends: ['wasm'] });
    const values = Float32Array.from(
      { length: batch * session.inFeatures },
      (_, i) => ((i * 37) % 101) / 100,
    );
    const logits = await session.runBatch(values, batch);
    session.dispose();
    return [...logits];
  },
};

export type ThreadsPage = typeof page;

Object.assign(globalThis, { wjpegTest: page });
