import { resolveAxis } from '../../../operators/axis.ts';
import type { ReduceAttributes } from '../../../operators/reduce/index.ts';
import type { Export } from '../node.ts';
import { ints } from '../writer.ts';

/** Reductions. Since opset 13 ReduceSum takes its axes as an input, the others have an attribute until opset 18. */
export function reduction(opType: string): Export<ReduceAttributes> {
  return (node) => {
    const { axes, keepDims } = node.attributes;
    const counted = axes.map((axis) => 1 + resolveAxis(axis, node.inputShapes[0]));
    const keepdims = keepDims ? 1n : 0n;
    const { inputs } = node.node;
    if (opType === 'ReduceSum')
      return node.emit(opType, [...inputs, node.integers('axes', counted)], { keepdims });
    return node.emit(opType, inputs, { axes: ints(counted), keepdims });
  };
}

/** Softmax and its logarithm. */
export function alongAxis(opType: string): Export<{ readonly axis: number }> {
  return (node) =>
    node.emit(opType, node.node.inputs, {
      axis: BigInt(1 + resolveAxis(node.attributes.axis, node.shape)),
    });
}
