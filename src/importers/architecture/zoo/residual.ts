import type { Architecture, ArchitectureLayer } from '../description.ts';

/** How blocks whose output has another shape than their input bring the input to it. */
type Shortcut =
  /** Every second pixel, new channels of zeros on both sides (option A of He et al., 2015). */
  | { readonly kind: 'pad' }
  /** A 1×1 convolution, `names[0]` in the block, and if there is a second name a batch normalisation (option B). */
  | { readonly kind: 'projection'; readonly names: readonly [conv: string, norm?: string] };

/** What residual networks differ in. */
export interface Residual {
  /** Side of the RGB pictures. */
  readonly side: number;
  /** A 3×3 convolution, or 7×7 with stride 2 and a max pool after it. */
  readonly stem: 'small' | 'large';
  /** Channels of each stage. */
  readonly widths: readonly number[];
  /** Blocks of each stage. */
  readonly blocks: readonly number[];
  /** Two 3×3 convolutions, or 1×1, 3×3 and 1×1 to four times the width. */
  readonly block: 'basic' | 'bottleneck';
  readonly shortcut: Shortcut;
  /** Padding of 3×3 convolutions with stride 2: on all sides, or as TensorFlow's `same`, below and to the right. */
  readonly padding: 'all sides' | 'same';
  /** Module of the last layer. */
  readonly head: string;
}

/** A residual network with the names of PyTorch: `conv1`, `bn1`, `layer1.0.conv1`, … */
export function residual(options: Residual): Architecture {
  const { side, stem, widths, blocks, block, head } = options;
  const expansion = block === 'bottleneck' ? 4 : 1;
  const layers: ArchitectureLayer[] =
    stem === 'small'
      ? [{ type: 'conv2d', weights: 'conv1', pads: 1 }]
      : [{ type: 'conv2d', weights: 'conv1', strides: 2, pads: 3 }];
  layers.push({ type: 'batch-norm', weights: 'bn1' }, { type: 'relu', name: 'stem' });
  if (stem === 'large') layers.push({ type: 'max-pool', name: 'pool', kernel: 3, strides: 2, pads: 1 });
  let size = stem === 'small' ? side : side / 4;
  let channels = widths[0];
  let before = stem === 'small' ? 'stem' : 'pool';
  for (const [stage, width] of widths.entries()) {
    for (let index = 0; index < blocks[stage]; index++) {
      const strides = stage > 0 && index === 0 ? 2 : 1;
      const name = `layer${stage + 1}.${index}`;
      const place = { name, before, strides, channels, width, size };
      layers.push(...blockLayers(place, options));
      size /= strides;
      channels = width * expansion;
      before = name;
    }
  }
  return {
    input: [3, side, side],
    layers: [...layers, { type: 'global-average-pool' }, { type: 'linear', weights: head }],
  };
}

/** Where a block stands: the layer before it, and the channels and size that it takes. */
interface Place {
  readonly name: string;
  readonly before: string;
  readonly strides: number;
  readonly channels: number;
  readonly width: number;
  readonly size: number;
}

function blockLayers(place: Place, { block, shortcut, padding }: Residual): ArchitectureLayer[] {
  const { name, before, strides, channels, width } = place;
  const wide = block === 'bottleneck' ? width * 4 : width;
  const three = (weights: string, step: number): ArchitectureLayer => ({
    ...conv(weights, step),
    pads: step === 2 && padding === 'same' ? [0, 0, 1, 1] : 1,
  });
  const convs =
    block === 'basic'
      ? [three(`${name}.conv1`, strides), three(`${name}.conv2`, 1)]
      : [conv(`${name}.conv1`, 1), three(`${name}.conv2`, strides), conv(`${name}.conv3`, 1)];
  const layers = convs.flatMap((layer, index): ArchitectureLayer[] => [
    layer,
    { type: 'batch-norm', weights: `${name}.bn${index + 1}` },
    ...(index < convs.length - 1 ? [{ type: 'relu' }] : []),
  ]);
  const residue = `${name}.bn${convs.length}`;
  const isSame = strides === 1 && channels === wide;
  const around = isSame
    ? []
    : shortcut.kind === 'pad'
      ? padded(place)
      : projection(name, shortcut.names, strides);
  if (around.length > 0) around[0] = { ...around[0], inputs: [before] };
  const other = around.at(-1);
  const beside = other === undefined ? before : ((other.name ?? other.weights) as string);
  return [
    ...layers,
    ...around,
    { type: 'add', name: `${name}.sum`, inputs: [residue, beside] },
    { type: 'relu', name },
  ];
}

function padded({ name, channels, width, size, strides }: Place): ArchitectureLayer[] {
  const added = (width - channels) / 2;
  const half = size / strides;
  return [
    {
      type: 'slice',
      name: `${name}.pixels`,
      starts: [0, 0, 0],
      lengths: [channels, half, half],
      steps: [1, strides, strides],
    },
    { type: 'pad', name: `${name}.shortcut`, pads: [added, 0, 0, added, 0, 0] },
  ];
}

function projection(
  name: string,
  [own, norm]: readonly [string, string?],
  strides: number,
): ArchitectureLayer[] {
  const layers: ArchitectureLayer[] = [conv(`${name}.${own}`, strides)];
  return norm === undefined ? layers : [...layers, { type: 'batch-norm', weights: `${name}.${norm}` }];
}

function conv(weights: string, strides: number): ArchitectureLayer {
  return { type: 'conv2d', weights, ...(strides > 1 && { strides }) };
}
