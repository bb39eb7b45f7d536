import type { NetLayer } from './description.ts';

const POOL: NetLayer = { type: 'max-pool', kernel: 2, strides: 2 };
const RELU: NetLayer = { type: 'relu' };

/** What is left of LeNet where bytes count: 5×5 convolutions with so many channels, pools, one linear layer, no biases. */
export function smallLeNet(channels: readonly number[]): NetLayer[] {
  const convolutions = channels.flatMap((outChannels) => [
    { type: 'conv2d', outChannels, kernel: 5 },
    RELU,
    POOL,
  ]);
  return [...convolutions, { type: 'linear' }];
}

/** LeNet-5 (LeCun et al., 1998) as it is used today: ReLU and max pools. */
export function leNet5(): NetLayer[] {
  return [
    { type: 'conv2d', outChannels: 6, kernel: 5, pads: 2 },
    RELU,
    POOL,
    { type: 'conv2d', outChannels: 16, kernel: 5 },
    RELU,
    POOL,
    { type: 'linear', outFeatures: 120 },
    RELU,
    { type: 'linear', outFeatures: 84 },
    RELU,
    { type: 'linear' },
  ];
}

/** LeNet-5 as Caffe has it (431,080 parameters), which papers on compression train: no ReLU after convolutions. */
export function leNet5Caffe(): NetLayer[] {
  return [
    { type: 'conv2d', outChannels: 20, kernel: 5 },
    POOL,
    { type: 'conv2d', outChannels: 50, kernel: 5 },
    POOL,
    { type: 'linear', outFeatures: 500 },
    RELU,
    { type: 'linear' },
  ];
}
