import { type ComputedValue, type ImportedNode, UnsupportedForm } from '../node.ts';
import { freeAxis, reshaped } from './layout.ts';

type Import = (node: ImportedNode) => ComputedValue;
type Reduction = 'reduce-max' | 'reduce-mean' | 'reduce-min' | 'reduce-sum';
/** What is done with a value before it is reduced, or with the result. */
type Change = (node: ImportedNode, value: ComputedValue) => ComputedValue;

const same: Change = (_, value) => value;
export const absolute: Change = (node, value) => node.emit('abs', [value]);
export const squared: Change = (node, value) => node.emit('multiply', [value, value]);
export const root: Change = (node, value) => node.emit('sqrt', [value]);
export const logarithm: Change = (node, value) => node.emit('log', [value]);

/** ReduceMax, ReduceMean, ReduceMin and ReduceSum; others are these of a changed value, or change the result. */
export function reduction(type: Reduction, before: Change = same, after: Change = same): Import {
  return (node) => {
    const value = node.value();
    const axes = reducedAxes(node, value);
    if (axes === undefined) return node.emit('identity', [value]);
    return dropped(node, after(node, reduceAxes(node, type, before(node, value), axes)), axes);
  };
}

/** ReduceLogSumExp; the maximum is subtracted first, so that no exponential overflows. */
export function reduceLogSumExp(node: ImportedNode): ComputedValue {
  const value = node.value();
  const axes = reducedAxes(node, value) ?? [];
  const max = reduceAxes(node, 'reduce-max', value, axes);
  const powers = node.emit('exp', [node.emit('subtract', [value, max])]);
  const logarithm = node.emit('log', [reduceAxes(node, 'reduce-sum', powers, axes)]);
  return dropped(node, node.emit('add', [logarithm, max]), axes);
}

/** Axes of the value that are reduced, in order; undefined where the node asks for nothing. */
function reducedAxes(node: ImportedNode, value: ComputedValue): readonly number[] | undefined {
  const given = node.intsOrInput('axes', 1) ?? [];
  if (given.length > 0) return given.map((axis) => freeAxis(axis, value)).sort((a, b) => a - b);
  if (node.int('noop_with_empty_axes', 0) !== 0) return undefined;
  if (value.batchAxis !== null) throw new UnsupportedForm('reduces the batch');
  return value.shape.map((_, axis) => axis);
}

/** The value with 1 element along each of the axes: runs of neighbouring axes one after another, the last first. */
export function reduceAxes(
  node: ImportedNode,
  type: Reduction,
  value: ComputedValue,
  axes: readonly number[],
): ComputedValue {
  const isMap = type === 'reduce-mean' && value.shape.length === 3 && value.batchAxis === 0;
  if (isMap && axes.join() === '1,2') return node.emit('global-average-pool', [value]);
  const runs: number[][] = [];
  for (const axis of axes) {
    const run = runs.at(-1);
    if (run?.at(-1) === axis - 1) run.push(axis);
    else runs.push([axis]);
  }
  return runs.reduceRight((sum, run) => node.emit(type, [sum], { axes: run }), value);
}

/** The value without those axes, unless the node keeps them. */
function dropped(node: ImportedNode, value: ComputedValue, axes: readonly number[]): ComputedValue {
  if (node.int('keepdims', 1) !== 0) return value;
  const { shape, batchAxis } = value;
  const before = batchAxis === null ? 0 : axes.filter((axis) => axis < batchAxis).length;
  return reshaped(
    node,
    value,
    shape.filter((_, axis) => !axes.includes(axis)),
    batchAxis === null ? null : batchAxis - before,
  );
}
