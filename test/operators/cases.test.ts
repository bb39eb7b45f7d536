import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { elementCount } from '../../src/graph/shape.ts';
import { findOperator, OPERATOR_TYPES } from '../../src/operators/index.ts';
import type { Operator } from '../../src/operators/operator.ts';
import { backendRows, type GraphBackend, openGraphOn } from '../graph/backends.ts';
import { type OperatorCase, seededValues } from './case.ts';

const files = readdirSync(new URL('./cases', import.meta.url)).sort();
/** A file has the cases of the operator that it is named after, or of a family of operators, by type. */
interface CaseFile {
  readonly cases?: readonly OperatorCase[];
  readonly families?: Readonly<Record<string, readonly OperatorCase[]>>;
}
const tables = (
  await Promise.all(
    files.map(async (file) => {
      const { cases, families }: CaseFile = await import(new URL(`cases/${file}`, import.meta.url).href);
      return Object.entries(families ?? { [file.replace('.ts', '')]: cases ?? [] });
    }),
  )
).flatMap((entries) => entries.map(([type, cases]) => ({ type, cases })));

it('every operator has cases, and every table of cases an operator', () => {
  // Linear layers have theirs in test/kernels.
  expect([...tables.map(({ type }) => type), 'linear'].sort()).toEqual([...OPERATOR_TYPES].sort());
});

describe.each(tables)('$type', ({ type, cases }) => {
  for (const each of cases) {
    it(`${each.what}: gives the values worked out by hand`, async () => {
      if (each.expected === undefined) return;
      const [output] = await run('reference', type, each, 1);
      for (const [index, value] of each.expected.entries()) expect(output[index]).toBeCloseTo(value, 6);
      expect(output.length).toBe(each.expected.length);
    });
    it.for(backendRows)(
      `${each.what}: on $title, alone and in a batch`,
      async ({ backend, skipped }, { skip }) => {
        if (skipped) skip();
        for (const batch of [1, 5]) {
          const [exact] = await run('reference', type, each, batch);
          const [output] = await run(backend, type, each, batch);
          expect(output.length).toBe(batch * elementCount(each.shape));
          const largest = exact.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
          const error = output.reduce((max, value, at) => Math.max(max, Math.abs(value - exact[at])), 0);
          expect(output.every(Number.isFinite)).toBe(true);
          expect(error <= (each.tolerance ?? 2e-6) * largest).toBe(true);
        }
      },
    );
  }
});

async function run(
  backend: GraphBackend,
  type: string,
  { attributes = {}, constants = {}, inputs, values, range: [min, max] = [-4, 4], shape }: OperatorCase,
  batch: number,
): Promise<Float32Array[]> {
  const names = inputs.map((_, index) => `x${index}`);
  const operator = findOperator(type) as Operator;
  const graph: Graph = {
    inputs: inputs.map((extents, index) => ({ name: names[index], shape: extents })),
    outputs: ['y'],
    nodes: [
      {
        name: 'node',
        operator: type,
        inputs: names,
        outputs: ['y'],
        attributes: operator.attributes(attributes, ''),
        constants,
      },
    ],
  };
  const planned = planGraph(graph);
  expect(planned.shapes.get('y')).toEqual(shape);
  const given = inputs.map((extents, index) => {
    const size = elementCount(extents);
    const image = values ? Float32Array.from(values[index]) : undefined;
    const all = seededValues(batch * size, index + 1).map((value) => min + ((max - min) * (value + 1)) / 2);
    // The first image has the values of the case.
    if (image) all.set(image);
    return all;
  });
  const executor = await openGraphOn(backend, planned);
  const outputs = await executor.run(given, batch, 'values');
  executor.dispose();
  return outputs;
}
