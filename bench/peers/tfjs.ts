import { readFileSync } from 'node:fs';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { fuseActivations } from '../../src/weights/activation-chain.ts';
import { linearLayers } from '../../src/weights/dense-network.ts';
import type { PeerSpec, Subject } from '../subjects/subject.ts';

/** What of TensorFlow.js is used; its own types are there only where peers are installed. */
export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

export interface Tfjs {
  readonly version_core: string;
  readonly fused: {
    matMul(options: { a: TfTensor; b: TfTensor; bias?: TfTensor; activation: 'relu' | 'linear' }): TfTensor;
  };
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  tensor1d(values: Float32Array): TfTensor;
  tensor2d(values: Float32Array, shape: readonly [number, number]): TfTensor;
  transpose(tensor: TfTensor): TfTensor;
  tidy<T>(body: () => T): T;
}

export interface TfjsWasm {
  setThreadsCount(count: number): void;
  getThreadsCount(): number;
}

/** TensorFlow.js with its wasm backend on so many threads. */
export async function loadTfjs(threads: number): Promise<Tfjs> {
  const [coreName, wasmName] = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'];
  const tf = (await import(coreName)) as Tfjs;
  const wasm = (await import(wasmName)) as TfjsWasm;
  wasm.setThreadsCount(threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its wasm backend');
  if (threads > 1 && wasm.getThreadsCount() !== threads) {
    throw new Error(`TensorFlow.js wasm runs on ${wasm.getThreadsCount()} thread in Node, not on ${threads}`);
  }
  return tf;
}

/** A chain of linear layers on it: one fused operation (product, bias, ReLU) a layer. */
export async function openTfjs({ model, threads }: PeerSpec): Promise<Subject> {
  const tf = await loadTfjs(threads);
  const network = networkFromStateDict(readSafetensors(readFileSync(model)));
  const relu = fuseActivations(network.layers.map(({ type }) => type));
  const layers = linearLayers(network).map(({ weights, bias, outFeatures, inFeatures }, index) => ({
    b: tf.tidy(() => tf.transpose(tf.tensor2d(weights, [outFeatures, inFeatures]))),
    ...(bias && { bias: tf.tensor1d(bias) }),
    activation: relu[index] ? ('relu' as const) : ('linear' as const),
  }));
  return {
    detail: `tfjs ${tf.version_core} ${tf.getBackend()}`,
    async run(values, batch) {
      const y = tf.tidy(() => {
        let a = tf.tensor2d(values, [batch, values.length / batch]);
        for (const layer of layers) a = tf.fused.matMul({ a, ...layer });
        return a;
      });
      const logits = await y.data();
      y.dispose();
      return logits;
    },
    dispose: () => {},
  };
}
