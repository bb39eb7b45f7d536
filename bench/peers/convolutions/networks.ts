import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A convolutional network that is timed beside peers, all of them with the weights that its file holds. */
export interface ConvolutionalNetwork {
  readonly name: string;
  /** Ours. */
  readonly model: string;
  /** The same weights as float32, by our own exporter. */
  readonly onnx: string;
  /** The same task in int8 (QDQ), other weights; where somebody published one. */
  readonly int8?: string;
}

interface Source {
  readonly name: string;
  readonly file: string;
  /** How it takes pictures, in options of `wjpeg compress`. */
  readonly takes?: readonly string[];
  readonly int8?: string;
}

/** Trained as JPEGs, in data/. */
const TRAINED: readonly Source[] = [
  { name: 'LeNet-5, trained', file: 'mnist-lenet5-trained.jpg' },
  { name: 'ResNet-8, trained', file: 'cifar10-resnet8-trained.jpg' },
];

/** Networks by other people, of WJPEG_NETS_DIR. */
const NETWORKS: readonly Source[] = [
  {
    name: 'ResNet-8, compressed',
    file: 'mlperf_tiny_resnet8.onnx',
    takes: ['--range', '255'],
    int8: 'mlperf_tiny_resnet8_qdq.onnx',
  },
  { name: 'ResNet-20, compressed', file: 'resnet20_cifar10.onnx' },
  { name: 'MobileNetV1-0.25 96×96, compressed', file: 'mlperf_tiny_vww.onnx' },
];

const PROGRAM = join('dist', 'src', 'cli', 'wjpeg.js');

/** Compresses and exports to `folder`. `nets`: WJPEG_NETS_DIR; without it only the network of data/ is there. */
export function convolutionalNetworks(folder: string, nets: string | undefined): ConvolutionalNetwork[] {
  const found: ConvolutionalNetwork[] = TRAINED.map(({ name, file }) => {
    const model = join('data', file);
    return { name, model, onnx: exported(folder, file, model) };
  });
  for (const { name, file, takes = [], int8 } of nets === undefined ? [] : NETWORKS) {
    const model = join(folder, `${file}.wjz`);
    run(['compress', join(nets as string, file), '-o', model, ...takes]);
    const quantized = int8 && join(nets as string, int8);
    const known = quantized && existsSync(quantized) ? { int8: quantized } : {};
    found.push({ name, model, onnx: exported(folder, file, model), ...known });
  }
  return found;
}

function exported(folder: string, name: string, model: string): string {
  const onnx = join(folder, `${name}.float32.onnx`);
  run(['export', model, '-o', onnx]);
  return onnx;
}

function run(words: readonly string[]): void {
  execFileSync(process.execPath, [PROGRAM, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
}
