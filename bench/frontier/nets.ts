import type { NodeSpec } from '../../src/format/manifest.ts';
import type { WjzFile } from '../../src/format/read.ts';

export const MLP = '784-512-10';
export const LENET = '784-300-100-10';
/** Caffe's LeNet-5, 20-50-500-10, whose neurons that add nothing a file leaves out. */
export const LENET5 = 'conv 20-50';
export const SMALL = 'conv 8-16';
export const FASHION = 'Fashion-MNIST, LeNet-5';
export const RESNET8 = 'CIFAR-10, ResNet-8';

export type DataSet = 'MNIST' | 'Fashion-MNIST' | 'CIFAR-10';

interface KnownNet {
  readonly net: string;
  /** As labels of plots name it. */
  readonly title: string;
  /** What it was trained and measured on. */
  readonly data: DataSet;
  /** Sizes of hidden layers, of those that `--train` trains. */
  readonly hidden?: readonly number[];
}

/** The nets of the frontier, one panel each. Those of MNIST are found in files, of the others reported figures are shown. */
export const NETS: readonly KnownNet[] = [
  { net: MLP, data: 'MNIST', title: '784-512-10', hidden: [512] },
  { net: LENET, data: 'MNIST', title: 'LeNet-300-100', hidden: [300, 100] },
  { net: LENET5, data: 'MNIST', title: 'LeNet-5 of Caffe (20-50-500-10)' },
  { net: SMALL, data: 'MNIST', title: 'smaller convolutional networks' },
  { net: FASHION, data: 'Fashion-MNIST', title: 'LeNet-5 of Caffe' },
  { net: RESNET8, data: 'CIFAR-10', title: 'ResNet-8 of MLPerf Tiny' },
];

/** Sizes of a chain of layers: 784-512-10. */
export function netOf(layers: readonly { inFeatures: number; outFeatures: number }[]): string {
  return [layers[0]?.inFeatures, ...layers.map((layer) => layer.outFeatures)].join('-');
}

/**
 * The net that a file holds, as its sizes were before training left out neurons that add nothing; convolutional networks go by
 * their channels.
 */
export function netOfFile({ manifest: { layers } }: WjzFile): string {
  const channels = layers.flatMap((layer) =>
    layer.type === 'node' && layer.operator === 'conv2d' ? [kernelsOf(layer)[0]] : [],
  );
  if (channels.length > 0) return `conv ${channels.join('-')}`;
  const sizes = netOf(layers.filter((layer) => layer.type === 'linear'));
  return NETS.find(({ net }) => isLeftOf(sizes, net))?.net ?? sizes;
}

/** Whether a chain is what training has left of a net: as many layers, and a quarter of the neurons of each or more. */
function isLeftOf(sizes: string, net: string): boolean {
  const [left, all] = [sizes, net].map((text) => text.split('-').map(Number));
  const isEnd = (index: number): boolean => index === 0 || index === all.length - 1;
  return (
    left.length === all.length &&
    left.every((size, index) =>
      isEnd(index) ? size === all[index] : size <= all[index] && size * 4 >= all[index],
    )
  );
}

/** The shape of a convolution's kernels, if they are a picture. */
export function kernelsOf({ constants }: NodeSpec): readonly number[] {
  const { weight } = constants;
  return 'jpeg' in weight ? weight.shape : [];
}
