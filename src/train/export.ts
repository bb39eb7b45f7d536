import { greyImage } from '../compress/layer-image.ts';
import { LayerNames, type StoredNames } from '../compress/layer-names.ts';
import { smallestSheet } from '../compress/smallest-sheet.ts';
import { INPUT, requirementsOf } from '../format/graph-manifest.ts';
import { nameOf } from '../format/layer-name.ts';
import {
  type AffineMap,
  type ImageInputSpec,
  type LayerSpec,
  type LinearSpec,
  type Manifest,
  type NodeSpec,
  PICTURE_DEFAULTS,
} from '../format/manifest.ts';
import type { WjzContent } from '../format/write.ts';
import type { GraphNode, PlannedGraph } from '../graph/graph.ts';
import { encodeCoefficients, type JpegEncodeOptions } from '../jpeg/index.ts';
import { fromFloat32 } from '../safetensors/from-float32.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { type LivingSheet, livingSheets } from './dead-neurons.ts';
import { type FoldedNode, foldedNodes } from './fold.ts';
import { checkExportOptions } from './option-rules.ts';
import type { ExportOptions } from './options.ts';
import type { WeightSheet } from './sheet.ts';
import type { Trainer } from './trainer.ts';

/**
 * The network as the content of a file: each node's weights a JPEG, biases and scales of rows as float16, batch norms folded.
 * Numbers that are not yet fixed are fixed now (`Trainer.finish`), so call it after the run. Neurons that add nothing are left
 * out by eights (dead-neurons.ts), so that a linear layer may have fewer than it was trained with.
 *
 * @throws WjpegError `JPEG_ENCODE` for options that do not fit
 */
export function exportNetwork(trainer: Trainer, options: ExportOptions = {}): WjzContent {
  checkExportOptions(options);
  trainer.finish();
  const { jpeg: coding = {}, fit = trainer.fit, ...text } = options;
  const files: Files = { jpegs: new Map(), tensors: new Map(), coding };
  const { graph, parameters } = trainer;
  const folded = foldedNodes(graph, parameters);
  const living = livingSheets(graph, parameters);
  const norms = new Map(
    folded.flatMap(({ normalization }) => (normalization ? [[normalization.node, normalization]] : [])),
  );
  // What a folded normalisation gives is what the node before it gives.
  const given = new Map([[graph.inputs[0].name, INPUT]]);
  const names = new LayerNames();
  // A layer of that name would be taken for the input.
  names.next(INPUT);
  const called = (value: string): string => given.get(value) as string;
  const layers: (LinearSpec | NodeSpec)[] = [];
  for (const node of graph.nodes) {
    const [output] = node.outputs;
    if (norms.has(node) || isImplied(node, graph)) {
      given.set(output, called(node.inputs[0]));
      continue;
    }
    const inputs = node.inputs.map(called);
    const own = folded.find((one) => one.parameters.node === node);
    const stored = names.next(isUnnamed(node) ? nameOf({ type: node.operator }, layers.length) : output);
    given.set(output, stored.name);
    if (own) layers.push({ ...weightLayer(own, living.get(node) as LivingSheet, stored, files), inputs });
    else layers.push(nodeLayer(node, stored.name, inputs, trainer, files));
  }
  const { width, height, channels = 1 } = trainer.data;
  const { mean, std } = trainer.normalization;
  const input: ImageInputSpec = {
    kind: 'image',
    width,
    height,
    ...PICTURE_DEFAULTS,
    channels,
    mean: channels === 1 ? mean[0] : mean,
    std: channels === 1 ? std[0] : std,
    preprocessing: { ...PICTURE_DEFAULTS.preprocessing, ...(fit && { fit }) },
  };
  const { classes } = trainer.data;
  const common = {
    format: 'wjz',
    version: '2.0',
    ...text,
    input,
    ...(classes && { labels: classes }),
  } as const;
  const chain = chainLayers(layers);
  const manifest: Manifest = chain
    ? { ...common, layers: chain }
    : { ...common, layers, requires: requirementsOf(layers), outputs: graph.outputs.map(called) };
  return { manifest, jpegs: files.jpegs, tensors: files.tensors };
}

interface Files {
  readonly jpegs: Map<string, Uint8Array>;
  readonly tensors: Map<string, Tensor>;
  readonly coding: JpegEncodeOptions;
}

/** Whether a node is called by its operator and place, which is another one in the file. */
function isUnnamed({ operator, outputs }: GraphNode): boolean {
  return outputs[0].startsWith(`${operator} `) && /^\d+$/.test(outputs[0].slice(operator.length + 1));
}

