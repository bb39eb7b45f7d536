import { WjpegError } from '../errors.ts';
import type { LayerSpec, LinearSpec, Manifest, TensorReference } from '../format/manifest.ts';
import type { WjzContent } from '../format/write.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import { MAX_DIMENSION } from '../weights/contact-sheet.ts';
import { type DenseLinear, type DenseNetwork, denseBytes, linearLayers } from '../weights/dense-network.ts';
import { checkNetwork } from './argument-rules.ts';
import { defaultMaxError, LayerBounds } from './bounded.ts';
import { compressBounded } from './bounded-layer.ts';
import type { CalibratedWalk } from './calibration.ts';
import { type CompressedLayer, compressLayer, DEFAULT_QUALITY, jpegSide } from './compress-layer.ts';
import { type ComparedOn, type Fidelity, measureFidelity, type StoredLinear } from './fidelity.ts';
import { LayerNames } from './layer-names.ts';
import { manifestOf } from './manifest.ts';
import { checkCompressOptions, checkMaxError, unknownLayer } from './option-rules.ts';
import { type CompressOptions, type CompressSettings, withDefaults } from './options.ts';
import { type LayerReport, readBack, reportDense } from './report.ts';
import { keepTensor } from './rest-tensors.ts';

/** A network stored as JPEGs, and what that did to its layers. */
export interface CompressResult {
  readonly content: WjzContent;
  readonly layers: readonly LayerReport[];
  /** Bytes of the whole network as float32. */
  readonly denseBytes: number;
  /** How the answers compare with the original's. */
  readonly fidelity: Fidelity;
  /** What they were compared on, by default probe inputs, which need no data. */
  readonly comparedOn?: ComparedOn;
}

/** Layers whose weights take less than this as float32 are not worth a JPEG of their own. */
const WORTH_COMPRESSING_BYTES = 65536;

/** Maximum error of the answers on other probe inputs than the layers', as a fraction of the layers' bound. */
const MAX_ANSWER_ERROR = 0.8;
/** How often the bound of the layers is tightened where the answers do not keep theirs. */
const MAX_ATTEMPTS = 4;

/**
 * Stores a network's large layers as JPEGs. Small layers and biases go to `dense.safetensors`. Layers whose names the
 * format cannot hold, and layers that are used twice, are stored under others. With neither a quality nor a calibration,
 * each layer is stored in the fewest bytes that keep a bound on its error on probe inputs, as a JPEG or as a tensor.
 *
 * @throws WjpegError `COMPRESS_…`, `INPUT_SIZE`, `SHEET_TOO_LARGE` and `JPEG_…` for options that do not fit the network,
 *   `OPTION_…` for options that there are not, `ARGUMENT` and `MODEL_…` for networks whose sizes do not fit
 */
export function compress(network: DenseNetwork, options: CompressOptions): CompressResult {
  checkNetwork('compress', network);
  checkCompressOptions(options, linearLayers(network)[0].inFeatures);
  return compressChecked(network, withDefaults(options));
}

function compressChecked(network: DenseNetwork, options: CompressSettings): CompressResult {
  const weights = linearLayers(network).reduce((sum, layer) => sum + layer.weights.length, 0);
  const maxError = checkMaxError(options.maxError ?? defaultMaxError(weights));
  if (options.quality !== undefined || options.calibration) return compressOnce(network, options);
  const bounds = new LayerBounds(network, options.input);
  const stated = { ...options, maxError };
  let limit = maxError;
  let result = compressOnce(network, stated, { bounds, maxError: limit });
  // Errors may grow on their way through the layers: then each of them has to keep more.
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
    const ratio = result.fidelity.relativeError / (maxError * MAX_ANSWER_ERROR);
    if (ratio <= 1) break;
    limit *= Math.max(0.25, 0.9 / ratio);
    result = compressOnce(network, stated, { bounds, maxError: limit });
  }
  return result;
}

/** The bound that a compression without a quality keeps. */
interface Bound {
  readonly bounds: LayerBounds;
  readonly maxError: number;
}

