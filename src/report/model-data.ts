import { relativeError } from '../compress/output-error.ts';
import { peakSignalToNoise } from '../compress/report.ts';
import { weightLayers } from '../format/graph-manifest.ts';
import type { JpegTensor, LayerSpec, LinearSpec } from '../format/manifest.ts';
import type { WjzFile } from '../format/read.ts';
import { readFrameHeader } from '../jpeg/index.ts';
import { ELEMENT_BYTES } from '../safetensors/tensor.ts';
import type { LinearNode, MatrixNode, RowsNode } from '../weights/network.ts';
import { reconstructWeights } from '../weights/reconstruct.ts';
import type { JpegData, LayerData, ModelData } from './data.ts';
import { blockCount, densityByFrequency } from './frequencies.ts';
import { layerKernels } from './kernels.ts';
import type { OriginalLayers } from './original.ts';
import { sheetPicture } from './sheet-picture.ts';
import { weightPictures } from './weight-pictures.ts';

/** Names of the files of a report, without folders. */
export interface ReportNames {
  readonly file: string;
  readonly dense?: string;
}

/** The metadata of the file and counts of its content. `bytes`: size of the whole file; `outFeatures`: values of its output. */
export function modelData(
  file: WjzFile,
  bytes: number,
  layers: readonly LayerData[],
  names: ReportNames,
  outFeatures: number,
): ModelData {
  const { manifest, entries } = file;
  const { name, description, license, origin, input, version } = manifest;
  const sum = (value: (layer: LayerData) => number): number =>
    layers.reduce((total, layer) => total + value(layer), 0);
  const weights = (layer: LayerData): number => layer.shape[0] * layer.shape[1];
  return {
    file: names.file,
    bytes,
    floatBytes: sum((layer) => layer.floatBytes),
    weights: sum(weights),
    kept: sum((layer) => layer.jpeg?.nonzeros ?? weights(layer)),
    version,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(license !== undefined && { license }),
    input,
    labels: manifest.labels ?? Array.from({ length: outFeatures }, (_, index) => String(index)),
    layers: manifest.layers.map(layerTitle),
    isGraph: manifest.outputs !== undefined,
    ...(origin && { origin }),
    entries,
    ...(names.dense !== undefined && { dense: names.dense }),
  };
}

function layerTitle(layer: LayerSpec): string {
  if (layer.type === 'linear') return layer.name;
  return layer.type === 'node' ? layer.operator : layer.type;
}

/** The layers with weights in the order of the file. `nodes`: those of the file on the `coefficient` path, in its order. `onLayer` is called after each. */
export function layerData(
  file: WjzFile,
  nodes: readonly LinearNode[],
  original: OriginalLayers | undefined,
  onLayer: (done: number) => void = () => {},
): LayerData[] {
  const specs = weightLayers(file.manifest);
  const byName = new Map<string, LayerData>();
  nodes.forEach((node, index) => {
    const { name, outFeatures, inFeatures, relu, bias } = node;
    const spec: LinearSpec = specs[index];
    const shared = {
      name,
      shape: [outFeatures, inFeatures] as const,
      relu,
      bias: bias !== null,
      floatBytes: 4 * (outFeatures * inFeatures + (bias?.length ?? 0)),
    };
    const layer =
      node.kind !== 'dense' && !('tensor' in spec.weight)
        ? { ...shared, ...jpegLayer(file, node, spec.weight, index, original) }
        : {
            ...shared,
            ...tensorLayer(file, spec),
            ...(node.kind === 'dense' && errorOf(original?.layers[index].weights, node.weights)),
          };
    byName.set(name, layer);
    onLayer(index + 1);
  });
  return file.manifest.layers.flatMap((spec) => {
    const layer = byName.get('name' in spec ? spec.name : '') ?? tensorKernels(file, spec, original);
    return layer ? [layer] : [];
  });
}

/** Kernels that are stored as a tensor; undefined for other layers. */
function tensorKernels(
  file: WjzFile,
  spec: LayerSpec,
  original: OriginalLayers | undefined,
): LayerData | undefined {
  const kernels = layerKernels(file, spec);
  if (kernels?.tensor === undefined || spec.type !== 'node') return undefined;
  const { shape, values, tensor } = kernels;
  const { bias } = spec.constants;
  return {
    name: spec.name,
    shape: [shape[0], values.length / shape[0]],
    relu: false,
    bias: bias !== undefined,
    floatBytes: 4 * (values.length + (bias === undefined ? 0 : shape[0])),
    bytes: values.length * ELEMENT_BYTES[tensor],
    tensor,
    ...errorOf(original?.kernels.get(spec.name), values),
  };
}

/** See `LayerData.relativeError`. */
function errorOf(
  original: Float32Array | undefined,
  stored: ArrayLike<number> | undefined,
): { relativeError?: number } {
  if (!original || !stored) return {};
  const error = relativeError(original, stored);
  return Number.isFinite(error) ? { relativeError: error } : {};
}

function tensorLayer(file: WjzFile, { weight }: LinearSpec): Pick<LayerData, 'bytes' | 'tensor'> {
  const tensor = 'tensor' in weight ? file.tensors.get(weight.tensor) : undefined;
  if (!tensor) return { bytes: 0 };
  const elements = tensor.shape.reduce((product, size) => product * size, 1);
  return { bytes: elements * ELEMENT_BYTES[tensor.dtype], tensor: tensor.dtype };
}

function jpegLayer(
  file: WjzFile,
  node: RowsNode | MatrixNode,
  weight: JpegTensor,
  index: number,
  original: OriginalLayers | undefined,
): Pick<LayerData, 'bytes' | 'relativeError'> & { jpeg: JpegData } {
  const stream = file.jpegs.get(weight.jpeg) as Uint8Array;
  const { width, height, process } = readFrameHeader(stream);
  const { coefficients, outFeatures, inFeatures, quantization } = node;
  const before = original?.layers[index];
  const stored = before && reconstructWeights(node);
  const psnr = before && stored && peakSignalToNoise(before.weights, stored);
  return {
    bytes: stream.length,
    ...errorOf(before?.weights, stored),
    jpeg: {
      layout: node.kind,
      process,
      width,
      height,
      nonzeros: coefficients.value.length,
      density: coefficients.value.length / (outFeatures * inFeatures),
      blocks: blockCount(node),
      ...(node.kind === 'rows' && { emptyNeurons: emptyNeurons(node) }),
      frequencies: densityByFrequency(node),
      quantization: [...quantization],
      ...(psnr === Infinity && { psnr: 'exact' as const }),
      // Original weights that are all equal have no range, and thus no such ratio.
      ...(psnr !== undefined && Number.isFinite(psnr) && { psnr }),
      sheet: sheetPicture(stream, weight, outFeatures),
      pictures: weightPictures(node, before, original?.reordered ?? false),
    },
  };
}

function emptyNeurons({ coefficients: { rowStart }, outFeatures }: RowsNode): number {
  let empty = 0;
  for (let row = 0; row < outFeatures; row++) if (rowStart[row] === rowStart[row + 1]) empty++;
  return empty;
}
