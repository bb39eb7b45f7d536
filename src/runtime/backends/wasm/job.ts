import type { LaneKernels } from './module.ts';

/**
 * A batch distributed over threads, as 32-bit integers in shared memory. A free thread takes the next group
 * of images. A thread that wakes late finds none left, and no other waits for it.
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

/**
 * Runs groups until none is left. `work`: this thread's own work memory.
 *
 * The other numbers of a job are read between reading the ticket and taking it, and a job is only changed while there
 * is no ticket, so a thread that gets a ticket has read the numbers that belong to it.
 */
export function claimGroups(kernels: LaneKernels, job: Int32Array, work: number): void {
  for (;;) {
    const ticket = Atomics.load(job, JOB_TICKET);
    if (ticket === NO_TICKET) return;
    const group = job[JOB_GROUP];
    const count = job[JOB_COUNT];
    const network = job[JOB_NETWORK];
    const first = (ticket & 0xffff) * group;
    const input = job[JOB_INPUT] + first * job[JOB_INPUT_STEP];
    const output = job[JOB_OUTPUT] + first * job[JOB_OUTPUT_STEP];
    if (first >= count) return;
    if (Atomics.compareExchange(job, JOB_TICKET, ticket, ticket + 1) !== ticket) continue;
    kernels.runLanes(network, work, input, Math.min(group, count - first), output);
    Atomics.add(job, JOB_DONE, 1);
  }
}

/** Start parameters of a thread. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the job. */
  readonly job: number;
  readonly work: number;
}
