import type { InferenceSession, SessionOptions } from '../../src/index.ts';
import { residentSet } from './memory-watch.ts';

/** A model with inputs and the answers that are right for them. */
export interface Questions {
  readonly create: (options?: SessionOptions) => Promise<InferenceSession>;
  readonly inputs: readonly Float32Array[];
  /** Logits of each input, as the first session gave them: later ones must be the same to the bit. */
  readonly answers: readonly Float32Array[];
}

export interface PhaseReport {
  readonly what: string;
  readonly count: number;
  /** Answers that were not the same to the bit. */
  readonly wrong: number;
  readonly seconds: number;
  /** Resident set at even distances. */
  readonly samples: readonly number[];
}

const SAMPLES = 40;

/** Calls `step` so many times, and looks at the memory at even distances. Returns the sum of what the steps returned as wrong. */
async function repeat(
  what: string,
  count: number,
  step: (index: number) => Promise<number>,
): Promise<PhaseReport> {
  const samples: number[] = [];
  let wrong = 0;
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    wrong += await step(i);
    if (Math.floor(((i + 1) * SAMPLES) / count) > samples.length) samples.push(residentSet());
  }
  return { what, count, wrong, seconds: (performance.now() - start) / 1000, samples };
}

/** One session, one picture after another. */
export async function manyInferences(questions: Questions, count: number): Promise<PhaseReport> {
  const { inputs, answers } = questions;
  const session = await questions.create();
  const report = await repeat('inferences in one session', count, async (i) => {
    const which = i % inputs.length;
    return different(await session.runBatch(inputs[which], 1), answers[which]);
  });
  session.dispose();
  return report;
}

/** Ways to open a session, taken in turn. */
export const WAYS: readonly SessionOptions[] = [
  {},
  { memory: 'compact' },
  { memory: 'stream' },
  { backends: ['reference'] },
];

/** A session after another: opened, asked once, disposed of. Each way has right answers of its own. */
export async function manySessions(questions: Questions, count: number): Promise<PhaseReport> {
  const exact = await Promise.all(WAYS.map((way) => answersOf(questions, way)));
  return repeat('sessions, opened, asked and disposed of', count, async (i) => {
    const way = i % WAYS.length;
    const which = i % questions.inputs.length;
    const session = await questions.create(WAYS[way]);
    const logits = await session.runBatch(questions.inputs[which], 1);
    session.dispose();
    return different(logits, exact[way][which]);
  });
}

/** The same with threads, which are started and ended every time; each session is asked for a batch. */
export async function manyThreadedSessions(questions: Questions, count: number): Promise<PhaseReport> {
  const { batch, exact } = await batchOf(questions);
  return repeat('sessions of 2 threads', count, async () => {
    const session = await questions.create({ threads: 2 });
    const logits = await session.runBatch(batch, questions.inputs.length);
    session.dispose();
    return different(logits, exact);
  });
}

/** `atOnce` sessions at the same time, all asked before the first has answered, `rounds` times anew. */
export async function sessionsAtOnce(
  questions: Questions,
  atOnce: number,
  rounds: number,
): Promise<PhaseReport> {
  const { inputs, answers } = questions;
  const { batch, exact } = await batchOf(questions);
  const report = await repeat(`rounds of ${atOnce} sessions at once`, rounds, async () => {
    const sessions = await Promise.all(Array.from({ length: atOnce }, () => questions.create()));
    const wrong = await Promise.all(
      sessions.map(async (session, s) => {
        const which = s % inputs.length;
        const [single, all] = await Promise.all([
          session.runBatch(inputs[which], 1),
          session.runBatch(batch, inputs.length),
        ]);
        return different(single, answers[which]) + different(all, exact);
      }),
    );
    for (const session of sessions) session.dispose();
    return wrong.reduce((sum, one) => sum + one, 0);
  });
  return report;
}

async function batchOf(questions: Questions): Promise<{ batch: Float32Array; exact: Float32Array }> {
  const { inputs } = questions;
  const batch = new Float32Array(inputs.length * inputs[0].length);
  for (const [i, input] of inputs.entries()) batch.set(input, i * input.length);
  const session = await questions.create();
  const exact = await session.runBatch(batch, inputs.length);
  session.dispose();
  return { batch, exact };
}

/** The logits of each input, singly. */
export async function answersOf(
  { create, inputs }: Omit<Questions, 'answers'>,
  way: SessionOptions = {},
): Promise<Float32Array[]> {
  const session = await create(way);
  const answers: Float32Array[] = [];
  for (const input of inputs) answers.push(await session.runBatch(input, 1));
  session.dispose();
  return answers;
}

/** 1 if any bit differs, else 0. */
function different(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 1;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return 1;
  return 0;
}
