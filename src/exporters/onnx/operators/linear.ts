import type { DenseNode, LinearNode } from '../../../weights/network.ts';
import type { Export } from '../node.ts';
import { pictureWeight, weight } from '../weights.ts';

/** W·x + b: Gemm takes a vector per image. */
export const linear: Export = (node) => {
  const { inputs, linear } = node.node;
  const layer = linear as LinearNode;
  const { outFeatures, inFeatures, bias } = layer;
  const shape = [outFeatures, inFeatures];
  const vector =
    node.inputShapes[0].length === 1 ? inputs[0] : node.emit('Flatten', [inputs[0]], { axis: 1n });
  const matrix =
    layer.kind === 'dense'
      ? weight(node, 'weight', shape, (layer as DenseNode).weights)
      : pictureWeight(node, layer, shape);
  const added = bias ? [node.constant('bias', [outFeatures], bias)] : [];
  return node.emit('Gemm', [vector, matrix, ...added], { transB: 1n });
};

/** Products of matrices; the constant is N×K, ONNX multiplies by K×N. */
export const matmul: Export = (node) => {
  const { inputs, constants } = node.node;
  if (constants.weight === undefined) return node.emit('MatMul', inputs);
  const { shape, values } = constants.weight;
  const stored = weight(node, 'weight', shape, values);
  return node.emit('MatMul', [inputs[0], node.emit('Transpose', [stored], { perm: [1n, 0n] })]);
};
