import { describe, expect, it } from 'vitest';
import { compressGraph } from '../../../src/compress/graph/compress-graph.ts';
import { onnxOfGraph } from '../../../src/exporters/onnx/graph.ts';
import { exportOnnx } from '../../../src/exporters/onnx/index.ts';
import { readWjz } from '../../../src/format/read.ts';
import { writeWjz } from '../../../src/format/write.ts';
import { planGraph } from '../../../src/graph/plan.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { InferenceSession } from '../../../src/runtime/session.ts';
import { Tensor } from '../../../src/runtime/tensor.ts';
import { FLOAT_NETS, maxRelativeError, NETS, netCases, readNet } from '../../importers/onnx/nets.ts';
import { hasOnnxRuntime, relativeDifference, runOnnx, WHERE } from './onnxruntime.ts';

const FLOAT32 = { type: 'float32', coefficients: false } as const;

describe.skipIf(NETS === undefined || !hasOnnxRuntime)(
  `networks by other people (WJPEG_NETS_DIR) ${WHERE}`,
  () => {
    it.each(FLOAT_NETS)(
      '%s, imported and exported, answers as the original',
      { timeout: 120_000 },
      async (net) => {
        for (const { inputs, outputs } of netCases(net)) {
          const [[name, { shape, values }]] = Object.entries(inputs);
          const { graph } = importOnnx(readNet(`${net}.onnx`), { inputShapes: { [name]: shape.slice(1) } });
          const file = onnxOfGraph(planGraph(graph), { name: net, text: '', metadata: {} }, FLOAT32);
          expect(file.outputs.map((output) => output.name)).toEqual(Object.keys(outputs));
          const results = await runOnnx(file, [values], shape[0]);
          for (const [output, expected] of Object.entries(outputs)) {
            const { data, dims } = results.get(output) ?? { data: [], dims: [] };
            expect(dims).toEqual(expected.shape);
            expect(relativeDifference(data, expected.values)).toBeLessThanOrEqual(maxRelativeError(net));
          }
        }
      },
    );

    it.each([
      ['mlperf_tiny_resnet8', 3],
      ['tinymaix_mnist_dw', 1],
      ['mtcnn_pnet', 3],
      ['lenet_regulized', 1],
    ] as const)(
      '%s, compressed, answers as it does on reference',
      { timeout: 120_000 },
      async (net, channels) => {
        const [{ inputs }] = netCases(net);
        const [[name, { shape, values }]] = Object.entries(inputs);
        const [batch, , height, width] = shape;
        const { graph, outputNames } = importOnnx(readNet(`${net}.onnx`), {
          inputShapes: { [name]: shape.slice(1) },
        });
        const input = { kind: 'image', width, height, channels } as const;
        const { content } = await compressGraph(graph, { input, quality: 60 });
        const file = readWjz(writeWjz(content));
        const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
        // Outputs have the names of the original.
        expect(session.outputNames).toEqual(outputNames);
        const exact = await session.run({ input: new Tensor(values, shape) });
        const sizes = [];
        for (const coefficients of [false, true]) {
          const exported = await exportOnnx(file, { coefficients });
          sizes.push(exported.bytes.length);
          const results = await runOnnx(exported, [values], batch);
          expect(exported.outputs.map((output) => output.name)).toEqual(outputNames);
          for (const output of outputNames)
            expect(
              relativeDifference(results.get(output)?.data ?? [], exact[output].data),
            ).toBeLessThanOrEqual(1e-5);
        }
        expect(sizes[1]).toBeLessThanOrEqual(sizes[0]);
      },
    );
  },
);
