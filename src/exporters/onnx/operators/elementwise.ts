import type { BinaryAttributes } from '../../../operators/binary.ts';
import type { Export, ExportedNode } from '../node.ts';

/** Operators on two values, or on a value and a constant on either side. */
export function binary(opType: string): Export<BinaryAttributes> {
  return (node) => {
    const { inputs, constants } = node.node;
    if (constants.operand === undefined) return node.emit(opType, inputs);
    const { shape, values } = constants.operand;
    const pair = [inputs[0], node.constant('operand', shape, values)];
    return node.emit(opType, node.attributes.constantFirst ? pair.reverse() : pair);
  };
}

const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** Bounds that no number of float32 exceeds are left out. */
export const clip: Export<{ readonly min: number; readonly max: number }> = (node) => {
  const { min, max } = node.attributes;
  const bound = (key: string, value: number): string =>
    Math.abs(value) >= MAX_FLOAT32 ? '' : number(node, key, value);
  return node.emit('Clip', [node.node.inputs[0], bound('min', min), bound('max', max)]);
};

/** One number per channel, or one. */
export const prelu: Export = (node) => node.emit('PRelu', [node.node.inputs[0], perChannel(node, 'slope')]);

/** As Mul and Add: the mean and variance of a batch norm, which nothing here knows, say what values were in training. */
export const batchNorm: Export = (node) => {
  const scaled = node.emit('Mul', [node.node.inputs[0], perChannel(node, 'scale')]);
  return node.emit('Add', [scaled, perChannel(node, 'offset')]);
};

/** Since opset 20 an operator of its own. */
export const gelu: Export<{ readonly approximate: 'none' | 'tanh' }> = (node) => {
  const [x] = node.node.inputs;
  const half = node.emit('Mul', [x, number(node, 'half', 0.5)]);
  const one = number(node, 'one', 1);
  if (node.attributes.approximate === 'none') {
    const scaled = node.emit('Div', [x, number(node, 'root', Math.SQRT2)]);
    return node.emit('Mul', [half, node.emit('Add', [node.emit('Erf', [scaled]), one])]);
  }
  const cube = node.emit('Mul', [node.emit('Mul', [x, x]), x]);
  const sum = node.emit('Add', [x, node.emit('Mul', [cube, number(node, 'cubic', 0.044715)])]);
  const scaled = node.emit('Mul', [sum, number(node, 'root', Math.sqrt(2 / Math.PI))]);
  return node.emit('Mul', [half, node.emit('Add', [node.emit('Tanh', [scaled]), one])]);
};

/** x·sigmoid(x). */
export const silu: Export = (node) => {
  const [x] = node.node.inputs;
  return node.emit('Mul', [x, node.emit('Sigmoid', [x])]);
};

/** x·tanh(log(1 + eˣ)); since opset 18 an operator of its own. */
export const mish: Export = (node) => {
  const [x] = node.node.inputs;
  return node.emit('Mul', [x, node.emit('Tanh', [node.emit('Softplus', [x])])]);
};

/** A number that the operator needs, as a tensor without axes. */
export function number(node: Pick<ExportedNode, 'constant'>, key: string, value: number): string {
  return node.constant(key, [], Float32Array.of(value));
}

/** A constant of one number or one per channel, the first axis of a value, in the shape that broadcasts to the value. */
function perChannel(node: ExportedNode, key: string): string {
  const { values } = node.node.constants[key];
  return node.constant(key, [values.length, ...node.shape.slice(1).map(() => 1)], values);
}
