import type { Kernels, LaneKernels } from './module.ts';

/**
 * Work distributed over threads, as 32-bit integers in shared memory: a batch, of which a free thread takes the next group of images, or
 * one image, of which it takes the next rows of a layer. A thread that wakes late finds none left, and no other waits for it.
 */
/** Number of the job in the upper 16 bits, first group not yet taken in the lower ones; NO_TICKET between jobs. */
export const JOB_TICKET = 0;
/** Number of finished groups. */
export const JOB_DONE = 1;
export const JOB_NETWORK = 2;
export const JOB_COUNT = 3;
/** Images per group. */
export const JOB_GROUP = 4;
/** Addresses, and bytes from one image to the next. */
export const JOB_INPUT = 5;
export const JOB_INPUT_STEP = 6;
export const JOB_OUTPUT = 7;
export const JOB_OUTPUT_STEP = 8;
/** Counts jobs; sleeping threads wait on it. */
export const JOB_BELL = 9;
export const JOB_WORDS = 10;

export const NO_TICKET = -1;
/** `JOB_BELL` that ends a thread. */
export const LAST_BELL = -1;

/** A part of a job, read from its numbers. */
type Part = () => void;

/** Runs groups of images until none is left. `work`: this thread's own work memory. */
export function claimGroups(kernels: LaneKernels, job: Int32Array, work: number): void {
  claim(job, (index) => {
    const group = job[JOB_GROUP];
    const count = job[JOB_COUNT];
    const network = job[JOB_NETWORK];
    const first = index * group;
    const input = job[JOB_INPUT] + first * job[JOB_INPUT_STEP];
    const output = job[JOB_OUTPUT] + first * job[JOB_OUTPUT_STEP];
    if (first >= count) return undefined;
    return () => kernels.runLanes(network, work, input, Math.min(group, count - first), output);
  });
}

/**
 * Runs rows of a layer for one image until none are left. JOB_NETWORK is the address of JOB_COUNT pairs: a network of these rows, and where
 * they begin in the output, in bytes. JOB_GROUP is the table by which an input of coefficients is quantised, or 0.
 */
export function claimRows(kernels: Kernels, job: Int32Array, work: number): void {
  const words = new Int32Array(job.buffer);
  claim(job, (index) => {
    const pair = (job[JOB_NETWORK] >>> 2) + 2 * index;
    const input = job[JOB_INPUT];
    const table = job[JOB_GROUP];
    const output = job[JOB_OUTPUT];
    if (index >= job[JOB_COUNT]) return undefined;
    const [network, offset] = [words[pair], words[pair + 1]];
    return () => kernels.runSingle(network, work, input, table, output + offset);
  });
}

/**
 * Takes parts until there is none. The numbers of a job are read between reading the ticket and taking it, and a job is only changed while
 * there is no ticket, so a thread that gets a ticket has read the numbers that belong to it.
 */
function claim(job: Int32Array, partOf: (index: number) => Part | undefined): void {
  for (;;) {
    const ticket = Atomics.load(job, JOB_TICKET);
    if (ticket === NO_TICKET) return;
    const part = partOf(ticket & 0xffff);
    if (part === undefined) return;
    if (Atomics.compareExchange(job, JOB_TICKET, ticket, ticket + 1) !== ticket) continue;
    part();
    Atomics.add(job, JOB_DONE, 1);
  }
}

/** What threads take: groups of images of a batch (module `lanes`), or rows of a layer (`simd`). */
export type Shares = 'images' | 'rows';

/** Start parameters of a thread. */
export interface ThreadStart {
  readonly shares: Shares;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the job. */
  readonly job: number;
  readonly work: number;
}
