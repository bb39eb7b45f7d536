import { WjpegError } from '../../errors.ts';
import { inputLength } from '../../format/manifest.ts';
import type { Graph, GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { dropIdentities } from '../../graph/passes/drop-identities.ts';
import { foldAffine } from '../../graph/passes/fold-affine.ts';
import { planGraph } from '../../graph/plan.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import type { Activations } from '../activations.ts';
import { errorOfQuality } from '../calibrated-layer.ts';
import type { CompressResult } from '../compress.ts';
import { compareAnswers } from '../fidelity.ts';
import { checkGraphOptions, checkMaxError, unknownLayer } from '../option-rules.ts';
import { type CompressOptions, type CompressSettings, withDefaults } from '../options.ts';
import { probeInputs, probeKinds } from '../probes.ts';
import { graphContent } from './content.ts';
import { quantizeGraph } from './quantize.ts';
import { asTrained } from './trained-outputs.ts';
import { type Weighted, weightedNode } from './weighted.ts';

/**
 * Error that all nodes may make together where nothing is named: with a calibration, on probe inputs moved to where batch norms say
 * that values were in training, and on other probe inputs.
 */
const DEFAULT_ERROR = { calibration: 0.1, trained: 0.1, probes: 0.05 } as const;
/** Ridge on covariances, as a fraction of the mean variance: probes say less of what a node will see than pictures do. */
const DAMPING = { calibration: 0.1, trained: 0.25, probes: 1 } as const;
/** Values of one kind that all samples may have together: 512 MB as float32. */
const MAX_VALUES = 2 ** 27;
/** Samples without a calibration. */
const MAX_PROBES = 256;

/**
 * Stores a graph of any operators: the weights of its linear nodes and convolutions as JPEGs where that is smaller than
 * tensors, batch norms folded into them. Coefficients are chosen for the outputs on the calibration inputs, without a
 * calibration on probe inputs. The graph must have one input.
 *
 * `maxError` shares out the error: that of each node, as a fraction of what its outputs vary, by its part of all weights. With
 * `quality` it is that of the quality's step.
 *
 * @throws WjpegError `OPTION_…`, `INPUT_SIZE`, `COMPRESS_…` for options that do not fit, `GRAPH_…` for a graph that does not
 *   fit together
 */
export async function compressGraph(graph: Graph, options: CompressOptions): Promise<CompressResult> {
  const prepared = prepareGraph(graph);
  if (prepared.inputs.length !== 1) {
    throw new WjpegError(
      'unsupported',
      'COMPRESS_INPUTS',
      `the network has ${prepared.inputs.length} inputs (${prepared.inputs.map(({ name }) => `'${name}'`).join(', ')}), expected one`,
    );
  }
  checkGraphOptions(options, elementCount(prepared.inputs[0].shape));
  const settings = withDefaults(options);
  const weighted = weightedNodes(prepared);
  const chosen = chooseNodes(weighted, settings);
  const total = chosen.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const isCalibrated = settings.calibration !== undefined;
  const kind = isCalibrated ? 'calibration' : isTrained(weighted) ? 'trained' : 'probes';
  const maxError = errorOf(settings, total, DEFAULT_ERROR[kind]);
  const samples = samplesOf(prepared, settings);
  const quantized = await quantizeGraph({
    graph: prepared,
    weighted,
    samples,
    asTrained: !isCalibrated,
    damping: DAMPING[kind],
    settings,
    // Bits go to where they lower the error most if each node's part of its square is the node's part of the weights.
    error: (part) =>
      chosen.includes(part) ? maxError * Math.sqrt(elementCount(part.shape) / total) : undefined,
    onProgress: settings.onProgress ?? (() => {}),
  });
  const origin = {
    ...(options.quality === undefined ? { maxError } : { quality: options.quality }),
    ...(isCalibrated && { calibrated: samples.count }),
    rest: settings.rest,
  };
  const size = quantized.original.length / samples.count;
  const answers = (values: Float32Array): Activations => ({ count: samples.count, size, values });
  return {
    ...graphContent(prepared, quantized.stored, settings, origin),
    fidelity: compareAnswers(
      answers(quantized.original),
      answers(quantized.answers),
      isCalibrated ? 1 : probeKinds(settings.input),
    ),
    comparedOn: kind,
  };
}

/** The graph as it is stored: batch norms folded, nodes that do nothing dropped. */
export function prepareGraph(graph: Graph): PlannedGraph {
  return planGraph(dropIdentities(foldAffine(planGraph(graph))));
}

/** What reports and `layers` call the weights of a graph: the values that their nodes give, batch norms folded. */
export function weightNames(graph: Graph): string[] {
  return [...weightedNodes(prepareGraph(graph)).values()].map(nameOf);
}

function nameOf({ node }: Weighted): string {
  return node.outputs[0];
}

function weightedNodes({ nodes }: PlannedGraph): ReadonlyMap<GraphNode, Weighted> {
  return new Map(
    nodes.flatMap((node) => {
      const weighted = weightedNode(node);
      return weighted ? [[node, weighted] as const] : [];
    }),
  );
}

/** Whether batch norms tell what most nodes with weights gave in training. */
function isTrained(nodes: ReadonlyMap<GraphNode, Weighted>): boolean {
  const told = [...nodes.keys()].filter(({ trained }) => trained !== undefined);
  return 2 * told.length > nodes.size;
}

function errorOf({ quality, maxError }: CompressSettings, weights: number, byDefault: number): number {
  return quality === undefined ? checkMaxError(maxError ?? byDefault) : errorOfQuality(quality, weights);
}

/** The nodes whose weights are to be pictures. */
function chooseNodes(nodes: ReadonlyMap<GraphNode, Weighted>, { layers }: CompressSettings): Weighted[] {
  const weighted = [...nodes.values()];
  if (layers === 'auto') return weighted;
  const names = weighted.map(nameOf);
  const unknown = layers.find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownLayer(unknown, names);
  return weighted.filter((part) => layers.includes(nameOf(part)));
}

/** As many inputs as their values leave room for. */
function samplesOf(graph: PlannedGraph, { calibration, input }: CompressSettings): Activations {
  const largest = [...graph.shapes.values()].reduce(
    (max, shape: Shape) => Math.max(max, elementCount(shape)),
    1,
  );
  const room = Math.max(1, Math.floor(MAX_VALUES / largest));
  if (calibration === undefined) {
    const probes = probeInputs(input, Math.min(MAX_PROBES, room));
    return input.kind === 'vector' ? asTrained(graph, probes) : probes;
  }
  const { values, count } = calibration.inputs;
  const used = Math.min(count, room);
  const size = inputLength(input);
  return { count: used, size, values: values.subarray(0, used * size) };
}
