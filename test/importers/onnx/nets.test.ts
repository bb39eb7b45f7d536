import { describe, expect, it } from 'vitest';
import { planGraph } from '../../../src/graph/plan.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { openGraphOn } from '../../graph/backends.ts';
import { FLOAT_NETS, maxRelativeError, NETS, netCases, readNet } from './nets.ts';

describe.skipIf(NETS === undefined)('ONNX networks by other people (WJPEG_NETS_DIR)', () => {
  for (const net of FLOAT_NETS) {
    for (const backend of ['reference', 'wasm'] as const) {
      it(`${net} on ${backend} agrees with onnxruntime`, { timeout: 120_000 }, async () => {
        let error = 0;
        let scale = 0;
        for (const { inputs, outputs } of netCases(net)) {
          const [[name, input]] = Object.entries(inputs);
          const inputShapes = { [name]: input.shape.slice(1) };
          const { graph, outputNames } = importOnnx(readNet(`${net}.onnx`), { inputShapes });
          const executor = await openGraphOn(backend, planGraph(graph));
          const answers = await executor.run([input.values], input.shape[0], 'values');
          executor.dispose();
          expect(outputNames).toEqual(Object.keys(outputs));
          Object.values(outputs).forEach(({ values: expected }, index) => {
            expect(answers[index].length).toBe(expected.length);
            expected.forEach((value, at) => {
              error = Math.max(error, Math.abs(answers[index][at] - value));
              scale = Math.max(scale, Math.abs(value));
            });
          });
        }
        if (process.env.WJPEG_PRINT) console.log(`${net} ${backend} ${(error / scale).toExponential(1)}`);
        expect(error / scale).toBeLessThanOrEqual(maxRelativeError(net));
      });
    }
  }

  it.each([
    // Rounding may go the other way where a value is between two integers: some steps of 1/256.
    ['mlperf_tiny_resnet8_qdq', { roundActivations: true, maxError: 0.02 }],
    ['mlperf_tiny_resnet8_qdq', { roundActivations: false, maxError: 0.25 }],
    ['mnist-8_quantized', { roundActivations: true, maxError: 0.01 }],
    ['mnist-8_quantized', { roundActivations: false, maxError: 0.03 }],
  ])('%s has the classes of its integers, %o', { timeout: 120_000 }, async (net, row) => {
    const { roundActivations, maxError } = row;
    const note = 'activations are cut off at the ends of their integer ranges, but not rounded to integers';
    const imported = importOnnx(readNet(`${net}.onnx`), { roundActivations });
    expect(imported.notes.includes(note)).toBe(!roundActivations);
    const executor = await openGraphOn('wasm', planGraph(imported.graph));
    let [error, scale, count] = [0, 0, 0];
    for (const { inputs, outputs } of netCases(net)) {
      const [input] = Object.values(inputs);
      const [output] = Object.values(outputs);
      const batch = input.shape[0];
      const [answers] = await executor.run([input.values], batch, 'values');
      const expected = output.values;
      const classes = expected.length / batch;
      for (let row = 0; row < batch; row++) {
        const [got, wanted] = [answers, expected].map((all) =>
          all.subarray(row * classes, (row + 1) * classes),
        );
        expect(got.indexOf(Math.max(...got))).toBe(wanted.indexOf(Math.max(...wanted)));
        count++;
      }
      expected.forEach((value, at) => {
        error = Math.max(error, Math.abs(answers[at] - value));
        scale = Math.max(scale, Math.abs(value));
      });
    }
    executor.dispose();
    expect(count).toBeGreaterThan(3);
    if (process.env.WJPEG_PRINT)
      console.log(`${net} ${roundActivations} ${(error / scale).toExponential(1)}`);
    expect(error / scale).toBeLessThan(maxError);
  });

  it.each(['superres_prepost_op18', 'silero_vad_v5'])(
    '%s is refused by the names of its operators',
    (net) => {
      expect(() => importOnnx(readNet(`${net}.onnx`))).toThrow(/^unsupported operators: .+$/);
    },
  );
});
