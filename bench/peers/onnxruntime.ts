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
  run(feeds: object): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>>;
  release(): Promise<void>;
}

/** onnxruntime-node (native code) or onnxruntime-web (wasm, SIMD), with all optimisations that they have. */
export async function openOnnxRuntime({ who, model, threads }: PeerSpec): Promise<Subject> {
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
  return {
    detail: `${who} ${env.versions.common}`,
    async run(values, batch) {
      const { y } = await session.run({ x: new Tensor('float32', values, [batch, values.length / batch]) });
      return y.data;
    },
    dispose: () => {},
  };
}
