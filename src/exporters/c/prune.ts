import type { LinearNode, MatrixNode, RowsNode } from '../../weights/network.ts';
import type { LinearStage } from './plan.ts';

/**
 * Vectors without the runs of 8 that nothing makes or nothing takes: neurons whose weights are all zero give nothing but their
 * biases' ReLU. So they cost neither tables nor memory.
 */
export function pruneVectors(stages: readonly LinearStage[]): readonly LinearStage[] {
  const pruned = [...stages];
  for (let i = pruned.length - 2; i >= 0; i--) {
    const kept = keptRuns(pruned[i], pruned[i + 1]);
    pruned[i] = withOutputs(pruned[i], kept);
    pruned[i + 1] = withInputs(pruned[i + 1], kept, stages[i].outputs);
  }
  return pruned;
}

/** Indices of the runs that one layer makes and the next one takes. At least one is kept. */
function keptRuns(maker: LinearStage, taker: LinearStage): readonly number[] {
  const makes = new Set<number>();
  const takes = new Set<number>();
  const { weights, outputs, inputs, bias } = maker;
  if (weights.kind === 'dense') {
    for (let i = 0; i < outputs * inputs; i++)
      if (weights.values[i] !== 0) makes.add(Math.floor(i / inputs) >> 3);
  } else {
    const { rows, rowStart } = weights.coefficients;
    for (let r = 0; r < rows; r++) if (rowStart[r + 1] > rowStart[r]) makes.add(r >> 3);
  }
  for (let r = 0; bias && r < outputs; r++) if (bias[r] !== 0) makes.add(r >> 3);
  if (taker.weights.kind === 'dense') {
    const { values } = taker.weights;
    for (let i = 0; i < values.length; i++) if (values[i] !== 0) takes.add((i % taker.inputs) >> 3);
  } else for (const column of taker.weights.coefficients.column) takes.add(column >> 3);
  const runs = [...makes].filter((run) => takes.has(run)).sort((a, b) => a - b);
  return runs.length > 0 ? runs : [0];
}

/** The elements of runs of 8, of which the last may be shorter. */
function elementsOf(runs: readonly number[], length: number): number[] {
  return runs.flatMap((run) => Array.from({ length: Math.min(8, length - run * 8) }, (_, i) => run * 8 + i));
}

function withOutputs(stage: LinearStage, runs: readonly number[]): LinearStage {
  const { weights, inputs, outputs, bias } = stage;
  const kept = elementsOf(runs, outputs);
  const shared = { ...stage, outputs: kept.length, bias: bias && kept.map((r) => bias[r]) };
  if (weights.kind === 'dense') {
    const values = kept.flatMap((r) =>
      Array.from({ length: inputs }, (_, i) => weights.values[r * inputs + i]),
    );
    return { ...shared, weights: { kind: 'dense', values } };
  }
  const rows = weights.kind === 'matrix' ? elementsOf(runs, weights.coefficients.rows) : kept;
  const scale = weights.scale.length === 1 ? weights.scale : Float32Array.from(kept, (r) => weights.scale[r]);
  return { ...shared, weights: { ...withRows(weights, rows), outFeatures: kept.length, scale } };
}

function withRows<T extends RowsNode | MatrixNode>(node: T, kept: readonly number[]): T {
  const { columns, rowStart, column, value } = node.coefficients;
  const at = kept.flatMap((r) =>
    Array.from({ length: rowStart[r + 1] - rowStart[r] }, (_, i) => rowStart[r] + i),
  );
  const starts = new Uint32Array(kept.length + 1);
  for (const [i, r] of kept.entries()) starts[i + 1] = starts[i] + rowStart[r + 1] - rowStart[r];
  const coefficients = {
    rows: kept.length,
    columns,
    rowStart: starts,
    column: Uint32Array.from(at, (i) => column[i]),
    value: Int16Array.from(at, (i) => value[i]),
  };
  return { ...node, coefficients };
}

function withInputs(stage: LinearStage, runs: readonly number[], length: number): LinearStage {
  const kept = elementsOf(runs, length);
  const { weights, inputs, outputs } = stage;
  if (weights.kind === 'dense') {
    const values = Array.from({ length: outputs * kept.length }, (_, i) => {
      const row = Math.floor(i / kept.length);
      return weights.values[row * inputs + kept[i % kept.length]];
    });
    return { ...stage, inputs: kept.length, weights: { kind: 'dense', values } };
  }
  return { ...stage, inputs: kept.length, weights: withColumns(weights as MatrixNode, runs, kept.length) };
}

function withColumns(node: MatrixNode, runs: readonly number[], inFeatures: number): LinearNode & MatrixNode {
  const { rows, rowStart, column, value } = node.coefficients;
  const place = new Map(runs.map((run, i) => [run, i]));
  const starts = new Uint32Array(rows + 1);
  const at: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let i = rowStart[r]; i < rowStart[r + 1]; i++) if (place.has(column[i] >> 3)) at.push(i);
    starts[r + 1] = at.length;
  }
  const coefficients = {
    rows,
    columns: runs.length * 8,
    rowStart: starts,
    column: Uint32Array.from(at, (i) => 8 * (place.get(column[i] >> 3) as number) + (column[i] % 8)),
    value: Int16Array.from(at, (i) => value[i]),
  };
  return { ...node, inFeatures, coefficients };
}
