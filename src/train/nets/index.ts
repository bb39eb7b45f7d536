import { WjpegError } from '../../errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';
import { convolutional, patches } from './convolutional.ts';

export type { NetLayer } from './description.ts';

import { describedNet, type NetDescription, type NetLayer, type NetOptions } from './description.ts';
import { leNet5, leNet5Caffe, smallLeNet } from './lenet.ts';
import { residual } from './residual.ts';

/** A network that is known by name: what follows the name, what it is, and its layers. */
interface NamedNet {
  /** How sizes are given, such as `300,100`; undefined where there are none. */
  readonly sizes?: string;
  readonly about: string;
  layers(sizes: readonly number[]): readonly NetLayer[];
}

/** All networks that are known by name: one row each. */
export const NETS: Readonly<Record<string, NamedNet>> = {
  mlp: {
    sizes: '300,100',
    about: 'linear layers with ReLU, by neurons of the hidden ones',
    layers: perceptron,
  },
  lenet: {
    sizes: '8,16',
    about: '5×5 convolutions with ReLU, each followed by a pool, by their channels, and one linear layer',
    layers: smallLeNet,
  },
  lenet5: { about: 'LeNet-5: 6 and 16 channels, 120 and 84 neurons, ReLU', layers: leNet5 },
  'lenet5-caffe': { about: "Caffe's LeNet-5: 20 and 50 channels, 500 neurons", layers: leNet5Caffe },
  cnn: {
    sizes: '16,32,64',
    about: '3×3 convolutions, each followed by a pool, by their channels',
    layers: convolutional,
  },
  patch: {
    sizes: '8,64,64',
    about: 'patches of a multiple of 8 pixels, then 3×3 convolutions, by their channels',
    layers: patches,
  },
  resnet8: { about: "MLPerf Tiny's residual network for CIFAR", layers: () => residual(1) },
  resnet20: { about: 'residual network of 20 layers for CIFAR', layers: () => residual(3) },
};

/** The names with the form of their sizes, for help and messages. */
export const NET_FORMS: readonly string[] = Object.entries(NETS).map(([name, { sizes }]) =>
  sizes === undefined ? name : `${name}:${sizes}`,
);

/**
 * A network to train, with weights of zero.
 *
 * @param net a name with its sizes (`mlp:300,100`), or a description
 * @param input channels × height × width of the pictures
 * @throws `NET_UNKNOWN`, `NET_INVALID`, `GRAPH_…`
 */
export function buildNet(net: string | NetDescription, input: Shape, options: NetOptions): Graph {
  return describedNet(typeof net === 'string' ? namedNet(net) : net, input, options);
}

function namedNet(text: string): NetDescription {
  const [name, given, ...more] = text.split(':');
  const known = Object.hasOwn(NETS, name) ? NETS[name] : undefined;
  const isGiven = given !== undefined;
  if (known === undefined || more.length > 0 || isGiven !== (known.sizes !== undefined)) {
    throw new WjpegError(
      'misuse',
      'NET_UNKNOWN',
      `no network is '${text}', expected one like ${NET_FORMS.join(', ')}, or a JSON file`,
    );
  }
  const sizes = (given ?? '').split(',').map((size) => (size.trim() === '' ? NaN : Number(size)));
  if (isGiven && !sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 65_535)) {
    throw new WjpegError(
      'misuse',
      'NET_UNKNOWN',
      `'${text}': expected whole numbers separated by commas, as in ${name}:${known.sizes}`,
    );
  }
  return { layers: known.layers(isGiven ? sizes : []) };
}

function perceptron(hidden: readonly number[]): NetLayer[] {
  const layers = hidden.flatMap((outFeatures): NetLayer[] => [
    { type: 'linear', outFeatures },
    { type: 'relu' },
  ]);
  return [...layers, { type: 'linear' }];
}
