import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planGraph } from '../../../src/graph/plan.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { openGraphOn } from '../../graph/backends.ts';

/** Networks trained by other people, with outputs of onnxruntime: the folder `nets` of the shared data. */
const NETS = process.env.WJPEG_NETS_DIR;

interface StoredArray {
  readonly offset: number;
  readonly bytes: number;
  readonly shape: readonly number[];
}
interface Reference {
  readonly cases: readonly {
    readonly inputs: Record<string, StoredArray>;
    readonly outputs: Record<string, StoredArray>;
  }[];
}

/** Bound on the largest difference over the largest output; float32 adds up more errors in networks of many layers. */
const MAX_RELATIVE_ERROR = 1e-5;
const MAX_RELATIVE_ERROR_DEEP = 1e-4;
const DEEP = ['ppocrv4_rec'];

const ROWS = [
  'mlperf_tiny_resnet8',
  'mlperf_tiny_ad',
  'mlperf_tiny_vww',
  'resnet20_cifar10',
  'tinymaix_cifar10',
  'tinymaix_mnist_dw',
  'tinymaix_vww96',
  'mnist-8',
  'mnist-12',
  'opt-mnist',
  'lenet_jinsoo',
  'lenet_regulized',
  'lenet_webmnist',
  'resnet44_cifar10_torch113',
  'ultraface_slim_320',
  'mtcnn_pnet',
  'espcn_x3',
  'upscaler_default_x2',
  'ppocrv4_rec',
];
function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(NETS as string, name)));
}

describe.skipIf(NETS === undefined)('ONNX networks by other people (WJPEG_NETS_DIR)', () => {
  for (const net of ROWS) {
    for (const backend of ['reference', 'wasm'] as const) {
      it(`${net} on ${backend} agrees with onnxruntime`, { timeout: 120_000 }, async () => {
        const { cases } = JSON.parse(Buffer.from(read(`ref/${net}.onnx.ref.json`)).toString()) as Reference;
        const data = read(`ref/${net}.onnx.ref.bin`);
        const array = ({ offset, bytes }: StoredArray): Float32Array =>
          new Float32Array(data.slice(offset, offset + bytes).buffer);
        let error = 0;
        let scale = 0;
        for (const { inputs, outputs } of cases) {
          const [[name, input]] = Object.entries(inputs);
          const inputShapes = { [name]: input.shape.slice(1) };
          const { graph, outputNames } = importOnnx(read(`${net}.onnx`), { inputShapes });
          const executor = await openGraphOn(backend, planGraph(graph));
          const answers = await executor.run([array(input)], input.shape[0], 'values');
          executor.dispose();
          expect(outputNames).toEqual(Object.keys(outputs));
          Object.values(outputs).forEach((output, index) => {
            const expected = array(output);
            expect(answers[index].length).toBe(expected.length);
            expected.forEach((value, at) => {
              error = Math.max(error, Math.abs(answers[index][at] - value));
              scale = Math.max(scale, Math.abs(value));
            });
          });
        }
        if (process.env.WJPEG_PRINT) console.log(`${net} ${backend} ${(error / scale).toExponential(1)}`);
        expect(error / scale).toBeLessThanOrEqual(
          DEEP.includes(net) ? MAX_RELATIVE_ERROR_DEEP : MAX_RELATIVE_ERROR,
        );
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
    const { cases } = JSON.parse(Buffer.from(read(`ref/${net}.onnx.ref.json`)).toString()) as Reference;
    const data = read(`ref/${net}.onnx.ref.bin`);
    const array = ({ offset, bytes }: StoredArray): Float32Array =>
      new Float32Array(data.slice(offset, offset + bytes).buffer);
    const imported = importOnnx(read(`${net}.onnx`), { roundActivations });
    expect(imported.notes.includes(note)).toBe(!roundActivations);
    const executor = await openGraphOn('wasm', planGraph(imported.graph));
    let [error, scale, count] = [0, 0, 0];
    for (const { inputs, outputs } of cases) {
      const [input] = Object.values(inputs);
      const [output] = Object.values(outputs);
      const batch = input.shape[0];
      const [answers] = await executor.run([array(input)], batch, 'values');
      const expected = array(output);
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
      expect(() => importOnnx(read(`${net}.onnx`))).toThrow(/^unsupported operators: .+$/);
    },
  );
});
