import { consumersOf, onlyConsumer } from '../graph/consumers.ts';
import type { GraphNode, PlannedGraph } from '../graph/graph.ts';
import type { NodeParameters } from './layout.ts';
import { range } from './range.ts';
import type { SheetShape } from './sheet-shape.ts';

/** Neurons are dropped in whole blocks, so that the coefficients of all others stay as they are. */
const GROUP = 8;

/** What a file holds of a node's sheet. */
export interface LivingSheet {
  /** As the shape of the sheet, less what is dropped. */
  readonly shape: readonly number[];
  /** Which of the trained outputs are left. */
  readonly outputs: readonly number[];
  /** Picture in samples; of `rows` all tiles one below the other. */
  readonly width: number;
  readonly height: number;
  /** Blocks of 64 in raster order, quantised. */
  readonly coefficients: Int16Array;
}

/** Groups of eight outputs, and of eight inputs, that a linear layer keeps; undefined for all. */
interface Kept {
  outputs?: readonly number[];
  inputs?: readonly number[];
}

/**
 * What is left of each node's sheet without dead neurons. Between two linear layers, eight neurons that share a block are
 * dropped where no coefficient leads to them and they give 0, or where none leads on from them: the answers stay the same.
 */
export function livingSheets(
  graph: PlannedGraph,
  parameters: readonly NodeParameters[],
): ReadonlyMap<GraphNode, LivingSheet> {
  const own = parameters.filter(({ weights }) => weights !== undefined);
  const sheets = new Map(
    own.map(({ node, weights, bias }) => [
      node,
      {
        shape: weights?.sheet.shape as SheetShape,
        coefficients: weights?.sheet.coefficients() as Int16Array,
        isBiased: bias !== undefined,
      },
    ]),
  );
  const kept = new Map<GraphNode, Kept>(own.map(({ node }) => [node, {}]));
  for (const [next, { shape, coefficients }] of sheets) {
    const link = linearBefore(graph, next);
    const before = link && sheets.get(link.node);
    if (!before || shape.layout !== 'matrix') continue;
    const groups = Array.from({ length: shape.blocksAcross }, (_, group) => group);
    const isAlive = (group: number): boolean =>
      (before.isBiased ||
        !link.keepsZero ||
        groupRows(before.shape, group).some((block) => isNonzero(before.coefficients, block))) &&
      groupColumn(shape, group).some((block) => isNonzero(coefficients, block));
    const alive = groups.filter(isAlive);
    // A layer has at least one neuron.
    const left = alive.length > 0 ? alive : [0];
    (kept.get(link.node) as Kept).outputs = left;
    (kept.get(next) as Kept).inputs = left;
  }
  return new Map(
    [...sheets].map(([node, { shape, coefficients }]) => [
      node,
      keep(shape, coefficients, kept.get(node) as Kept),
    ]),
  );
}

/** The linear layer whose neurons are a linear layer's inputs, one for one and only its; and whether 0 stays 0 on the way. */
function linearBefore(
  graph: PlannedGraph,
  { operator, inputs: [input] }: GraphNode,
): { readonly node: GraphNode; readonly keepsZero: boolean } | undefined {
  if (operator !== 'linear') return undefined;
  const consumers = consumersOf(graph);
  let keepsZero = true;
  for (let value = input; ; ) {
    const node = graph.nodes.find((one) => one.outputs[0] === value);
    if (!node || !onlyConsumer(consumers, value)) return undefined;
    if (node.operator === 'linear') return { node, keepsZero };
    if (node.operator === 'clip') {
      const { min, max } = node.attributes as { min: number; max: number };
      keepsZero &&= min <= 0 && max >= 0;
    } else if (node.operator !== 'relu') return undefined;
    [value] = node.inputs;
  }
}

/** Blocks that hold eight outputs. */
function groupRows({ shape, tile, blocksAcross, blocksDown }: SheetShape, group: number): number[] {
  const [outputs] = shape;
  const rows = tile
    ? range(
        group * GROUP * tile.blocksPerColumn,
        Math.min((group + 1) * GROUP, outputs) * tile.blocksPerColumn,
      )
    : range(group, Math.min(group + 1, blocksDown));
  return rows.flatMap((row) => range(row * blocksAcross, (row + 1) * blocksAcross));
}

/** Blocks that hold eight inputs. */
function groupColumn({ blocksAcross, blocksDown }: SheetShape, group: number): number[] {
  return range(0, blocksDown).map((row) => row * blocksAcross + group);
}

function isNonzero(coefficients: Int16Array, block: number): boolean {
  return coefficients.subarray(block * 64, block * 64 + 64).some((value) => value !== 0);
}

function keep(shape: SheetShape, coefficients: Int16Array, kept: Kept): LivingSheet {
  const { blocksAcross, width, height } = shape;
  const [outFeatures, inFeatures] = shape.shape;
  const across = new Set(kept.inputs ?? range(0, blocksAcross));
  const blocks = kept.outputs
    ? kept.outputs.flatMap((group) => groupRows(shape, group))
    : range(0, coefficients.length / 64);
  const left = blocks.filter((block) => across.has(block % blocksAcross));
  const outputs = kept.outputs ? members(kept.outputs, outFeatures) : range(0, outFeatures);
  return {
    shape: [
      outputs.length,
      kept.inputs ? members(kept.inputs, inFeatures).length : inFeatures,
      ...shape.shape.slice(2),
    ],
    outputs,
    width: kept.inputs ? members(kept.inputs, width).length : width,
    height: (height / outFeatures) * outputs.length,
    coefficients: Int16Array.from(
      left.flatMap((block) => [...coefficients.subarray(block * 64, block * 64 + 64)]),
    ),
  };
}

/** Members of groups of eight, of `total` in all. */
function members(groups: readonly number[], total: number): number[] {
  return groups.flatMap((group) => range(group * GROUP, Math.min((group + 1) * GROUP, total)));
}
