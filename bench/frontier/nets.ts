import type { WjzFile } from '../../src/format/read.ts';

export const MLP = '784-512-10';
export const LENET = '784-300-100-10';

/** The nets of the frontier, one panel each. */
export const NETS = [
  { net: MLP, title: '784-512-10', hidden: [512] },
  { net: LENET, title: 'LeNet-300-100', hidden: [300, 100] },
] as const;

/** Sizes of a chain of layers: 784-512-10. */
export function netOf(layers: readonly { inFeatures: number; outFeatures: number }[]): string {
  return [layers[0]?.inFeatures, ...layers.map((layer) => layer.outFeatures)].join('-');
}

/** The same of a stored net. */
export function netOfFile({ manifest }: WjzFile): string {
  return netOf(manifest.layers.filter((layer) => layer.type === 'linear'));
}
