import { readFileSync } from 'node:fs';
import type { PeerSpec, Subject } from '../subjects/subject.ts';

/** What of onnxruntime-common's interface is used; its own types are there only where peers are installed. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OnnxSession>;
  };
  readonly Tensor: new (
    type: 'float32',
    data: Float32Array,
    shape: readonly number[],
  ) => { data: Float32Array };
  readonly env: { readonly versions: Record<string, string>; readonly wasm: { numThreads?: number } };
}

interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: object): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>>;
  release(): Promise<void>;
}

/** onnxruntime-node (native code) or onnxruntime-web (wasm, SIMD), with all optimisations that they have. */
export async function openOnnxRuntime({ who, model, threads, shape }: PeerSpec): Promise<Subject> {
  const module = (await import(who)) as OnnxRuntime & { default: OnnxRuntime };
  const { InferenceSession, Tensor, env } = module.InferenceSession ? module : module.default;
  if (who === 'onnxruntime-web') env.wasm.numThreads = threads;
  const session = await InferenceSession.create(readFileSync(model), {
    executionProviders: [who === 'onnxruntime-web' ? 'wasm' : 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Errors only: it warns of what it folds away.
    logSeverityLevel: 3,
  });
  const [[input], [output]] = [session.inputNames, session.outputNames];
  return {
    detail: `${who} ${env.versions.common}`,
    async run(values, batch) {
      const dims = [batch, ...(shape ?? [values.length / batch])];
      const { [output]: given } = await session.run({ [input]: new Tensor('float32', values, dims) });
      return given.data;
    },
    dispose: () => {},
  };
}
