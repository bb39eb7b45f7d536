import type { Architecture, ArchitectureLayer } from '../description.ts';

const POOL: ArchitectureLayer = { type: 'max-pool', kernel: 2, strides: 2 };

/**
 * LeNet-5 with ReLU and max pools, as tutorials have it: `conv1`, `conv2`, `fc1`, `fc2`, `fc3`.
 *
 * @param channels of the input: 1 or 3
 * @param side of the pictures: 32, or 28 with the first convolution padded by 2
 */
export function leNet(channels: number, side: 28 | 32): Architecture {
  return {
    input: [channels, side, side],
    layers: [
      { type: 'conv2d', weights: 'conv1', ...(side === 28 && { pads: 2 }) },
      { type: 'relu' },
      POOL,
      { type: 'conv2d', weights: 'conv2' },
      { type: 'relu' },
      POOL,
      { type: 'linear', weights: 'fc1' },
      { type: 'relu' },
      { type: 'linear', weights: 'fc2' },
      { type: 'relu' },
      { type: 'linear', weights: 'fc3' },
    ],
  };
}

/** LeNet-5 with its third layer a convolution, as LeCun et al. (1998) have it: `conv1`, `conv2`, `conv3`, `fc1`, `fc2`. */
export function leNetOfConvolutions(): Architecture {
  return {
    input: [1, 32, 32],
    layers: [
      { type: 'conv2d', weights: 'conv1' },
      { type: 'relu' },
      POOL,
      { type: 'conv2d', weights: 'conv2' },
      { type: 'relu' },
      POOL,
      { type: 'conv2d', weights: 'conv3' },
      { type: 'relu' },
      { type: 'linear', weights: 'fc1' },
      { type: 'relu' },
      { type: 'linear', weights: 'fc2' },
    ],
  };
}

/** The example that comes with PyTorch for MNIST: `conv1`, `conv2`, `fc1`, `fc2`. */
export function mnistExample(): Architecture {
  return {
    input: [1, 28, 28],
    layers: [
      { type: 'conv2d', weights: 'conv1' },
      { type: 'relu' },
      { type: 'conv2d', weights: 'conv2' },
      { type: 'relu' },
      POOL,
      { type: 'linear', weights: 'fc1' },
      { type: 'relu' },
      { type: 'linear', weights: 'fc2' },
    ],
  };
}

/** Linear layers `fc1`, `fc2`, … with batch normalisations `bn1`, … and ReLU between them, as the auto-encoder of MLPerf Tiny. */
export function autoEncoder(length: number, count: number): Architecture {
  const layers = Array.from({ length: count }, (_, index): ArchitectureLayer[] => {
    const linear = { type: 'linear', weights: `fc${index + 1}` };
    if (index === count - 1) return [linear];
    return [linear, { type: 'batch-norm', weights: `bn${index + 1}` }, { type: 'relu' }];
  });
  return { input: [length], layers: layers.flat() };
}
