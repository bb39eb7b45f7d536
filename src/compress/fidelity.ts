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

/**
 * Inputs that answers are compared on: probes, probes whose values on the way have the moments that batch norms remember from
 * training, or a calibration.
 */
export type ComparedOn = 'probes' | 'trained' | 'calibration';

/**
 * Relative error of the answers from which on accuracy may be lost: docs/compression.md has the figures. Values as in training
 * excite all of a network, so that the same error of its weights is a greater one of its answers: ResNet-8 lost 0.2 points on
 * held-out training pictures at 0.26, 1.7 at 0.41.
 */
const RISK = { probes: 0.1, trained: 0.3, calibration: 0.1 } as const;

/** Whether a stored network may be less accurate than the original, as far as its answers show. */
export function risksAccuracy({ relativeError }: Fidelity, on: ComparedOn = 'probes'): boolean {
  // An error that is not a number is a risk, too.
  return !(relativeError <= RISK[on]);
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
