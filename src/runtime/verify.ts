import { argmax } from './answer.ts';
import { relativeError } from './oracle.ts';

/** How well a session's logits agree with the exact ones. */
export interface Agreement {
  /** Greatest relative error over all inputs and forms, as `relativeError` defines it; NaN if any logit is. */
  readonly max: number;
  readonly mean: number;
  /** Inputs whose greatest logit is the same output as the exact one's, in every form. */
  readonly sameAnswer: number;
}

/**
 * How a session takes an input: in a batch, alone, or alone as the DCT coefficients of a picture. Backends have kernels
 * and layouts of their own for each, so a fault may show in one only.
 */
export type InputForm = 'batch' | 'single' | 'coefficients';

/** The logit whose error comes closest to its tolerance, or exceeds it most. */
export interface WorstLogit {
  /** Index of the input. */
  readonly input: number;
  /** Index of the output. */
  readonly output: number;
  readonly form: InputForm;
  /** Error and tolerance, relative to the input's greatest exact logit. */
  readonly error: number;
  readonly tolerance: number;
}

/** An `Agreement`, and whether each logit is within its tolerance. */
export interface Verification extends Agreement {
  readonly worst: WorstLogit;
  /** Whether error ≤ tolerance for every logit; false if any is NaN. */
  readonly passed: boolean;
}

/** The part of a session that is compared. */
export interface ComparedSession {
  readonly inFeatures: number;
  readonly outFeatures: number;
  runBatch(values: Float32Array, batch: number): Promise<Float32Array>;
  /** Runs one input (I values) as coefficients; absent if the network takes none. */
  runCoefficients?(values: Float32Array): Promise<Float32Array>;
}

const BATCH = 64;

/** So many inputs run alone too: every kernel and layout for single inputs is exercised by few. */
const SINGLES = 64;

/**
 * Runs every input in batches, and the first 64 alone too, and compares. `exact`: the oracle's logits, one array per
 * input; `visit` gets those of the session.
 */
export async function compareWithOracle(
  session: ComparedSession,
  inputs: readonly Float32Array[],
  exact: readonly Float64Array[],
  onProgress: (done: number) => void = () => {},
  visit: (input: number, form: InputForm, logits: Float32Array) => void = () => {},
): Promise<Agreement> {
  const { outFeatures } = session;
  let max = 0;
  let sum = 0;
  let runs = 0;
  let sameAnswer = 0;
  for (let first = 0; first < inputs.length; first += BATCH) {
    const batch = inputs.slice(first, first + BATCH);
    const logits = await session.runBatch(concatenated(batch, session.inFeatures), batch.length);
    for (let i = 0; i < batch.length; i++) {
      const input = first + i;
      const answers = new Map<InputForm, Float32Array>();
      answers.set('batch', logits.subarray(i * outFeatures, (i + 1) * outFeatures));
      if (input < SINGLES) {
        answers.set('single', await session.runBatch(batch[i], 1));
        if (session.runCoefficients) answers.set('coefficients', await session.runCoefficients(batch[i]));
      }
      const answer = argmax(exact[input]);
      let isSame = true;
      for (const [form, actual] of answers) {
        const error = relativeError(actual, exact[input]);
        max = Math.max(max, error);
        sum += error;
        runs++;
        isSame &&= argmax(actual) === answer;
        visit(input, form, actual);
      }
      if (isSame) sameAnswer++;
    }
    onProgress(first + batch.length);
  }
  return { max, mean: sum / runs, sameAnswer };
}

function concatenated(inputs: readonly Float32Array[], inFeatures: number): Float32Array {
  const values = new Float32Array(inputs.length * inFeatures);
  inputs.forEach((input, index) => {
    values.set(input, index * inFeatures);
  });
  return values;
}

/**
 * As `compareWithOracle`, with a verdict. `tolerances`: absolute, one array per input (`Oracle.runBounded`), or one
 * error relative to each input's greatest exact logit.
 */
export async function verifyAgainstOracle(
  session: ComparedSession,
  inputs: readonly Float32Array[],
  exact: readonly Float64Array[],
  tolerances: readonly Float64Array[] | number,
  onProgress?: (done: number) => void,
): Promise<Verification> {
  let worst: WorstLogit = { input: 0, output: 0, form: 'batch', error: 0, tolerance: 0 };
  let worstShare = -1;
  let passed = true;
  const visit = (input: number, form: InputForm, actual: Float32Array): void => {
    const logits = exact[input];
    const magnitude = logits.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const relative = (value: number): number => (value === 0 ? 0 : value / magnitude);
    logits.forEach((logit, output) => {
      const error = Math.abs(actual[output] - logit);
      const tolerance = typeof tolerances === 'number' ? tolerances * magnitude : tolerances[input][output];
      // Written so that NaN fails.
      if (!(error <= tolerance)) passed = false;
      const share = error === 0 ? 0 : error / tolerance;
      if (share <= worstShare || Number.isNaN(worstShare)) return;
      worstShare = share;
      worst = { input, output, form, error: relative(error), tolerance: relative(tolerance) };
    });
  };
  const agreement = await compareWithOracle(session, inputs, exact, onProgress, visit);
  return { ...agreement, worst, passed };
}
