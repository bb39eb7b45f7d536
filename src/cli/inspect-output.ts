import { weightLayers } from '../format/graph-manifest.ts';
import type { InputSpec, Manifest } from '../format/manifest.ts';
import type { WjzFile } from '../format/read.ts';
import { without } from '../format/short-manifest.ts';
import { elementCount } from '../graph/shape.ts';
import { readFrameHeader } from '../jpeg/index.ts';
import { findOperator } from '../operators/index.ts';
import { LOGITS, outputNames } from '../runtime/graph/output-names.ts';
import { allNames } from '../text/names.ts';
import { formatBytes, formatDensity, formatPercent } from '../text/numbers.ts';
import { formatTable } from '../text/table.ts';
import { visibleText } from '../visible-text.ts';
import type { LinearNode } from '../weights/network.ts';

/** A node of a graph, as people read it. */
export interface InspectedNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly attributes: object;
}

/** Kernels of a convolution that are stored as a picture. */
export interface InspectedKernels {
  readonly layout: string;
  /** O×I×KH×KW. */
  readonly shape: readonly number[];
  /** Whether they are multiplied as coefficients, or expanded when the network is made ready. */
  readonly runs: 'coefficients' | 'expanded';
}

/** What a file holds, ready to run: layers with weights and, of a graph, all its nodes in order. */
export interface Inspected {
  readonly linear: readonly LinearNode[];
  readonly nodes?: readonly InspectedNode[];
  /** Of a graph, by layer. */
  readonly kernels?: ReadonlyMap<string, InspectedKernels>;
}

/** What `wjpeg inspect` prints. */
export function describeFile(path: string, file: WjzFile, { linear, nodes, kernels }: Inspected): string {
  const { manifest, entries } = file;
  const facts = factLines([
    ['file', path],
    ['format', `wjz ${manifest.version}${file.container === 'zip' ? '' : ', one JPEG'}`],
    ['name', manifest.name],
    ['description', manifest.description],
    ['licence', manifest.license],
    ['input', describeInput(manifest.input)],
    ['labels', manifest.labels && allNames(manifest.labels)],
    ['outputs', manifest.outputs && allNames(namedOutputs(manifest))],
    [
      'layers',
      nodes
        ? undefined
        : manifest.layers.map((layer) => (layer.type === 'linear' ? layer.name : layer.type)).join(' → '),
    ],
    ['made from', describeOrigin(file)],
  ]);
  const layers = [
    ['layer', 'shape', 'stored as', 'sheet', 'bytes', 'nonzeros', 'per weight'],
    ...linear.map((node) => describeLayer(node, file, kernels?.get(node.name))),
    // In one JPEG layers share a stream.
  ].map((row) => (file.container === 'zip' ? row : row.filter((_, at) => at !== BYTES)));
  const graph = nodes && [['node', 'operator', 'takes', 'gives'], ...nodes.map(describeNode)];
  const archive = [
    [file.container === 'zip' ? 'entry' : 'part', 'bytes', 'in the file'],
    ...entries.map((entry) => [entry.name, String(entry.bytes), String(entry.compressedBytes)]),
  ];
  return [facts, ...(graph ? [formatTable(graph, 4)] : []), formatTable(layers), formatTable(archive)]
    .map((part) => `${part}\n`)
    .join('\n');
}

/** Outputs as programs call them, with what the table of nodes calls them. */
function namedOutputs(manifest: Manifest): string[] {
  const names = outputNames(manifest);
  return names.map((name, index) => {
    const own = manifest.outputs?.[index];
    return own === name ? name : `${name} (what node ${own} gives)`;
  });
}

/** The column of the table of layers with the bytes of their JPEGs. */
const BYTES = 4;

/** Names and values, one line each; those without a value are left out. */
export function factLines(facts: readonly (readonly [string, string | undefined])[]): string {
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, visibleText(value)]]));
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** The same for programs. */
export function inspectJson(file: WjzFile, { linear, nodes, kernels }: Inspected): object {
  const layers = linear.map((node) => ({
    name: node.name,
    shape: kernels?.get(node.name)?.shape ?? [node.outFeatures, node.inFeatures],
    storedAs: kernels?.get(node.name)?.layout ?? node.kind,
    ...(kernels?.has(node.name) && { runs: kernels.get(node.name)?.runs }),
    ...(node.kind !== 'dense' && {
      nonzeros: node.coefficients.value.length,
      density: node.coefficients.value.length / (node.outFeatures * node.inFeatures),
      quantization: [...node.quantization],
    }),
  }));
  const { manifest, entries } = file;
  const outputs = manifest.outputs ? outputNames(manifest) : [LOGITS];
  return { manifest, outputs, ...(nodes && { nodes }), layers, entries };
}

/** A row of the table of nodes. */
export function describeNode({ name, operator, inputs, shape, attributes }: InspectedNode): string[] {
  // What is as by default says nothing.
  const given = without(attributes, findOperator(operator)?.attributes.defaults ?? {});
  const set = Object.entries(given).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return [name, [operator, ...set].join(', '), inputs.join(', '), shape.join('×')];
}

function describeLayer(node: LinearNode, file: WjzFile, kernels: InspectedKernels | undefined): string[] {
  const shape = (kernels?.shape ?? [node.outFeatures, node.inFeatures]).join('×');
  if (node.kind === 'dense') return [node.name, shape, 'tensor', '', '', '', ''];
  const spec = weightLayers(file.manifest).find(({ name }) => name === node.name);
  const entry = spec && 'jpeg' in spec.weight ? spec.weight.jpeg : '';
  const jpeg = file.jpegs.get(entry) as Uint8Array;
  const { width, height } = readFrameHeader(jpeg);
  const nonzeros = node.coefficients.value.length;
  return [
    node.name,
    shape,
    `JPEG, ${kernels ? `${kernels.layout}, ${kernels.runs === 'expanded' ? 'expanded at load' : 'run as coefficients'}` : node.kind}`,
    `${width}×${height}`,
    formatBytes(jpeg.length),
    String(nonzeros),
    formatDensity(nonzeros / elementCount(kernels?.shape ?? [node.outFeatures, node.inFeatures])),
  ];
}

function describeInput(input: InputSpec): string {
  return input.kind === 'vector'
    ? `${input.length} values`
    : `${input.width}×${input.height} ${input.channels === 3 ? 'RGB' : 'grey'}, ${input.preprocessing.background} background, fit ${input.preprocessing.fit}, (sample ÷ 255 − ${shown(input.mean)}) ÷ ${shown(input.std)}`;
}

function describeOrigin({ manifest: { origin } }: WjzFile): string | undefined {
  if (!origin) return undefined;
  const parts = [
    origin.denseBytes !== undefined && `${formatBytes(origin.denseBytes)} of float32`,
    origin.denseAccuracy !== undefined && `accuracy ${formatPercent(origin.denseAccuracy)}`,
    origin.settings &&
      Object.entries(origin.settings)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    origin.tool !== undefined && `by ${origin.tool}`,
  ];
  return parts.filter(Boolean).join('; ') || undefined;
}

function shown(value: number | readonly number[]): string {
  return typeof value === 'number' ? String(value) : `(${value.join(', ')})`;
}