function compressOnce(network: DenseNetwork, options: CompressSettings, bound?: Bound): CompressResult {
  const chosen = chooseLayers(network, options, bound !== undefined);
  const names = new LayerNames();
  const tensors = new Map<string, Tensor>();
  const jpegs = new Map<string, Uint8Array>();
  const reports: LayerReport[] = [];
  const stored: StoredLinear[] = [];
  const walk = options.calibration?.begin();
  const progress = layerProgress(network, options);
  const specs = network.layers.map((original): LayerSpec => {
    if (original.type !== 'linear') {
      if (original.type === 'relu') walk?.relu();
      return { type: original.type };
    }
    const { name, jpeg } = names.next(original.name);
    const wanted = { ...(walk?.refit(original) ?? original), name };
    const onProgress = progress(original);
    const encode = (): CompressedLayer | undefined => {
      if (walk) return walk.compress(wanted, jpeg, { ...options, onProgress });
      if (!bound) return compressLayer(wanted, jpeg, options);
      const limit = bound.bounds.of(original, bound.maxError);
      return compressBounded(wanted, jpeg, { ...options, onProgress }, limit);
    };
    const compressed = chosen.has(original.name) ? compressIfSmaller(wanted, options, encode) : undefined;
    onProgress(1);
    const back = compressed && readBack(wanted, compressed);
    const layer = walk ? calibrated(wanted, original, back?.weights, walk) : wanted;
    const weight = compressed
      ? compressed.weight
      : keepTensor(
          tensors,
          `${layer.name}.weight`,
          layer.weights,
          [layer.outFeatures, layer.inFeatures],
          options.rest,
        );
    if (compressed) {
      jpegs.set(compressed.weight.jpeg, compressed.jpeg);
      for (const [name, tensor] of compressed.tensors) tensors.set(name, tensor);
    }
    const spec: LinearSpec = {
      type: 'linear',
      name: layer.name,
      inFeatures: layer.inFeatures,
      outFeatures: layer.outFeatures,
      weight,
      ...(layer.bias && {
        bias: keepTensor(tensors, `${layer.name}.bias`, layer.bias, [layer.bias.length], options.rest),
      }),
    };
    const weights = back?.weights ?? storedTensor(tensors, weight as TensorReference);
    const bias = spec.bias ? storedTensor(tensors, spec.bias) : null;
    stored.push({ weights, bias });
    reports.push(back?.report ?? reportDense(layer, options.rest, weights));
    return spec;
  });
  const manifest = writeManifest(network, specs, options);
  const fidelity = measureFidelity(network, stored, options.input);
  return {
    content: { manifest, jpegs, tensors },
    layers: reports,
    denseBytes: denseBytes(network),
    fidelity,
  };
}

/** For each layer, what tells `options.onProgress` how much of the whole is done; layers count by their weights. */
function layerProgress(
  network: DenseNetwork,
  { onProgress = () => {} }: CompressSettings,
): (layer: DenseLinear) => (part: number) => void {
  const layers = linearLayers(network);
  const weights = (some: readonly DenseLinear[]): number =>
    some.reduce((sum, layer) => sum + layer.weights.length, 0);
  const all = weights(layers);
  return (layer) => {
    const before = weights(layers.slice(0, layers.indexOf(layer)));
    return (part) => onProgress((before + part * layer.weights.length) / all);
  };
}

function storedTensor(tensors: ReadonlyMap<string, Tensor>, { tensor }: TensorReference): Float32Array {
  return toFloat32(tensors.get(tensor) as Tensor);
}

/** An explicit choice is obeyed; under `auto` a JPEG must also be smaller than what it replaces. */
function compressIfSmaller(
  layer: DenseLinear,
  options: CompressSettings,
  encode: () => CompressedLayer | undefined,
): CompressedLayer | undefined {
  const compressed = encode();
  if (!compressed || options.layers !== 'auto') return compressed;
  const plain = layer.weights.length * (options.rest === 'F16' ? 2 : 4);
  return compressed.jpeg.length < plain ? compressed : undefined;
}

/** Goes past a layer of a calibrated compression; returns it with the bias that suits what is stored, if a JPEG stores it. */
function calibrated(
  layer: DenseLinear,
  original: DenseLinear,
  stored: Float64Array | undefined,
  walk: CalibratedWalk,
): DenseLinear {
  const weights = stored ?? layer.weights;
  const bias = walk.bias(original, weights);
  walk.pass(original, weights, bias);
  return { ...layer, bias };
}

/**
 * Calibration and a bound keep what a layer does, so that small layers bear to be compressed too. A layer that no JPEG
 * can hold stays a tensor under `auto`.
 */
function chooseLayers(network: DenseNetwork, options: CompressSettings, bounded: boolean): Set<string> {
  const { layers: wanted, calibration } = options;
  const layers = linearLayers(network);
  if (wanted === 'auto') {
    const worth = layers.filter(
      (layer) =>
        (calibration || bounded || layer.weights.byteLength >= WORTH_COMPRESSING_BYTES) &&
        jpegSide(layer, options) <= MAX_DIMENSION,
    );
    return new Set(worth.map((layer) => layer.name));
  }
  for (const name of wanted) {
    const layer = layers.find((candidate) => candidate.name === name);
    if (!layer)
      throw unknownLayer(
        name,
        layers.map((candidate) => candidate.name),
      );
    const side = jpegSide(layer, options);
    if (side <= MAX_DIMENSION) continue;
    throw new WjpegError(
      'misuse',
      'COMPRESS_TOO_LARGE',
      `layer '${name}' would be a picture with a side of ${side} samples, a JPEG has at most ${MAX_DIMENSION}: ` +
        "leave it out of the layers to compress; 'auto' keeps it as a tensor",
    );
  }
  return new Set(wanted);
}

function writeManifest(network: DenseNetwork, layers: LayerSpec[], options: CompressSettings): Manifest {
  const { calibration, rest } = options;
  const settings = calibration
    ? { quality: options.quality ?? DEFAULT_QUALITY, calibrated: calibration.inputs.count, rest }
    : options.quality === undefined
      ? { ...(options.maxError !== undefined && { maxError: options.maxError }), rest }
      : { quality: options.quality, map: options.map, scope: options.scope, rest };
  return manifestOf(layers, options, denseBytes(network), settings);
}
