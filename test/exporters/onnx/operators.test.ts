import { describe, expect, it } from 'vitest';
import { onnxOfGraph } from '../../../src/exporters/onnx/graph.ts';
import { EXPORTS } from '../../../src/exporters/onnx/operators/index.ts';
import { planGraph } from '../../../src/graph/plan.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { OPERATOR_TYPES } from '../../../src/operators/index.ts';
import { openGraphOn } from '../../graph/backends.ts';
import { caseGraph, caseInputs, tables } from '../../operators/tables.ts';
import { hasOnnxRuntime, relativeDifference, runOnnx, WHERE } from './onnxruntime.ts';

const NO_DESCRIPTION = { name: 'case', text: '', metadata: {} };
const FLOAT32 = { type: 'float32', coefficients: false } as const;
const MAX_RELATIVE_ERROR = 1e-5;
const BATCH = 3;

it('every operator has an ONNX form', () => {
  expect([...EXPORTS.keys()].sort()).toEqual([...OPERATOR_TYPES].sort());
});

describe.each(tables)('$type', ({ type, cases }) => {
  for (const each of cases) {
    const graph = caseGraph(type, each);
    const values = caseInputs(each, BATCH);
    const exact = async (): Promise<Float32Array> => {
      const executor = await openGraphOn('reference', graph);
      return (await executor.run(values, BATCH, 'values'))[0];
    };

    for (const optimization of ['disabled', 'all'] as const) {
      it.skipIf(!hasOnnxRuntime)(`${each.what}: ${WHERE}, optimisation ${optimization}`, async () => {
        const file = onnxOfGraph(graph, NO_DESCRIPTION, FLOAT32);
        const y = (await runOnnx(file, values, BATCH, optimization)).get('y');
        expect(y?.dims).toEqual([BATCH, ...each.shape]);
        expect(relativeDifference(y?.data ?? [], await exact())).toBeLessThanOrEqual(MAX_RELATIVE_ERROR);
      });
    }

    it(`${each.what}: imported again`, async () => {
      const { bytes } = onnxOfGraph(graph, NO_DESCRIPTION, FLOAT32);
      const imported = importOnnx(bytes);
      expect(imported.outputNames).toEqual(['y']);
      const executor = await openGraphOn('reference', planGraph(imported.graph));
      const [y] = await executor.run(values, BATCH, 'values');
      expect(relativeDifference(y, await exact())).toBeLessThanOrEqual(MAX_RELATIVE_ERROR);
    });
  }
});
