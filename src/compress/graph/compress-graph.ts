import { WjpegError } from '../../errors.ts';
import { inputLength } from '../../format/manifest.ts';
import type { Graph, PlannedGraph } from '../../graph/graph.ts';
import { dropIdentities } from '../../graph/passes/drop-identities.ts';
import { foldBatchNorm } from '../../graph/passes/fold-batch-norm.ts';
import { planGraph } from '../../graph/plan.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { argmax } from '../../runtime/answer.ts';
import type { Activations } from '../activations.ts';
import { stepOfQuality } from '../calibrated-layer.ts';
import type { CompressResult } from '../compress.ts';
import type { Fidelity } from '../fidelity.ts';
import { checkGraphOptions } from '../option-rules.ts';
import { type CompressOptions, type CompressSettings, withDefaults } from '../options.ts';
import { outputError } from '../output-error.ts';
import { probeInputs, probeKinds } from '../probes.ts';
import { graphContent } from './content.ts';
import { quantizeGraph } from './quantize.ts';
import { type Weighted, weightedNode } from './weighted.ts';

/** Error that all nodes may make together where nothing is named: with calibration, and on probe inputs. */
const DEFAULT_ERROR = { calibrated: 0.1, probes: 0.05 } as const;
/** Ridge on covariances, as a fraction of the mean variance: probes say less of what a node will see than pictures do. */
const DAMPING = { calibrated: 0.1, probes: 1 } as const;
/** Values of one kind that all samples may have together: 512 MB as float32. */
const MAX_VALUES = 2 ** 27;
/** Samples without a calibration. */
const MAX_PROBES = 64;
/** A quality means the same step for a layer of so many outputs as it does with calibration (calibrated-layer.ts). */
const REFERENCE_OUTPUTS = 512;

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
  const chosen = chooseNodes(prepared, settings);
  const total = chosen.reduce((sum, { count }) => sum + count, 0);
  const isCalibrated = settings.calibration !== undefined;
  const kind = isCalibrated ? 'calibrated' : 'probes';
  const maxError = errorOf(settings, total, DEFAULT_ERROR[kind]);
  const samples = samplesOf(prepared, settings);
  const names = new Set(chosen.map(({ node }) => node));
  const quantized = await quantizeGraph({
    graph: prepared,
    samples,
    damping: DAMPING[kind],
    settings,
    // Noise of K coefficients of step w each is K·w²/12: the node's part of the squared error is its part of the weights.
    step: ({ node, matrix }) =>
      names.has(node) ? maxError * Math.sqrt((12 * matrix.outFeatures) / total) : undefined,
    onProgress: settings.onProgress ?? (() => {}),
  });
  const origin = {
    ...(options.quality === undefined ? { maxError } : { quality: options.quality }),
    ...(isCalibrated && { calibrated: samples.count }),
    rest: settings.rest,
  };
  return {
    ...graphContent(prepared, quantized.stored, settings, origin),
    fidelity: fidelityOf(
      quantized.original,
      quantized.answers,
      samples,
      isCalibrated ? 1 : probeKinds(settings.input),
    ),
    isCalibrated,
  };
}

/** The graph as it is stored: batch norms folded, nodes that do nothing dropped. */
export function prepareGraph(graph: Graph): PlannedGraph {
  return planGraph(dropIdentities(foldBatchNorm(planGraph(graph))));
}

function errorOf({ quality, maxError }: CompressSettings, weights: number, byDefault: number): number {
  if (quality !== undefined) return stepOfQuality(quality) * Math.sqrt(weights / (12 * REFERENCE_OUTPUTS));
  if (maxError === undefined) return byDefault;
  if (maxError > 0 && maxError < Infinity) return maxError;
  throw new WjpegError('misuse', 'COMPRESS_MAX_ERROR', `maxError is ${maxError}, expected a number above 0`);
}

/** The nodes whose weights are to be pictures. */
function chooseNodes({ nodes }: PlannedGraph, { layers }: CompressSettings): Weighted[] {
  const weighted = nodes.flatMap((node) => weightedNode(node) ?? []);
  if (layers === 'auto') return weighted;
  const names = weighted.map(({ node }) => node.name);
  const unknown = layers.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new WjpegError(
      'misuse',
      'COMPRESS_UNKNOWN_LAYER',
      `no layer '${unknown}', expected one of: ${names.join(', ')}`,
    );
  }
  return weighted.filter(({ node }) => layers.includes(node.name));
}

/** As many inputs as their values leave room for. */
function samplesOf(graph: PlannedGraph, { calibration, input }: CompressSettings): Activations {
  const largest = [...graph.shapes.values()].reduce(
    (max, shape: Shape) => Math.max(max, elementCount(shape)),
    1,
  );
  const room = Math.max(1, Math.floor(MAX_VALUES / largest));
  if (calibration === undefined) return probeInputs(input, Math.min(MAX_PROBES, room));
  const { values, count } = calibration.inputs;
  const used = Math.min(count, room);
  const size = inputLength(input);
  return { count: used, size, values: values.subarray(0, used * size) };
}

function fidelityOf(
  original: Float32Array,
  answers: Float32Array,
  { count }: Activations,
  kinds: number,
): Fidelity {
  const size = original.length / count;
  const answer = (values: Float32Array, at: number): number =>
    argmax(values.subarray(at * size, (at + 1) * size));
  const same = Array.from({ length: count }, (_, at) => answer(original, at) === answer(answers, at));
  const of = (values: Float32Array): Activations => ({ count, size, values });
  return {
    probes: count,
    agreement: same.filter(Boolean).length / count,
    relativeError: outputError(of(original), of(answers), kinds),
  };
}
