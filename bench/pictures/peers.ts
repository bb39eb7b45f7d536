import { createRequire } from 'node:module';
import type { OnnxRuntime } from '../peers/onnxruntime.ts';

/** What of sharp's interface is used; its own types are there only where peers are installed. */
export type Sharp = ((input: Uint8Array, options?: object) => SharpPicture) & {
  concurrency(threads: number): void;
  cache(kept: boolean): void;
  readonly versions: Record<string, string>;
};

interface SharpPicture {
  resize(width: number, height: number, options: object): SharpPicture;
  removeAlpha(): SharpPicture;
  toColourspace(space: 'b-w' | 'srgb'): SharpPicture;
  raw(): SharpPicture;
  jpeg(options: object): SharpPicture;
  png(options: object): SharpPicture;
  toBuffer(): Promise<Buffer>;
}

const require = createRequire(new URL('../peers/package.json', import.meta.url));

/** sharp on one thread, without a cache of what it has read. */
export function loadSharp(): Sharp {
  const sharp = require('sharp') as Sharp;
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** Runs an exported model on one thread: one input to its logits. */
export async function onnxRunner(
  model: Uint8Array,
  shape: readonly number[],
): Promise<(values: Float32Array) => Promise<Float32Array>> {
  const { InferenceSession, Tensor } = require('onnxruntime-node') as OnnxRuntime;
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  return async (values) => {
    const { logits } = await session.run({ input: new Tensor('float32', values, [1, ...shape]) });
    return logits.data;
  };
}
