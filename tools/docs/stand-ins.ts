import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWjz } from '../../src/format/read.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { reconstructWeights } from '../../src/weights/reconstruct.ts';
import { ROOT } from './workplace.ts';

/** What does the work of blocks that cannot be run here, by the name that pages call it by. */
export const STAND_INS: Readonly<Record<string, (folder: string) => void>> = { 'state-dict': stateDict };

/**
 * `model.safetensors` as PyTorch and safetensors write it for Linear(784, 512), ReLU, Linear(512, 10): the weights of an
 * embedded model, made dense again.
 */
function stateDict(folder: string): void {
  const file = readWjz(readFileSync(join(ROOT, 'data', 'mnist-mlp-512-q20-row.wjz')));
  const tensors = new Map<string, Tensor>();
  for (const node of loadNetwork(file, 'coefficient').nodes) {
    const { name, outFeatures, inFeatures, bias } = node;
    const weights = node.kind === 'dense' ? node.weights : Float32Array.from(reconstructWeights(node));
    tensors.set(`${name}.weight`, fromFloat32(weights, [outFeatures, inFeatures], 'F32'));
    if (bias) tensors.set(`${name}.bias`, fromFloat32(bias, [outFeatures], 'F32'));
  }
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(tensors));
}
