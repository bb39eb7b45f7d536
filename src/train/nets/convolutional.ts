import type { NetLayer } from './description.ts';

/** A 3×3 convolution with a batch norm and ReLU. */
export function block(outChannels: number): NetLayer[] {
  return [
    { type: 'conv2d', outChannels, kernel: 3, pads: 1, bias: false },
    { type: 'batch-norm' },
    { type: 'relu' },
  ];
}

/** Convolutions with so many channels, each but the last followed by a pool that halves the picture. */
export function convolutional(channels: readonly number[]): NetLayer[] {
  const last = channels.length - 1;
  return [
    ...channels.flatMap((count, i) => [
      ...block(count),
      ...(i < last ? [{ type: 'max-pool', kernel: 2, strides: 2 }] : []),
    ]),
    { type: 'global-average-pool' },
    { type: 'linear' },
  ];
}

/** A patch embedding, whose kernels take whole blocks of a JPEG, then convolutions on the patches. */
export function patches([side, first, ...channels]: readonly number[]): NetLayer[] {
  return [
    { type: 'conv2d', outChannels: first ?? 64, kernel: side, strides: side, bias: false },
    { type: 'batch-norm' },
    { type: 'relu' },
    ...channels.flatMap(block),
    { type: 'flatten' },
    { type: 'linear' },
  ];
}
