import { resolveAxis } from '../../../operators/axis.ts';
import type { DepthToSpaceAttributes } from '../../../operators/depth-to-space/index.ts';
import type { GatherAttributes } from '../../../operators/gather/index.ts';
import type { PadAttributes } from '../../../operators/pad/index.ts';
import type { SliceAttributes } from '../../../operators/slice/index.ts';
import { direct, type Export } from '../node.ts';
import { ints } from '../writer.ts';
import { number } from './elementwise.ts';

/** All elements of an image. */
export const flatten: Export = direct('Flatten', () => ({ axis: 1n }));

/** The batch is copied (0), as it may be of any size. */
export const reshape: Export = (node) =>
  node.emit('Reshape', [...node.node.inputs, node.integers('shape', [0, ...node.shape])]);

export const transpose: Export<{ readonly permutation: readonly number[] }> = direct(
  'Transpose',
  ({ permutation }) => ({ perm: ints([0, ...permutation.map((axis) => axis + 1)]) }),
);

export const concatenate: Export<{ readonly axis: number }> = (node) => {
  const axis = 1 + resolveAxis(node.attributes.axis, node.shape);
  return node.emit('Concat', node.node.inputs, { axis: BigInt(axis) });
};

export const depthToSpace: Export<DepthToSpaceAttributes> = direct('DepthToSpace', ({ blockSize, mode }) => ({
  blocksize: BigInt(blockSize),
  mode,
}));

export const spaceToDepth: Export<{ readonly blockSize: number }> = direct(
  'SpaceToDepth',
  ({ blockSize }) => ({
    blocksize: BigInt(blockSize),
  }),
);

export const gather: Export<GatherAttributes> = (node) => {
  const { axis, indices } = node.attributes;
  const places = node.integers('indices', indices);
  return node.emit('Gather', [...node.node.inputs, places], {
    axis: BigInt(1 + resolveAxis(axis, node.shape)),
  });
};

export const tile: Export<{ readonly repeats: readonly number[] }> = (node) =>
  node.emit('Tile', [...node.node.inputs, node.integers('repeats', [1, ...node.attributes.repeats])]);

export const pad: Export<PadAttributes> = (node) => {
  const { pads, mode, value } = node.attributes;
  const rank = node.shape.length;
  const all = [0, ...pads.slice(0, rank), 0, ...pads.slice(rank)];
  const added = mode === 'constant' && value !== 0 ? [number(node, 'value', value)] : [];
  return node.emit('Pad', [...node.node.inputs, node.integers('pads', all), ...added], { mode });
};

/** Runs of elements by Slice; an element that is repeated (step 0) by Gather. */
export const slice: Export<SliceAttributes> = (node) => {
  const { starts, lengths, steps } = node.attributes;
  const [extents] = node.inputShapes;
  const axes = extents.map((_, axis) => axis);
  const repeated = axes.filter((axis) => steps[axis] === 0 && lengths[axis] > 1);
  const taken = axes.filter(
    (axis) => (!repeated.includes(axis) && lengths[axis] !== extents[axis]) || steps[axis] < 0,
  );
  let [value] = node.node.inputs;
  for (const axis of repeated) {
    const places = node.integers('indices', new Array<number>(lengths[axis]).fill(starts[axis]));
    value = node.emit('Gather', [value, places], { axis: BigInt(axis + 1) });
  }
  if (taken.length === 0) return repeated.length > 0 ? value : node.emit('Identity', [value]);
  const step = (axis: number): number => (lengths[axis] === 1 ? 1 : steps[axis]);
  const ends = taken.map((axis) => {
    const end = starts[axis] + lengths[axis] * step(axis);
    // Before the first element, where −1 would be the last.
    return end < 0 ? -1 - extents[axis] : end;
  });
  return node.emit('Slice', [
    value,
    node.integers(
      'starts',
      taken.map((axis) => starts[axis]),
    ),
    node.integers('ends', ends),
    node.integers(
      'axes',
      taken.map((axis) => axis + 1),
    ),
    node.integers('steps', taken.map(step)),
  ]);
};
