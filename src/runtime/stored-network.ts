import { naming } from '../errors.ts';
import type {
  AffineMap,
  ChainLayerType,
  JpegTensor,
  LinearSpec,
  TensorReference,
} from '../format/manifest.ts';
import type { WjzFile } from '../format/reading.ts';
import { readFrameHeader } from '../jpeg/markers/first-scan.ts';
import { type Codings, loadCodings } from '../jpeg/scans/codings.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import { fuseActivations } from '../weights/activation-chain.ts';
import type { WeightMap } from '../weights/affine-map.ts';
import { coefficientNode } from '../weights/coefficient-node.ts';
import type { LinearNode, Network } from '../weights/network.ts';

/** A layer stored as a JPEG, with its data. */
export interface StoredLayer {
  readonly spec: LinearSpec & { readonly weight: JpegTensor };
  readonly jpeg: Uint8Array;
  readonly map: WeightMap;
  readonly bias: Float32Array | null;
  readonly relu: boolean;
}

/** Makes a node of a layer that is kept as a JPEG. */
export type NodeMaker = (layer: StoredLayer) => LinearNode;

/** The network of a file that is a chain, its JPEGs turned into nodes by `make`. */
export function storedNetwork(file: WjzFile, make: NodeMaker): Network {
  const { layers } = file.manifest;
  const relu = fuseActivations(layers.map((layer) => layer.type as ChainLayerType));
  const linear = layers.filter((layer) => layer.type === 'linear');
  return { nodes: linear.map((layer, index) => storedNode(file, layer, relu[index], make)) };
}

/** The node of a linear layer. */
export function storedNode(
  { tensors, jpegs }: WjzFile,
  layer: LinearSpec,
  relu: boolean,
  make: NodeMaker,
): LinearNode {
  const bias = layer.bias ? floats(tensors, layer.bias) : null;
  const { name, inFeatures, outFeatures, weight } = layer;
  if ('tensor' in weight) {
    return { kind: 'dense', name, inFeatures, outFeatures, bias, relu, weights: floats(tensors, weight) };
  }
  const spec = layer as StoredLayer['spec'];
  const jpeg = jpegs.get(weight.jpeg) as Uint8Array;
  const map = weightMap(tensors, weight.affineMap);
  return naming(`'${weight.jpeg}'`, () => make({ spec, jpeg, map, bias, relu }));
}

/** The network of a file with its JPEGs decoded to coefficients; loads the required decoders first. */
export async function coefficientNetwork(file: WjzFile, limits?: Partial<JpegLimits>): Promise<Network> {
  return storedNetwork(file, await coefficientNodes(file, limits));
}

/** Makes nodes of coefficients, with what the JPEGs of a file take loaded. */
export async function coefficientNodes(file: WjzFile, limits?: Partial<JpegLimits>): Promise<NodeMaker> {
  const processes = [...file.jpegs.values()].map((jpeg) => readFrameHeader(jpeg, { limits }).process);
  return sparseNode(await loadCodings(processes), limits);
}

/** Creates coefficient nodes. `codings` must include those of the JPEGs. */
export function sparseNode(
  codings: Codings,
  limits?: Partial<JpegLimits>,
): (layer: StoredLayer) => LinearNode {
  return ({ spec, jpeg, map, bias, relu }) => coefficientNode(spec, jpeg, map, bias, relu, codings, limits);
}

function floats(tensors: ReadonlyMap<string, Tensor>, reference: TensorReference): Float32Array {
  return toFloat32(tensors.get(reference.tensor) as Tensor);
}

function weightMap(tensors: ReadonlyMap<string, Tensor>, map: AffineMap): WeightMap {
  const values = (entry: number | TensorReference): Float32Array =>
    typeof entry === 'number' ? Float32Array.of(entry) : floats(tensors, entry);
  return {
    kind: map.offset === undefined ? 'symmetric' : 'min-max',
    scale: values(map.scale),
    offset: map.offset === undefined ? null : values(map.offset),
  };
}
