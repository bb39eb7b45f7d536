import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { BATCH } from '../runtime/evaluate.ts';
import { evaluationInputs } from '../runtime/sample-inputs.ts';
import type { InferenceSession } from '../runtime/session.ts';
import { samplerOf, timeInTurn } from '../timing.ts';

/** How often a measurement repeats. */
export interface MeasureOptions {
  /** Timed samples of each call. */
  readonly repeats: number;
}

/** Time and memory of a session. */
export interface Cost {
  /** Median of one inference, from the prepared input to the logits. */
  readonly microseconds: number;
  /** Median of a batch of `BATCH`, per input. */
  readonly batchMicroseconds: number;
  /** Bytes that stay in memory for single inferences; batches may add forms of the weights. */
  readonly residentBytes: number;
  /** Peak bytes of single inferences, including `residentBytes`. */
  readonly peakBytes: number;
}

/** Short enough for a person who waits. */
const PLAN = { warmUpMilliseconds: 40, sampleMilliseconds: 0.1 } as const;
/** Samples of a batch. */
const BATCH_REPEATS = 15;

/**
 * Costs of sessions of the same input, one for each. They take turns, so that a machine that slows down meanwhile slows
 * all of them. Inputs are the first of `data`, or seeded noise.
 */
export async function measureSessions(
  sessions: readonly InferenceSession[],
  data: LabelledPictures | undefined,
  options: MeasureOptions,
): Promise<Cost[]> {
  const inputs = evaluationInputs(sessions[0].input, BATCH, data);
  const single = await medianMicroseconds(
    sessions.map((session) => () => session.runBatch(inputs[0], 1)),
    options,
  );
  const memory = sessions.map(({ residentBytes, peakBytes }) => ({ residentBytes, peakBytes }));
  const batch = batchOf(inputs);
  const batched = await medianMicroseconds(
    sessions.map((session) => () => session.runBatch(batch, BATCH)),
    { repeats: BATCH_REPEATS },
  );
  return sessions.map((_, index) => ({
    ...memory[index],
    microseconds: single[index],
    batchMicroseconds: batched[index] / BATCH,
  }));
}

/** Median time of each call in microseconds. Calls take turns, after a warm-up; short ones are timed several at a time. */
export async function medianMicroseconds(
  calls: readonly (() => Promise<unknown>)[],
  { repeats }: MeasureOptions,
): Promise<number[]> {
  const timings = await timeInTurn(calls.map(samplerOf), { ...PLAN, rounds: repeats });
  return timings.map(({ median }) => median);
}

/** BATCH inputs, one after another; the same ones again where there are fewer. */
function batchOf(inputs: readonly Float32Array[]): Float32Array {
  const { length } = inputs[0];
  const batch = new Float32Array(BATCH * length);
  for (let i = 0; i < BATCH; i++) batch.set(inputs[i % inputs.length], i * length);
  return batch;
}
