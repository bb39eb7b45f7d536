import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WjpegError } from '../../src/errors.ts';
import { writeFileAtomic } from '../../src/node/files.ts';
import { Oracle } from '../../src/runtime/oracle.ts';
import { type Sampler, type Timing, type TimingPlan, timeInTurn } from '../../src/timing.ts';
import type { Network } from '../../src/weights/network.ts';
import { checkAnswers, type ExactAnswer, memoized } from './check.ts';
import { SubjectProcess } from './process.ts';
import type { MemoryAnswer, SubjectSpec } from './subject.ts';

/** Greatest relative error at which a subject is still timed, by its arithmetic. */
export const TOLERANCE = { float32: 1e-5, int16: 6e-2, int8: 1e-1 } as const;

/** Threads of a pool spin for a moment after a call; the next subject shall not have to share with them. */
export const settle = (): Promise<unknown> => pause(10);

/** A subject and what it is held to. */
export interface Entrant {
  readonly name: string;
  readonly spec: SubjectSpec;
  /** The weights that it runs, for the exact answer. */
  readonly network: Network;
  /** Greatest relative error at which it is still timed. */
  readonly tolerance: number;
}

export interface Inputs<Name extends string = string> {
  readonly name: Name;
  readonly values: readonly Float32Array[];
}

export interface SectionOptions<Name extends string> {
  /** For people, in remarks. */
  readonly title: string;
  readonly inputs: readonly Inputs<Name>[];
  readonly batches: readonly number[];
  /** Different images that small batches go through, so that what is skipped in one of them is averaged. */
  readonly images: number;
  readonly plan: TimingPlan;
  /** Where inputs are put for the children to read. */
  readonly folder: string;
  readonly onProgress: (what: string) => void;
}

/** One subject at one batch size. */
export interface Timed<E extends Entrant, Name extends string> {
  readonly entrant: E;
  readonly inputs: Name;
  readonly batch: number;
  /** Of one call, in microseconds. */
  readonly call: Timing;
  /** Median time of one image in microseconds. */
  readonly image: number;
  /** Greatest relative error of the logits against the exact answer. */
  readonly error: number;
  readonly memory: MemoryAnswer;
}

/** A subject that could not be timed. */
export interface Absence {
  readonly who: string;
  readonly why: string;
}

/** One line a reason. */
export function describeAbsences(absent: readonly Absence[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { who, why } of absent) byReason.set(why, [...(byReason.get(why) ?? []), who]);
  return [...byReason].map(([why, all]) => `Not measured (${why}): ${all.join('; ')}`);
}

export interface Section<E extends Entrant, Name extends string> {
  readonly timed: readonly Timed<E, Name>[];
  readonly absent: readonly Absence[];
  /** Who answered wrongly, and was not timed there. */
  readonly wrong: readonly string[];
}

/** A subject that runs. */
interface Running<E extends Entrant> {
  readonly entrant: E;
  readonly subject: SubjectProcess;
}

/** Times everyone at the same inputs and batch size in turn, answers checked first. */
export async function timeSection<E extends Entrant, Name extends string>(
  entrants: readonly E[],
  options: SectionOptions<Name>,
): Promise<Section<E, Name>> {
  const absent: Absence[] = [];
  const wrong: string[] = [];
  const timed: Timed<E, Name>[] = [];
  const running: Running<E>[] = [];
  try {
    for (const entrant of entrants) {
      try {
        running.push({ entrant, subject: await SubjectProcess.open(entrant.spec) });
      } catch (error) {
        absent.push({ who: `${entrant.name}, ${options.title}`, why: (error as Error).message });
      }
    }
    if (running.length === 0) return { timed, absent, wrong };
    for (const inputs of options.inputs) {
      const file = join(options.folder, `${inputs.name}.f32`);
      await writeFileAtomic(file, joined(inputs.values));
      const inFeatures = inputs.values[0].length;
      for (const { subject } of running) await subject.ask({ ask: 'load', file, inFeatures });
      const exact = exactAnswers(entrants, inputs.values);
      for (const batch of options.batches) {
        options.onProgress(`${options.title}, ${inputs.name}, batch ${batch}`);
        timed.push(...(await timeBatch(running, batch, inputs.name, exact, options, wrong)));
      }
    }
    return { timed, absent, wrong };
  } finally {
    for (const { subject } of running) subject.close();
  }
}

/** One batch size. Who answers wrongly is named in `wrong` and left out. */
async function timeBatch<E extends Entrant, Name extends string>(
  running: readonly Running<E>[],
  batch: number,
  inputs: Name,
  exact: ReadonlyMap<Network, ExactAnswer>,
  { title, images, plan }: SectionOptions<Name>,
  wrong: string[],
): Promise<Timed<E, Name>[]> {
  const batches = Math.max(1, Math.floor(images / batch));
  const agreeing: (Running<E> & { readonly error: number })[] = [];
  for (const { entrant, subject } of running) {
    const { name, network, tolerance } = entrant;
    const asked = { batch, batches, rows: images, exact: exact.get(network) as ExactAnswer, tolerance };
    try {
      agreeing.push({ entrant, subject, error: await checkAnswers(subject, name, asked) });
    } catch (error) {
      if (!(error instanceof WjpegError)) throw error;
      wrong.push(`${title}, ${inputs}: ${error.message}`);
    }
  }
  const calls = await timeInTurn(
    agreeing.map(({ subject }) => samplerOf(subject, batch, batches)),
    { ...plan, cycle: batches, pause: settle },
  );
  return Promise.all(
    agreeing.map(async ({ entrant, subject, error }, index): Promise<Timed<E, Name>> => {
      const call = calls[index];
      const memory = await subject.ask({ ask: 'memory' });
      return { entrant, inputs, batch, call, image: call.median / batch, error, memory };
    }),
  );
}

/** `batches`: how many different batches the subject goes through, so that what it skips in one is averaged. */
function samplerOf(subject: SubjectProcess, batch: number, batches: number): Sampler {
  return async (calls) => (await subject.ask({ ask: 'time', batch, batches, calls })).microseconds;
}

function exactAnswers(
  entrants: readonly Entrant[],
  inputs: readonly Float32Array[],
): Map<Network, ExactAnswer> {
  return new Map(
    [...new Set(entrants.map(({ network }) => network))].map((network) => {
      const oracle = new Oracle(network);
      return [network, memoized((index) => oracle.run(inputs[index]))];
    }),
  );
}

function joined(values: readonly Float32Array[]): Uint8Array {
  const all = new Float32Array(values.length * values[0].length);
  values.forEach((value, index) => {
    all.set(value, index * value.length);
  });
  return new Uint8Array(all.buffer);
}
