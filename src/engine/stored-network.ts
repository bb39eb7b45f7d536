import { naming } from '../errors.ts';
import { type Codings, loadCodings } from '../jpeg/codings.ts';
import { readFrameHeader } from '../jpeg/first-scan.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { fuseActivations } from '../model/activation-chain.ts';
import { coefficientStage } from '../model/coefficient-stage.ts';
import type { Network, Stage } from '../model/network.ts';
import type { WeightMap } from '../model/sample-map.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import type { JpegTensor, LinearSpec, SampleMap, TensorReference } from '../wjz/manifest.ts';
import type { WjzFile } from '../wjz/reading.ts';

/** A layer stored as a JPEG, with its data. */
export interface StoredLayer {
  readonly spec: LinearSpec & { readonly weight: JpegTensor };
  readonly jpeg: Uint8Array;
  readonly map: WeightMap;
  readonly bias: Float32Array | null;
  readonly relu: boolean;
}

/** The network of a file; `stage` converts its JPEGs to stages. */
export function storedNetwork(file: WjzFile, stage: (layer: StoredLayer) => Stage): Network {
  const { manifest, tensors } = file;
  const relu = fuseActivations(manifest.layers.map((layer) => layer.type));
  const linear = manifest.layers.filter((layer) => layer.type === 'linear');
  const stages = linear.map((layer, index): Stage => {
    const bias = layer.bias ? floats(tensors, layer.bias) : null;
    const { name, inFeatures, outFeatures, weight } = layer;
    if ('tensor' in weight) {
      const weights = floats(tensors, weight);
      return { kind: 'dense', name, inFeatures, outFeatures, bias, relu: relu[index], weights };
    }
    const spec = layer as StoredLayer['spec'];
    const jpeg = file.jpegs.get(weight.jpeg) as Uint8Array;
    const map = weightMap(tensors, weight.sampleMap);
    return naming(`'${weight.jpeg}'`, () => stage({ spec, jpeg, map, bias, relu: relu[index] }));
  });
  return { stages };
}

/** The network of a file with its JPEGs decoded to coefficients; loads the required decoders first. */
export async function coefficientNetwork(file: WjzFile, limits?: Partial<JpegLimits>): Promise<Network> {
  const processes = [...file.jpegs.values()].map((jpeg) => readFrameHeader(jpeg, { limits }).process);
  return storedNetwork(file, sparseStage(await loadCodings(processes), limits));
}

/** Creates coefficient stages. `codings` must include those of the JPEGs. */
export function sparseStage(codings: Codings, limits?: Partial<JpegLimits>): (layer: StoredLayer) => Stage {
  return ({ spec, jpeg, map, bias, relu }) => coefficientStage(spec, jpeg, map, bias, relu, codings, limits);
}

function floats(tensors: ReadonlyMap<string, Tensor>, reference: TensorReference): Float32Array {
  return toFloat32(tensors.get(reference.tensor) as Tensor);
}

function weightMap(tensors: ReadonlyMap<string, Tensor>, map: SampleMap): WeightMap {
  const values = (entry: number | TensorReference): Float32Array =>
    typeof entry === 'number' ? Float32Array.of(entry) : floats(tensors, entry);
  return {
    kind: map.offset === undefined ? 'symmetric' : 'min-max',
    scale: values(map.scale),
    offset: map.offset === undefined ? null : values(map.offset),
  };
}
