import { elementCount } from '../../../graph/shape.ts';
import { type ComputedValue, type ImportedNode, UnsupportedForm } from '../node.ts';
import { freeAxis, reshaped } from './layout.ts';

/** Softmax and LogSoftmax; before opset 13 all axes from `axis` on are one. */
export function softmax(type: 'softmax' | 'log-softmax'): (node: ImportedNode) => ComputedValue {
  return (node) => {
    const value = node.value();
    const { shape, batchAxis } = value;
    const axis = freeAxis(node.int('axis', node.opset < 13 ? 1 : -1), value);
    if (node.opset < 13 && batchAxis !== null && batchAxis > axis)
      throw new UnsupportedForm('works on the batch');
    if (node.opset >= 13 || elementCount(shape.slice(axis + 1)) === 1)
      return node.emit(type, [value], { axis });
    const flat = reshaped(node, value, [...shape.slice(0, axis), elementCount(shape.slice(axis))]);
    return reshaped(node, node.emit(type, [flat]), shape);
  };
}
