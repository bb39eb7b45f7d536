import { WjpegError } from '../../../errors.ts';
import { hint } from '../../../options/rules.ts';
import type { Architecture } from '../description.ts';
import { mobileNet } from './mobilenet.ts';
import { type Residual, residual } from './residual.ts';
import { autoEncoder, leNet, leNetOfConvolutions, mnistExample } from './small.ts';

/** A network that is known by name. */
export interface ZooEntry {
  /** What it is, in a few words. */
  readonly about: string;
  readonly make: () => Architecture;
}

/** Residual networks for CIFAR (He et al., 2015, 4.2): 6n + 2 layers. */
const cifar = (depth: number, shortcut: Residual['shortcut'], head: string): Architecture =>
  residual({
    side: 32,
    stem: 'small',
    widths: [16, 32, 64],
    blocks: [0, 1, 2].map(() => (depth - 2) / 6),
    block: 'basic',
    shortcut,
    padding: 'all sides',
    head,
  });

const DOWNSAMPLE = { kind: 'projection', names: ['downsample.0', 'downsample.1'] } as const;

/** Those for ImageNet, as torchvision names them. */
const imageNet = (blocks: readonly number[], block: Residual['block']): Architecture =>
  residual({
    side: 224,
    stem: 'large',
    widths: [64, 128, 256, 512],
    blocks,
    block,
    shortcut: DOWNSAMPLE,
    padding: 'all sides',
    head: 'fc',
  });

/** What MLPerf Tiny classifies CIFAR-10 with: projections without batch normalisation, padding as TensorFlow has it. */
const resNet8 = (): Architecture =>
  residual({
    side: 32,
    stem: 'small',
    widths: [16, 32, 64],
    blocks: [1, 1, 1],
    block: 'basic',
    shortcut: { kind: 'projection', names: ['shortcut'] },
    padding: 'same',
    head: 'fc',
  });

/** Layers of residual networks for CIFAR. */
const DEPTHS = [20, 32, 44, 56, 110] as const;

/** All networks that are known by name: one row each. */
export const ZOO: Readonly<Record<string, ZooEntry>> = {
  lenet5: { about: 'LeNet-5 on grey 32×32', make: () => leNet(1, 32) },
  'lenet5-28': { about: 'LeNet-5 on grey 28×28, padded by 2', make: () => leNet(1, 28) },
  'lenet5-rgb': { about: 'LeNet-5 on RGB 32×32', make: () => leNet(3, 32) },
  'lenet5-c5': { about: 'LeNet-5 on grey 32×32, its third layer a convolution', make: leNetOfConvolutions },
  'mnist-cnn': { about: 'the MNIST example of PyTorch', make: mnistExample },
  resnet8: { about: 'ResNet-8 of MLPerf Tiny', make: resNet8 },
  ...Object.fromEntries(
    DEPTHS.flatMap((depth) => [
      [
        `resnet${depth}`,
        {
          about: `ResNet-${depth} for CIFAR, shortcuts padded with zeros`,
          make: () => cifar(depth, { kind: 'pad' }, 'linear'),
        },
      ],
      [
        `resnet${depth}-b`,
        {
          about: `ResNet-${depth} for CIFAR, shortcuts by 1×1 convolutions`,
          make: () => cifar(depth, DOWNSAMPLE, 'fc'),
        },
      ],
    ]),
  ),
  resnet18: { about: 'ResNet-18 of torchvision', make: () => imageNet([2, 2, 2, 2], 'basic') },
  resnet34: { about: 'ResNet-34 of torchvision', make: () => imageNet([3, 4, 6, 3], 'basic') },
  resnet50: { about: 'ResNet-50 of torchvision', make: () => imageNet([3, 4, 6, 3], 'bottleneck') },
  mobilenetv1: {
    about: 'MobileNetV1 on 224×224',
    make: () => mobileNet({ side: 224, width: 1, padding: 'all sides' }),
  },
  'mobilenetv1-0.25': {
    about: 'MobileNetV1 of MLPerf Tiny, a quarter of the width, on 96×96',
    make: () => mobileNet({ side: 96, width: 0.25, padding: 'same' }),
  },
  autoencoder: { about: 'auto-encoder of MLPerf Tiny, 640 values', make: () => autoEncoder(640, 10) },
};

/** Names of networks that have a description. */
export const ARCHITECTURE_NAMES: readonly string[] = Object.keys(ZOO);

/**
 * The description of a network that is known by name.
 *
 * @param name one of `ARCHITECTURE_NAMES`
 * @throws `ARCHITECTURE_UNKNOWN`
 */
export function architectureOf(name: string): Architecture {
  if (Object.hasOwn(ZOO, name)) return ZOO[name].make();
  throw new WjpegError(
    'misuse',
    'ARCHITECTURE_UNKNOWN',
    `no architecture is called '${name}'${hint(name, ARCHITECTURE_NAMES)}, expected one of: ${ARCHITECTURE_NAMES.join(', ')}, or a JSON file`,
  );
}
