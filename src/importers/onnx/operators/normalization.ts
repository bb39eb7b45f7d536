import type { Constant } from '../../../graph/graph.ts';
import { elementCount } from '../../../graph/shape.ts';
import { type ComputedValue, type ImportedNode, UNKNOWN, UnsupportedForm, type Value } from '../node.ts';
import type { KnownTensor } from '../tensors.ts';
import { combined } from './elementwise.ts';
import { freeAxis, reshaped } from './layout.ts';
import { reduceAxes, squared } from './reduce.ts';

/** LayerNormalization over the axes from `axis` on; gives the mean and 1 ÷ deviation too. */
export function layerNormalization(node: ImportedNode): readonly Value[] {
  const value = node.value();
  const first = freeAxis(node.int('axis', -1), value);
  if (value.batchAxis !== null && value.batchAxis > first) throw new UnsupportedForm('normalises the batch');
  const axes = value.shape.map((_, axis) => axis).slice(first);
  const { result, mean, deviation } = normalized(node, value, axes);
  const scaled = combined(node, 'multiply', result, 1);
  return [
    node.inputs[2] === undefined ? scaled : combined(node, 'add', scaled, 2),
    mean,
    node.outputNames[2] ? node.emit('reciprocal', [deviation]) : UNKNOWN,
  ];
}

/** InstanceNormalization: each channel by itself. */
export function instanceNormalization(node: ImportedNode): ComputedValue {
  const value = node.batchFirst();
  const axes = value.shape.map((_, axis) => axis).slice(1);
  return perChannel(node, normalized(node, value, axes).result, 1);
}

/** GroupNormalization: groups of channels; scale and bias are those of groups before opset 21, of channels since. */
export function groupNormalization(node: ImportedNode): ComputedValue {
  const value = node.batchFirst();
  const { shape } = value;
  const groups = node.int('num_groups', 1);
  if (shape[0] % groups !== 0) throw new UnsupportedForm(`makes ${groups} groups of ${shape[0]} channels`);
  const grouped = reshaped(node, value, [groups, elementCount(shape) / groups]);
  const result = reshaped(node, normalized(node, grouped, [1]).result, shape);
  return perChannel(node, result, node.opset < 21 ? shape[0] / groups : 1);
}

/** (x − mean) ÷ √(variance + epsilon) over axes that follow one another. */
function normalized(
  node: ImportedNode,
  value: ComputedValue,
  axes: readonly number[],
): { result: ComputedValue; mean: ComputedValue; deviation: ComputedValue } {
  const epsilon = { shape: [], values: Float32Array.of(node.float('epsilon', 1e-5)) };
  const mean = reduceAxes(node, 'reduce-mean', value, axes);
  const centred = node.emit('subtract', [value, mean]);
  const variance = reduceAxes(node, 'reduce-mean', squared(node, centred), axes);
  const deviation = node.emit('sqrt', [node.emit('add', [variance], {}, { operand: epsilon })]);
  return { result: node.emit('divide', [centred, deviation]), mean, deviation };
}

/** Scale and bias, inputs 1 and 2, each number for so many channels. */
function perChannel(node: ImportedNode, value: ComputedValue, repeats: number): ComputedValue {
  const [channels, ...rest] = value.shape;
  const spread = (tensor: KnownTensor): { operand: Constant } => {
    node.reserve(channels);
    const values = Float32Array.from(
      { length: channels },
      (_, at) => tensor.values[Math.floor(at / repeats)],
    );
    return { operand: { shape: [channels, ...rest.map(() => 1)], values } };
  };
  const scaled = node.emit('multiply', [value], {}, spread(node.constant(1)));
  return node.emit('add', [scaled], {}, spread(node.constant(2)));
}
