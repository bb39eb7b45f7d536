import { expect, it } from 'vitest';
import type { LinearStage } from '../../../src/exporters/c/plan.ts';
import { pruneVectors } from '../../../src/exporters/c/prune.ts';
import { Random } from '../../../src/random.ts';
import type { MatrixNode } from '../../../src/weights/network.ts';
import { reconstructWeights } from '../../../src/weights/reconstruct.ts';

const SHARED = { name: 'layer', relu: true };

/** Dense weights; whole runs of 8 rows and columns are zero but for those in `rows` and `columns`. */
function dense(
  outputs: number,
  inputs: number,
  rows: number[],
  columns: number[],
  random: Random,
): LinearStage {
  const values = Array.from({ length: outputs * inputs }, (_, i) => {
    const isLive = rows.includes(Math.floor(i / inputs) >> 3) && columns.includes((i % inputs) >> 3);
    return isLive ? random.next() - 0.5 : 0;
  });
  return { kind: 'linear', ...SHARED, weights: { kind: 'dense', values }, inputs, outputs, bias: null };
}

/** The same in coefficients, some of each row. */
function matrix(
  outputs: number,
  inputs: number,
  rows: number[],
  columns: number[],
  random: Random,
  scale: Float32Array = Float32Array.of(0.1),
): LinearStage {
  const padded = { rows: Math.ceil(outputs / 8) * 8, columns: Math.ceil(inputs / 8) * 8 };
  const [column, value, starts]: [number[], number[], number[]] = [[], [], [0]];
  for (let r = 0; r < padded.rows; r++) {
    for (let k = 0; rows.includes(r >> 3) && k < padded.columns; k++) {
      if (!columns.includes(k >> 3) || random.next() < 0.5) continue;
      column.push(k);
      value.push(1 + Math.floor(random.next() * 9));
    }
    starts.push(column.length);
  }
  const weights = {
    kind: 'matrix',
    name: 'layer',
    inFeatures: inputs,
    outFeatures: outputs,
    relu: true,
    bias: null,
    scale,
    offset: null,
    quantization: Uint16Array.from({ length: 64 }, (_, k) => 1 + (k % 5)),
    coefficients: {
      ...padded,
      rowStart: Uint32Array.from(starts),
      column: Uint32Array.from(column),
      value: Int16Array.from(value),
    },
  } as unknown as MatrixNode;
  return { kind: 'linear', ...SHARED, weights, inputs, outputs, bias: null };
}

function run(stages: readonly LinearStage[], input: readonly number[]): number[] {
  return stages.reduce<number[]>(
    (values, { weights, inputs, outputs, bias }) => {
      const all = weights.kind === 'dense' ? weights.values : reconstructWeights(weights);
      expect(values).toHaveLength(inputs);
      return Array.from({ length: outputs }, (_, r) => {
        let sum = bias?.[r] ?? 0;
        for (let i = 0; i < inputs; i++) sum += all[r * inputs + i] * values[i];
        return Math.max(0, sum);
      });
    },
    [...input],
  );
}

const random = new Random(4);
const biased = (stage: LinearStage, places: Record<number, number>): LinearStage => ({
  ...stage,
  bias: Float32Array.from({ length: stage.outputs }, (_, r) => places[r] ?? 0),
});
const rowScales = Float32Array.from({ length: 20 }, (_, r) => 0.1 + r / 50);

it.each<[what: string, stages: readonly LinearStage[], outputs: readonly number[]]>([
  [
    'dense layers whose runs one does not make and the next does not take',
    [dense(30, 5, [0, 2, 3], [0], random), dense(4, 30, [0], [0, 1, 3], random)],
    [14, 4],
  ],
  [
    'a run that only a bias makes',
    [biased(dense(24, 5, [0], [0], random), { 9: 0.5 }), dense(4, 24, [0], [0, 1, 2], random)],
    [16, 4],
  ],
  [
    'a run that only a bias makes, before a shorter one',
    [biased(dense(30, 5, [3], [0], random), { 2: 0.5, 4: 0.25 }), matrix(4, 30, [0], [0, 3], random)],
    [14, 4],
  ],
  [
    'coefficients with a scale for each row',
    [matrix(20, 16, [1, 2], [0, 1], random, rowScales), matrix(3, 20, [0], [0, 2], random)],
    [4, 3],
  ],
  [
    'coefficients with one scale, dense weights after them',
    [matrix(24, 16, [0, 1], [1], random), dense(3, 24, [0], [1, 2], random)],
    [8, 3],
  ],
  [
    'three layers, of which the second loses runs on both sides',
    [
      dense(16, 4, [0, 1], [0], random),
      matrix(24, 16, [0, 1, 2], [1], random),
      biased(matrix(5, 24, [0], [2], random), { 1: 1 }),
    ],
    [8, 8, 5],
  ],
  ['layers that give nothing', [dense(16, 3, [], [], random), dense(2, 16, [0], [0, 1], random)], [8, 2]],
  ['one layer', [dense(16, 3, [0], [0], random)], [16]],
])('%s', (_, stages, outputs) => {
  const pruned = pruneVectors(stages);
  expect(pruned.map((stage) => stage.outputs)).toEqual(outputs);
  for (const { weights, inputs, outputs: count } of pruned) {
    if (weights.kind === 'dense') expect(weights.values).toHaveLength(inputs * count);
    else {
      expect(weights).toMatchObject({ inFeatures: inputs, outFeatures: count });
      expect(weights.coefficients.rowStart).toHaveLength(weights.coefficients.rows + 1);
    }
  }
  for (let picture = 0; picture < 5; picture++) {
    const input = Array.from({ length: stages[0].inputs }, () => random.next());
    const [given, expected] = [run(pruned, input), run(stages, input)];
    for (const [k, value] of expected.entries()) expect(given[k]).toBeCloseTo(value, 5);
  }
});
