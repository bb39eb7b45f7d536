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

/** Bound on the largest difference over the largest output. */
const MAX_RELATIVE_ERROR = 1e-5;

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
];
function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(NETS as string, name)));
}

describe.skipIf(NETS === undefined)('ONNX networks by other people (WJPEG_NETS_DIR)', () => {
  for (const net of ROWS) {
    for (const backend of ['reference', 'wasm'] as const) {
      it(`${net} on ${backend} agrees with onnxruntime`, { timeout: 120_000 }, async () => {
        const { graph } = importOnnx(read(`${net}.onnx`));
        const planned = planGraph(graph);
        const executor = await openGraphOn(backend, planned);
        const { cases } = JSON.parse(Buffer.from(read(`ref/${net}.onnx.ref.json`)).toString()) as Reference;
        const data = read(`ref/${net}.onnx.ref.bin`);
        const array = ({ offset, bytes }: StoredArray): Float32Array =>
          new Float32Array(data.slice(offset, offset + bytes).buffer);
        let error = 0;
        let scale = 0;
        for (const { inputs, outputs } of cases) {
          const [input] = Object.values(inputs);
          const [output] = Object.values(outputs);
          const answers = await executor.run([array(input)], input.shape[0], 'values');
          const expected = array(output);
          expect(answers[0].length).toBe(expected.length);
          expected.forEach((value, at) => {
            error = Math.max(error, Math.abs(answers[0][at] - value));
            scale = Math.max(scale, Math.abs(value));
          });
        }
        if (process.env.WJPEG_PRINT) console.log(`${net} ${backend} ${(error / scale).toExponential(1)}`);
        expect(error / scale).toBeLessThanOrEqual(MAX_RELATIVE_ERROR);
      });
    }
  }

  it.each(['superres_prepost_op18', 'silero_vad_v5'])(
    '%s is refused by the names of its operators',
    (net) => {
      expect(() => importOnnx(read(`${net}.onnx`))).toThrow(/^unsupported operators: .+$/);
    },
  );
});
