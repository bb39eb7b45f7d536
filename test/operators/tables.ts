import { readdirSync } from 'node:fs';
import type { PlannedGraph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { elementCount } from '../../src/graph/shape.ts';
import { findOperator } from '../../src/operators/index.ts';
import type { Operator } from '../../src/operators/operator.ts';
import { type OperatorCase, seededValues } from './case.ts';

/** A file has the cases of the operator that it is named after, or of a family of operators, by type. */
interface CaseFile {
  readonly cases?: readonly OperatorCase[];
  readonly families?: Readonly<Record<string, readonly OperatorCase[]>>;
}

const files = readdirSync(new URL('./cases', import.meta.url)).sort();

/** The cases of every operator but `linear`. */
export const tables: readonly { readonly type: string; readonly cases: readonly OperatorCase[] }[] = (
  await Promise.all(
    files.map(async (file) => {
      const { cases, families }: CaseFile = await import(new URL(`cases/${file}`, import.meta.url).href);
      return Object.entries(families ?? { [file.replace('.ts', '')]: cases ?? [] });
    }),
  )
).flatMap((entries) => entries.map(([type, cases]) => ({ type, cases })));

/** A graph of the one node, which gives `y`. */
export function caseGraph(
  type: string,
  { attributes = {}, constants = {}, inputs }: OperatorCase,
): PlannedGraph {
  const names = inputs.map((_, index) => `x${index}`);
  const operator = findOperator(type) as Operator;
  return planGraph({
    inputs: inputs.map((shape, index) => ({ name: names[index], shape })),
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
  });
}

/** Values of the inputs: of the first image those of the case, if it has any. */
export function caseInputs(
  { inputs, values, range: [min, max] = [-4, 4] }: OperatorCase,
  batch: number,
): Float32Array[] {
  return inputs.map((extents, index) => {
    const all = seededValues(batch * elementCount(extents), index + 1).map(
      (value) => min + ((max - min) * (value + 1)) / 2,
    );
    if (values) all.set(Float32Array.from(values[index]));
    return all;
  });
}
