import { describe, expect, it } from 'vitest';
import { elementCount } from '../../src/graph/shape.ts';
import { OPERATOR_TYPES } from '../../src/operators/index.ts';
import { backendRows, type GraphBackend, openGraphOn } from '../graph/backends.ts';
import type { OperatorCase } from './case.ts';
import { caseGraph, caseInputs, tables } from './tables.ts';

/** More than kernels on the CPU take together. */
const MANY = 90;

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
        for (const batch of backend === 'wasm' ? [1, 5, MANY] : [1, 5]) {
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
  each: OperatorCase,
  batch: number,
): Promise<Float32Array[]> {
  const graph = caseGraph(type, each);
  expect(graph.shapes.get('y')).toEqual(each.shape);
  const executor = await openGraphOn(backend, graph);
  const outputs = await executor.run(caseInputs(each, batch), batch, 'values');
  executor.dispose();
  return outputs;
}
