import type { InputSpec } from '../format/manifest.ts';
import { argmax } from '../runtime/answer.ts';
import type { DenseNetwork } from '../weights/dense-network.ts';
import { type Activations, applyLinear, applyRelu } from './activations.ts';
import { outputError } from './output-error.ts';
import { probeCount, probeInputs, probeKinds } from './probes.ts';

/** How a stored network's answers compare with the original's on seeded probe inputs (no data needed). */
export interface Fidelity {
  /** How many probe inputs were tried. */
  readonly probes: number;
  /** Fraction of them, 0…1, for which both give the same answer (the same greatest output). */
  readonly agreement: number;
  /** Root mean square error of the outputs, as a fraction of what the original's vary over probes of the same kind. */
  readonly relativeError: number;
}

/** Weights (O × I) and bias of a linear layer as they are stored. */
export interface StoredLinear {
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number> | null;
}

const SEED = 2;

/** Relative error of the answers from which on accuracy may be lost: docs/compression.md has the figures. */
const RISK = 0.1;

/** Whether a stored network may be less accurate than the original, as far as its answers on probe inputs show. */
export function risksAccuracy({ relativeError }: Fidelity): boolean {
  // An error that is not a number is a risk, too.
  return !(relativeError <= RISK);
}

/** `stored`: one entry per linear layer, in order. */
export function measureFidelity(
  network: DenseNetwork,
  stored: readonly StoredLinear[],
  input: InputSpec,
): Fidelity {
  const weights = stored.reduce((sum, layer) => sum + layer.weights.length, 0);
  const inputs = probeInputs(input, probeCount(weights), SEED);
  const linear = network.layers.filter((layer) => layer.type === 'linear');
  const expected = outputs(network, linear, inputs);
  const actual = outputs(network, stored, inputs);
  return compareAnswers(expected, actual, probeKinds(input));
}

/** Compares answers to the same inputs; `kinds`: kinds of inputs, which take turns. */
export function compareAnswers(expected: Activations, actual: Activations, kinds: number): Fidelity {
  const { count, size } = expected;
  let same = 0;
  for (let i = 0; i < count; i++) {
    const answer = ({ values }: Activations): number => argmax(values.subarray(i * size, (i + 1) * size));
    if (answer(expected) === answer(actual)) same++;
  }
  return {
    probes: count,
    agreement: same / count,
    relativeError: outputError(expected, actual, kinds),
  };
}

/** The last linear layer's outputs, before any softmax. */
function outputs(network: DenseNetwork, linear: readonly StoredLinear[], inputs: Activations): Activations {
  let values = inputs;
  let index = 0;
  for (const { type } of network.layers) {
    if (type === 'relu') values = applyRelu(values);
    if (type !== 'linear') continue;
    const { weights, bias } = linear[index++];
    values = applyLinear(values, weights, bias);
  }
  return values;
}
