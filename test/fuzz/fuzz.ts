import { WjpegError } from '../../src/errors.ts';
import { allocatedBytes } from './allocations.ts';
import { ending } from './ending.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** Longest time for an input, per megabyte of it; an input of less counts as one megabyte. */
export const MAX_MS_PER_MEGABYTE = 2000;

export interface FuzzReport {
  readonly executions: number;
  /** How many inputs were read, and how many were refused with each code. */
  readonly read: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly slowestMs: number;
  /** Most bytes of typed arrays that one input took. */
  readonly maxBytes: number;
  readonly failures: readonly FuzzFailure[];
}

export interface FuzzFailure {
  /** `fuzzInput(target, seed, execution)` gives the input again. */
  readonly execution: number;
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** A variant for which `Target.read` takes the default limits, and does no more than read. */
export const DEFAULT_LIMITS_VARIANT = 3003;

/** The input of an execution: half of them are mutated files, half are generated from a structure. */
export function fuzzInput(target: Target, seed: number, execution: number): Uint8Array {
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(execution + 1, 0x85ebca6b));
  return random.chance(0.5)
    ? mutateBytes(random.pick(target.seeds), random, target.seeds)
    : target.generate(random);
}

/** What comes of one input: undefined if it was read, its error if it was refused, and what it cost. */
export interface Outcome {
  readonly error: unknown;
  readonly ms: number;
  readonly allocated: number;
}

/** Signals wait for a turn of the event loop, which readers that are not asynchronous do not let it take. */
const MAX_MS_BETWEEN_TURNS = 50;
let lastTurn = performance.now();

export async function tryInput(target: Target, bytes: Uint8Array, variant: number): Promise<Outcome> {
  let outcome = await tryOnce(target, bytes, variant);
  // The machine may have been busy with something else: what counts is the processor's time, if it is long each time.
  for (let again = 0; outcome.ms > maxMs(bytes) && again < 2; again++) {
    const before = process.cpuUsage();
    await tryOnce(target, bytes, variant);
    const { user, system } = process.cpuUsage(before);
    outcome = { ...outcome, ms: Math.min(outcome.ms, (user + system) / 1000) };
  }
  if (performance.now() - lastTurn > MAX_MS_BETWEEN_TURNS) {
    await new Promise((resolve) => setImmediate(resolve));
    lastTurn = performance.now();
  }
  return outcome;
}

function maxMs(bytes: Uint8Array, perMegabyte = MAX_MS_PER_MEGABYTE): number {
  return perMegabyte * Math.max(1, bytes.length / 2 ** 20);
}

async function tryOnce(target: Target, bytes: Uint8Array, variant: number): Promise<Outcome> {
  let error: unknown;
  allocatedBytes();
  const started = performance.now();
  try {
    const reading = target.read(bytes, variant);
    if (reading instanceof Promise) await ending(reading);
  } catch (thrown) {
    error = thrown ?? new Error('threw nothing');
  }
  return { error, ms: performance.now() - started, allocated: allocatedBytes() };
}

/** What is wrong with an outcome; undefined if it is as it should be. */
export function problemOf(
  target: Target,
  bytes: Uint8Array,
  variant: number,
  outcome: Outcome,
  msPerMegabyte: number = MAX_MS_PER_MEGABYTE,
): string | undefined {
  const { error, allocated } = outcome;
  if (error !== undefined && !(error instanceof WjpegError)) {
    return `not a WjpegError: ${error instanceof Error ? error.stack : String(error)}`;
  }
  if (error instanceof WjpegError && (/[\n\r]/.test(error.message) || error.message.length > 1100)) {
    return `message is not one line: ${JSON.stringify(error.message)}`;
  }
  // Inputs of every 1001st execution are read with the default limits, whose caps are megabytes.
  if (variant % 1001 !== 0 && allocated > target.memoryCap(bytes)) {
    return `took ${allocated} bytes for an input of ${bytes.length}, the cap is ${target.memoryCap(bytes)}`;
  }
  return outcome.ms > maxMs(bytes, msPerMegabyte)
    ? `took ${outcome.ms.toFixed(0)} ms for ${bytes.length} bytes`
    : undefined;
}

/** Reads `executions` inputs; stops after ten failures, or when told to. */
export async function fuzz(
  target: Target,
  executions: number,
  seed: number,
  {
    progress = () => {},
    isStopped = () => false,
  }: { progress?: (done: number) => void; isStopped?: () => boolean } = {},
): Promise<FuzzReport> {
  const refused = new Map<string, number>();
  const failures: FuzzFailure[] = [];
  let [read, slowestMs, maxBytes, execution] = [0, 0, 0, 0];
  for (; execution < executions && failures.length < 10 && !isStopped(); execution++) {
    const bytes = fuzzInput(target, seed, execution);
    const outcome = await tryInput(target, bytes, execution);
    const { error } = outcome;
    slowestMs = Math.max(slowestMs, outcome.ms);
    maxBytes = Math.max(maxBytes, outcome.allocated);
    if (error === undefined) read++;
    else if (error instanceof WjpegError) refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    const what = problemOf(target, bytes, execution, outcome);
    if (what !== undefined) failures.push({ execution, what, bytes });
    if (execution % 10_000 === 9_999) progress(execution + 1);
  }
  return { executions: execution, read, refused, slowestMs, maxBytes, failures };
}
