import { naming, WjpegError } from '../errors.ts';
import { coefficientStage } from '../model/coefficient-stage.ts';
import { denseStages, fuseActivations, linearLayers } from '../model/dense-network.ts';
import type { Network, Stage } from '../model/network.ts';
import type { WeightMap } from '../model/sample-map.ts';
import { networkFromStateDict } from '../model/state-dict.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import type { JpegTensor, LinearSpec, SampleMap, TensorReference } from '../wjz/manifest.ts';
import type { WjzFile } from '../wjz/read.ts';
import { matrixForm } from './matrix-form.ts';
import type { Path } from './path.ts';

/** The original weights, for the `dense` path. */
export interface DenseSource {
  /** The bytes of a safetensors file. */
  readonly dense?: Uint8Array;
  /** Order of its layers, where the tensors' names do not tell it. */
  readonly denseArchitecture?: readonly string[];
}

/**
 * Makes a network ready to run: on the `coefficient` path (JPEGs decoded as far as their quantised coefficients), on
 * the `matrix` path (JPEGs decoded to pixels and rescaled to float32 matrices), or on the `dense` path, whose original
 * weights a `.wjz` does not hold: they must be given.
 */
export function loadNetwork(file: WjzFile, path: Path, source: DenseSource = {}): Network {
  return path === 'dense' ? denseBeside(file, source) : loadStored(file, path);
}

function loadStored(file: WjzFile, path: 'coefficient' | 'matrix'): Network {
  const { manifest, tensors } = file;
  const relu = fuseActivations(manifest.layers.map((layer) => layer.type));
  const linear = manifest.layers.filter((layer) => layer.type === 'linear');
  const stages = linear.map((layer, index): Stage => {
    const bias = layer.bias ? floats(tensors, layer.bias) : null;
    const { name, inFeatures, outFeatures, weight } = layer;
    const common = { name, inFeatures, outFeatures, bias, relu: relu[index] };
    if ('tensor' in weight) return { kind: 'dense', ...common, weights: floats(tensors, weight) };
    const jpeg = file.jpegs.get(weight.jpeg) as Uint8Array;
    const map = weightMap(tensors, weight.sampleMap);
    const spec = layer as LinearSpec & { weight: JpegTensor };
    return naming(`'${weight.jpeg}'`, () =>
      path === 'matrix'
        ? { kind: 'dense', ...common, weights: matrixForm(spec, jpeg, map) }
        : coefficientStage(spec, jpeg, map, bias, common.relu),
    );
  });
  return { stages };
}

function denseBeside(file: WjzFile, { dense, denseArchitecture }: DenseSource): Network {
  if (!dense) {
    throw new WjpegError(
      'misuse',
      'DENSE_MISSING',
      "path 'dense' needs the original weights (option `dense`); a .wjz does not hold them",
    );
  }
  const network = networkFromStateDict(readSafetensors(dense), denseArchitecture);
  const shape = (layers: readonly { inFeatures: number; outFeatures: number }[]): string =>
    [layers[0]?.inFeatures, ...layers.map((layer) => layer.outFeatures)].join('-');
  const given = shape(linearLayers(network));
  const expected = shape(file.manifest.layers.filter((layer) => layer.type === 'linear'));
  if (given !== expected) {
    throw new WjpegError(
      'misuse',
      'DENSE_MISMATCH',
      `the dense model is ${given}, expected ${expected} as in the .wjz`,
    );
  }
  return denseStages(network);
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
