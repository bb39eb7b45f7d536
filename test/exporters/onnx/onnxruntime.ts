import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OnnxRuntime } from '../../../bench/peers/onnxruntime.ts';
import type { OnnxFile } from '../../../src/exporters/onnx/graph.ts';

const MODULE = join(import.meta.dirname, '../../../bench/peers/node_modules/onnxruntime-node/dist/index.js');

/** Whether bench/peers, which has onnxruntime, is installed: `npm ci --prefix bench/peers`, as CI does. */
export const hasOnnxRuntime: boolean = existsSync(MODULE);

/** For titles, so that nothing is skipped unseen. */
export const WHERE: string = hasOnnxRuntime
  ? 'on onnxruntime'
  : 'on onnxruntime: skipped, bench/peers is not installed (npm ci --prefix bench/peers)';

/** How onnxruntime reads files: as they are, or with all that it folds and fuses. */
export type Optimization = 'disabled' | 'all';

/** Runs an exported model on onnxruntime; returns its outputs by name. */
export async function runOnnx(
  { bytes, inputs }: Pick<OnnxFile, 'bytes' | 'inputs'>,
  values: readonly Float32Array[],
  batch: number,
  optimization: Optimization = 'all',
): Promise<Map<string, { readonly data: Float32Array; readonly dims: readonly number[] }>> {
  const module = (await import(MODULE)) as OnnxRuntime & { default?: OnnxRuntime };
  const ort = module.default ?? module;
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: optimization,
    // Errors only: it warns of what it folds away.
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    inputs.map(({ name, shape }, index) => [
      name,
      new ort.Tensor('float32', values[index], [batch, ...shape]),
    ]),
  );
  const outputs = await session.run(feeds);
  await session.release();
  return new Map(Object.entries(outputs));
}

/** The largest difference, as a share of the largest value of `exact`; NaN if any value is, Infinity for other lengths. */
export function relativeDifference(output: ArrayLike<number>, exact: ArrayLike<number>): number {
  if (output.length !== exact.length) return Infinity;
  let [error, largest] = [0, 0];
  for (let at = 0; at < exact.length; at++) {
    const difference = Math.abs(output[at] - exact[at]);
    if (Number.isNaN(difference)) return NaN;
    error = Math.max(error, difference);
    largest = Math.max(largest, Math.abs(exact[at]));
  }
  return error === 0 ? 0 : error / largest;
}
