import type { Constant, GraphNode } from '../../graph/graph.ts';
import type { DenseNode } from '../../weights/network.ts';
import { reconstructWeights } from '../../weights/reconstruct.ts';

/** The epsilon of PyTorch's batch norms, which files do not hold. */
export const EPSILON = 1e-5;

/** A tensor of a layer: what a module of PyTorch calls it, what the operator calls it, and its numbers. */
export interface LayerTensor {
  readonly part: string;
  /** Absent where the operator has no such constant: running statistics. */
  readonly constant?: string;
  readonly shape: readonly number[];
  /** Row-major; expanded by each call. */
  values(): Float32Array;
}

/** The tensors of a node as a module of PyTorch has them. */
export function layerTensors({ linear, operator, constants }: GraphNode): readonly LayerTensor[] {
  if (linear) {
    const { kind, outFeatures, inFeatures, bias } = linear;
    const values = (): Float32Array =>
      kind === 'dense' ? (linear as DenseNode).weights : Float32Array.from(reconstructWeights(linear));
    const weight = { part: 'weight', constant: 'weight', shape: [outFeatures, inFeatures], values };
    return bias ? [weight, vector('bias', bias, 'bias')] : [weight];
  }
  if (operator === 'prelu') return [vector('weight', constants.slope.values, 'slope')];
  if (operator === 'batch-norm') {
    const { scale, offset } = constants;
    const channels = scale.values.length;
    return [
      vector('weight', scale.values),
      vector('bias', offset.values),
      vector('running_mean', new Float32Array(channels)),
      vector('running_var', new Float32Array(channels).fill(1 - EPSILON)),
    ];
  }
  return Object.entries(constants).map(([key, constant]) => ({
    part: key,
    constant: key,
    shape: constant.shape,
    values: () => constant.values,
  }));
}

function vector(part: string, values: Constant['values'], constant?: string): LayerTensor {
  return { part, ...(constant && { constant }), shape: [values.length], values: () => values };
}
