import { elementCount } from '../../../graph/shape.ts';
import { type ComputedValue, type ImportedNode, UnsupportedForm } from '../node.ts';
import { freeAxis, reshaped } from './layout.ts';

/** The size and scale of one axis after resizing. */
interface Resized {
  readonly axis: number;
  readonly size: number;
  readonly scale: number;
}

/** Resize. Before opset 11 its only form is the one of Upsample. */
export function resize(node: ImportedNode): ComputedValue {
  if (node.opset < 11) return upsample(node);
  const coordinates = node.text('coordinate_transformation_mode', 'half_pixel');
  if (coordinates === 'tf_crop_and_resize') throw new UnsupportedForm(`has coordinates ${coordinates}`);
  const axes = resizedAxes(node);
  if (coordinates === 'align_corners') requireWholeSizes(node, axes);
  return apply(node, axes, {
    mode: node.text('mode', 'nearest'),
    coordinates,
    rounding: node.text('nearest_mode', 'round_prefer_floor'),
    cubicA: node.float('cubic_coeff_a', -0.75),
    excludeOutside: node.int('exclude_outside', 0) !== 0,
    antialias: node.int('antialias', 0) !== 0,
  });
}

/** Where a scale gives no whole size, ONNX's own tests align the corners of the fraction, and engines those of the size. */
function requireWholeSizes(node: ImportedNode, axes: readonly Resized[]): void {
  const { shape } = node.value();
  if (axes.some(({ axis, size, scale }) => Math.abs(shape[axis] * scale - size) > 1e-3))
    throw new UnsupportedForm('aligns corners with a scale that gives no whole size');
}

/** Upsample: scales are an attribute at first, a constant input since opset 9. */
export function upsample(node: ImportedNode): ComputedValue {
  const scales = node.floats('scales') ?? [...node.constant(1).values];
  const mode = node.text('mode', 'nearest');
  return apply(node, scaledAxes(node, scales), { mode, coordinates: 'asymmetric', rounding: 'floor' });
}

/** The axes that change, by input `scales` or `sizes`, of all axes or of those in `axes`. */
function resizedAxes(node: ImportedNode): readonly Resized[] {
  const scales = node.inputs[2] === undefined ? [] : [...node.constant(2).values];
  if (scales.length > 0) return scaledAxes(node, scales);
  const sizes = node.constant(3).values;
  const full = node.fullShape(node.value());
  const axes = node.ints('axes') ?? full.map((_, axis) => axis);
  if (sizes.length !== axes.length)
    throw new UnsupportedForm(`has ${sizes.length} sizes for ${axes.length} axes`);
  const ratios = axes.map((axis, at) => sizes[at] / (full.at(axis) ?? 0));
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  const common = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return onlyChanging(
    node,
    axes.map((axis, at) => {
      if (policy === 'stretch') return { axis, size: sizes[at], scale: ratios[at] };
      return { axis, size: Math.floor(common * (full.at(axis) ?? 0) + 0.5), scale: common };
    }),
  );
}

function scaledAxes(node: ImportedNode, scales: readonly number[]): readonly Resized[] {
  const full = node.fullShape(node.value());
  const axes = node.ints('axes') ?? full.map((_, axis) => axis);
  if (scales.length !== axes.length)
    throw new UnsupportedForm(`has ${scales.length} scales for ${axes.length} axes`);
  return onlyChanging(
    node,
    // As onnxruntime does, in float32: a third of three is one.
    axes.map((axis, at) => ({
      axis,
      size: Math.floor(Math.fround((full.at(axis) ?? 0) * scales[at])),
      scale: scales[at],
    })),
  );
}

/** Those that get another size or scale, counted without the batch. */
function onlyChanging(node: ImportedNode, axes: readonly Resized[]): readonly Resized[] {
  const value = node.value();
  const full = node.fullShape(value);
  return axes
    .filter(({ axis, size, scale }) => size !== full.at(axis) || scale !== 1)
    .map((resized) => ({ ...resized, axis: freeAxis(resized.axis, value) }))
    .sort((a, b) => a.axis - b.axis);
}

/** Brings the axes that change behind the others, where height and width of feature maps are, and back. */
function apply(node: ImportedNode, axes: readonly Resized[], attributes: object): ComputedValue {
  const value = node.value();
  if (axes.length === 0) return node.emit('identity', [value]);
  if (axes.length > 2)
    throw new UnsupportedForm(`changes the size of ${axes.length} axes, expected at most 2`);
  const rest = value.shape
    .map((_, axis) => axis)
    .filter((axis) => !axes.some((resized) => resized.axis === axis));
  const order = [...rest, ...axes.map(({ axis }) => axis)];
  const isInOrder = order.every((axis, at) => axis === at);
  const { batchAxis } = value;
  const moved = isInOrder ? value : node.emit('transpose', [value], { permutation: order });
  const [down, across] = axes.length === 2 ? axes : [{ size: 1, scale: 1 }, axes[0]];
  const maps = [
    elementCount(rest.map((axis) => value.shape[axis])),
    axes.length === 2 ? value.shape[axes[0].axis] : 1,
    value.shape[axes[axes.length - 1].axis],
  ];
  const map = maps.join() === moved.shape.join() ? moved : reshaped(node, moved, maps);
  const resized = node.emit('resize', [map], {
    ...attributes,
    size: [down.size, across.size],
    scales: [down.scale, across.scale],
  });
  const shape = [...rest.map((axis) => value.shape[axis]), ...axes.map(({ size }) => size)];
  const result = shape.join() === resized.shape.join() ? resized : reshaped(node, resized, shape);
  if (isInOrder) return { ...result, batchAxis };
  const back = order.map((_, axis) => order.indexOf(axis));
  return { ...node.emit('transpose', [result], { permutation: back }), batchAxis };
}
