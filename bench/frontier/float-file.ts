import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';

/** A network as a safetensors file. */
export function encodeFloats(network: DenseNetwork, type: 'F32' | 'F16'): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const { name, weights, bias, outFeatures, inFeatures } of linearLayers(network)) {
    tensors.set(`${name}.weight`, fromFloat32(weights, [outFeatures, inFeatures], type));
    if (bias) tensors.set(`${name}.bias`, fromFloat32(bias, [outFeatures], type));
  }
  return writeSafetensors(tensors);
}

export function decodeFloats(file: Uint8Array): DenseNetwork {
  return networkFromStateDict(readSafetensors(file));
}
