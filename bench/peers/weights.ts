import { join } from 'node:path';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import type { WjzFile } from '../../src/format/read.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { writeFileAtomic } from '../../src/node/files.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle } from '../../src/runtime/oracle.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import {
  type Activation,
  type DenseLinear,
  type DenseNetwork,
  denseNodes,
  linearLayers,
} from '../../src/weights/dense-network.ts';
import type { Network } from '../../src/weights/network.ts';
import { reconstructWeights } from '../../src/weights/reconstruct.ts';
import { encodeFloats } from '../frontier/float-file.ts';
import { dynamicInt8Model, floatModel, staticInt8Model } from './models.ts';

/** The float32 matrices that a network stored as JPEGs stands for: what a peer has to run in its place. */
export function expandNetwork(file: WjzFile): DenseNetwork {
  const { nodes } = loadNetwork(file, 'coefficient');
  const layers = nodes.flatMap((node, index): (DenseLinear | Activation)[] => {
    const { inFeatures, outFeatures, bias, relu } = node;
    const weights = node.kind === 'dense' ? node.weights : Float32Array.from(reconstructWeights(node));
    const layer = { type: 'linear' as const, name: `fc${index}`, inFeatures, outFeatures, weights, bias };
    return relu ? [layer, { type: 'relu' }] : [layer];
  });
  return { layers };
}

/** The same dense weights in every form that subjects read, as files of a folder. */
export interface WeightFiles {
  readonly safetensors: string;
  readonly float32: string;
  readonly dynamicInt8: string;
  readonly staticInt8: string;
  readonly network: Network;
}

/** `calibration`: inputs that show how far the activations go, for static quantisation. */
export async function writeWeights(
  folder: string,
  name: string,
  network: DenseNetwork,
  calibration: readonly Float32Array[],
): Promise<WeightFiles> {
  const write = async (kind: string, bytes: Uint8Array): Promise<string> => {
    const path = join(folder, `${name}-${kind}`);
    await writeFileAtomic(path, bytes);
    return path;
  };
  return {
    safetensors: await write('float32.safetensors', encodeFloats(network, 'F32')),
    float32: await write('float32.onnx', floatModel(network)),
    dynamicInt8: await write('dynamic.onnx', dynamicInt8Model(network)),
    staticInt8: await write('static.onnx', staticInt8Model(network, maxInputs(network, calibration))),
    network: denseNodes(network),
  };
}

/** The greatest input of each layer over all calibration inputs. */
export function maxInputs(network: DenseNetwork, calibration: readonly Float32Array[]): number[] {
  const { nodes } = denseNodes(network);
  return linearLayers(network).map((_, depth) => {
    const before = depth === 0 ? undefined : new Oracle({ nodes: nodes.slice(0, depth) });
    let max = 0;
    for (const input of calibration) {
      for (const value of before ? before.run(input) : input) max = Math.max(max, value);
    }
    return max;
  });
}

/** Training pictures and noise: both kinds of picture that subjects are timed on, but not those themselves. */
export function calibrationInputs(input: ImageInputSpec, training: LabelledPictures): Float32Array[] {
  const COUNT = 128;
  // The first of the noise are the ones that are timed.
  return [...evaluationInputs(input, COUNT, training), ...evaluationInputs(input, 4096 + COUNT).slice(4096)];
}