/** Linear layers take all elements of a value, so that a file need not say that it is flattened before. */
function isImplied({ operator, outputs }: GraphNode, graph: PlannedGraph): boolean {
  if (operator !== 'flatten' || graph.outputs.includes(outputs[0])) return false;
  return graph.nodes.every((node) => node.operator === 'linear' || !node.inputs.includes(outputs[0]));
}

/** The layers of a chain of linear layers and ReLU on the input, which files state without wires; undefined for others. */
function chainLayers(layers: readonly (LinearSpec | NodeSpec)[]): LayerSpec[] | undefined {
  let value = INPUT;
  const chain: LayerSpec[] = [];
  for (const layer of layers) {
    const { inputs, ...unwired } = layer;
    if (inputs?.length !== 1 || inputs[0] !== value) return undefined;
    value = layer.name;
    if (unwired.type === 'linear') chain.push(unwired);
    else if (unwired.operator === 'relu' && chain[chain.length - 1]?.type === 'linear')
      chain.push({ type: 'relu' });
    else return undefined;
  }
  return chain;
}

/** A node without weights: a batch norm that could not be folded keeps its numbers. */
function nodeLayer(
  node: GraphNode,
  name: string,
  inputs: readonly string[],
  { parameters }: Trainer,
  { tensors }: Files,
): NodeSpec {
  const { operator, attributes } = node;
  const { fixed } = parameters.find((one) => one.node === node)?.normalization ?? {};
  const keep = (key: string, values: ArrayLike<number>) => {
    tensors.set(`${name}.${key}`, half(values));
    return { tensor: `${name}.${key}` };
  };
  const constants = fixed ? { scale: keep('scale', fixed.scale), offset: keep('offset', fixed.offset) } : {};
  return {
    type: 'node',
    operator,
    name,
    inputs,
    attributes: attributes as NodeSpec['attributes'],
    constants: constants as NodeSpec['constants'],
  };
}

/** A linear layer or a convolution, its normalisation in the scale of its rows. */
function weightLayer(
  { parameters, normalization }: FoldedNode,
  living: LivingSheet,
  { name, jpeg }: StoredNames,
  files: Files,
): LinearSpec | NodeSpec {
  const { node, weights, bias } = parameters;
  const sheet = weights?.sheet as WeightSheet;
  const unit = sheet.scale as number;
  const keep = (key: string, values: ArrayLike<number>) => {
    files.tensors.set(`${name}.${key}`, half(values));
    return { tensor: `${name}.${key}` };
  };
  const own = bias?.adam.values;
  let affineMap: AffineMap = { scale: unit };
  let biases = own;
  if (normalization) {
    const { scale, offset } = normalization.own.fixed as {
      scale: ArrayLike<number>;
      offset: ArrayLike<number>;
    };
    affineMap = {
      scale: keep(
        'scale',
        Float64Array.from(scale, (value) => value * unit),
      ),
    };
    biases = Float64Array.from(offset, (value, i) => value + scale[i] * (own?.[i] ?? 0));
  }
  const stored = biases && {
    bias: keep(
      'bias',
      living.outputs.map((output) => biases[output]),
    ),
  };
  const picture = encodeSheet(sheet, living, files.coding);
  files.jpegs.set(jpeg, picture.jpeg);
  const { shape } = living;
  const { layout, tile } = sheet.shape;
  if (node.operator !== 'linear') {
    const constants = { weight: { jpeg, layout: layout as 'taps' | 'matrix', shape, affineMap }, ...stored };
    return {
      type: 'node',
      operator: node.operator,
      name,
      inputs: [],
      attributes: node.attributes as NodeSpec['attributes'],
      constants: constants as NodeSpec['constants'],
    };
  }
  const [outFeatures, inFeatures] = shape;
  return {
    type: 'linear',
    name,
    inFeatures,
    outFeatures,
    weight: tile
      ? {
          jpeg,
          layout: 'rows',
          tile: { width: tile.width, height: tile.height, x: tile.x, y: tile.y },
          tilesPerRow: picture.tilesPerRow as number,
          affineMap,
        }
      : { jpeg, layout: 'matrix', affineMap },
    ...stored,
  };
}

function half(values: ArrayLike<number>): Tensor {
  return fromFloat32(Float32Array.from(values), [values.length], 'F16');
}

function encodeSheet(
  sheet: WeightSheet,
  { shape, width, height, coefficients }: LivingSheet,
  coding: JpegEncodeOptions,
): { readonly jpeg: Uint8Array; readonly tilesPerRow?: number } {
  const { tile } = sheet.shape;
  const quantization = sheet.table.quantization as Uint16Array;
  if (!tile)
    return { jpeg: encodeCoefficients(greyImage(width, height, quantization, coefficients), coding) };
  return smallestSheet(coefficients, shape[0], tile, quantization, (image) =>
    encodeCoefficients(image, coding),
  );
}
