import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Networks trained by other people, with outputs of onnxruntime: the folder `nets` of the shared data. */
export const NETS: string | undefined = process.env.WJPEG_NETS_DIR;

/** Bounds on the largest difference over the largest output; float32 adds up more errors in networks of many layers. */
const MAX_RELATIVE_ERROR = 1e-5;
const MAX_RELATIVE_ERROR_DEEP = 1e-4;
const DEEP = ['ppocrv4_rec'];

export function maxRelativeError(net: string): number {
  return DEEP.includes(net) ? MAX_RELATIVE_ERROR_DEEP : MAX_RELATIVE_ERROR;
}

/** Those that compute in float32. */
export const FLOAT_NETS = [
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
] as const;

interface StoredArray {
  readonly offset: number;
  readonly bytes: number;
  readonly shape: readonly number[];
}

/** Values of an input or output; `shape` with the batch. */
export interface NetArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Inputs by name, and what onnxruntime gave for them. */
export interface NetCase {
  readonly inputs: Readonly<Record<string, NetArray>>;
  readonly outputs: Readonly<Record<string, NetArray>>;
}

/** A file of the folder. */
export function readNet(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(NETS as string, name)));
}

/** The cases of a network, by its name without `.onnx`. */
export function netCases(net: string): readonly NetCase[] {
  const { cases } = JSON.parse(Buffer.from(readNet(`ref/${net}.onnx.ref.json`)).toString()) as {
    readonly cases: readonly Record<keyof NetCase, Record<string, StoredArray>>[];
  };
  const data = readNet(`ref/${net}.onnx.ref.bin`);
  const arrays = (stored: Record<string, StoredArray>): Record<string, NetArray> =>
    Object.fromEntries(
      Object.entries(stored).map(([name, { offset, bytes, shape }]) => [
        name,
        { shape, values: new Float32Array(data.slice(offset, offset + bytes).buffer) },
      ]),
    );
  return cases.map(({ inputs, outputs }) => ({ inputs: arrays(inputs), outputs: arrays(outputs) }));
}
