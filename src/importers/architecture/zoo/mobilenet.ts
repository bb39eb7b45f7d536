import type { Architecture, ArchitectureLayer } from '../description.ts';

/** Output channels of the separable convolutions at full width, and their strides (Howard et al., 2017, table 1). */
const BLOCKS: readonly (readonly [channels: number, strides: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  ...new Array<readonly [number, number]>(5).fill([512, 1]),
  [1024, 2],
  [1024, 1],
];
const STEM = 32;

/** What MobileNets of version 1 differ in. */
export interface MobileNet {
  /** Side of the RGB pictures. */
  readonly side: number;
  /** Width multiplier. */
  readonly width: number;
  /** Padding of 3×3 convolutions with stride 2: on all sides, or as TensorFlow's `same`, below and to the right. */
  readonly padding: 'all sides' | 'same';
}

/** MobileNetV1 with the names of an `nn.Sequential` of `nn.Sequential`s: `model.0.0`, `model.0.1`, `model.1.0`, …, `fc`. */
export function mobileNet({ side, width, padding }: MobileNet): Architecture {
  const pads = (strides: number): number | number[] =>
    strides === 2 && padding === 'same' ? [0, 0, 1, 1] : 1;
  const normed = (layer: ArchitectureLayer, norm: string): ArchitectureLayer[] => [
    layer,
    { type: 'batch-norm', weights: norm },
    { type: 'relu' },
  ];
  const layers = normed({ type: 'conv2d', weights: 'model.0.0', strides: 2, pads: pads(2) }, 'model.0.1');
  let groups = STEM * width;
  for (const [index, [channels, strides]] of BLOCKS.entries()) {
    const name = `model.${index + 1}`;
    const step = strides > 1 ? { strides } : {};
    layers.push(
      ...normed({ type: 'conv2d', weights: `${name}.0`, ...step, pads: pads(strides), groups }, `${name}.1`),
      ...normed({ type: 'conv2d', weights: `${name}.3` }, `${name}.4`),
    );
    groups = channels * width;
  }
  return {
    input: [3, side, side],
    layers: [...layers, { type: 'global-average-pool' }, { type: 'linear', weights: 'fc' }],
  };
}
