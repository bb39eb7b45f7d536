import { WjpegError } from '../../../errors.ts';
import { isNode } from '../../../platform.ts';
import type { MemoryMode } from '../backend.ts';
import * as layout from './job.ts';
import { lostThread } from './lost-thread.ts';
import type { KernelMemory } from './memory.ts';
import type { KernelBuild, Kernels, LaneKernels } from './module.ts';
import { shareModule } from './shared-module.ts';

export { shareModule };

/** The common subset of both kinds of worker. */
interface Thread {
  postMessage(start: layout.ThreadStart): void;
  onReady(ready: () => void): void;
  onLost(lost: (reason: string) => void): void;
  terminate(): void;
}

/** Milliseconds after which a thread that does not finish its part is considered lost: some hundred times the usual time. */
const MAX_PART = 10_000;

/** Of a job (job.ts). */
interface Numbers {
  readonly network: number;
  readonly count: number;
  readonly group: number;
  readonly input: number;
  readonly inputStep: number;
  readonly output: number;
  readonly outputStep: number;
}

/** Makes the kernels ready for threads. Throws `NO_THREADS` where they cannot run. */
export function prepareThreads(build: KernelBuild, memory: MemoryMode): void {
  const reason =
    memory !== 'speed'
      ? `those of linear layers work with memory 'speed' only, not '${memory}': choose that, or one thread`
      : build === 'scalar'
        ? 'they need WebAssembly SIMD, which is not here'
        : threadsMissing();
  if (reason !== undefined) throw new WjpegError('unavailable', 'NO_THREADS', `no threads: ${reason}`);
  shareModule(build);
}

/** Why threads are unavailable; undefined if they are available. */
function threadsMissing(): string | undefined {
  if (typeof SharedArrayBuffer !== 'undefined') return undefined;
  // WebKitGTK isolates pages but does not share memory.
  return isNode() || globalThis.crossOriginIsolated
    ? 'this runtime does not support shared memory'
    : 'this page is not cross-origin isolated (COOP and COEP headers), so it cannot use shared memory';
}

/** Allocates memory for jobs. Returns the address. */
export function writeJob(memory: KernelMemory): number {
  const empty = new Int32Array(layout.JOB_WORDS);
  empty[layout.JOB_TICKET] = layout.NO_TICKET;
  return memory.write(empty);
}

/**
 * A pool of threads for batches, or for layers of one input. The calling thread works too, so there is one worker fewer than threads.
 */
export class ThreadPool {
  readonly #memory: KernelMemory;
  readonly #address: number;
  #number = 0;
  #lost: string | undefined;

  private constructor(memory: KernelMemory, address: number) {
    this.#memory = memory;
    this.#address = address;
  }

  /** Starts a worker per entry of `works`, the addresses of their work memories. `job`: the address from `writeJob`. */
  static async start(
    shares: layout.Shares,
    module: WebAssembly.Module,
    memory: KernelMemory,
    job: number,
    works: readonly number[],
  ): Promise<ThreadPool> {
    const threads = works.map(() => (isNode() ? nodeThread() : pageThread()));
    const pool = new ThreadPool(memory, job);
    const started = threads.map(
      (thread, index) =>
        new Promise<void>((resolve, reject) => {
          thread.onReady(resolve);
          thread.onLost((reason) => {
            pool.#lost ??= reason;
            reject(pool.#lostError());
          });
          thread.postMessage({ shares, module, memory: memory.memory, job, work: works[index] });
        }),
    );
    try {
      await Promise.all(started);
    } catch (error) {
      // Otherwise the others would never be woken.
      for (const thread of threads) thread.terminate();
      throw error;
    }
    return pool;
  }

  /** Throws THREAD_LOST if a thread is lost: the others may still be writing to the output of the next call. */
  assertWhole(): void {
    if (this.#lost !== undefined) throw this.#lostError();
  }

  /** Runs `count` inputs in the kernels' memory, `group` at a time; returns when all are done. */
  runImages(kernels: LaneKernels, work: number, images: Numbers): void {
    const parts = Math.ceil(images.count / images.group);
    this.#run(images, parts, (job) => layout.claimGroups(kernels, job, work));
  }

  /** Runs one input through a layer whose rows lie in `count` networks (`claimRows`); returns when all are done. */
  runRows(
    kernels: Kernels,
    work: number,
    {
      table,
      ...rows
    }: {
      readonly network: number;
      readonly count: number;
      readonly table: number;
      readonly input: number;
      readonly output: number;
    },
  ): void {
    const numbers = { ...rows, group: table, inputStep: 0, outputStep: 0 };
    this.#run(numbers, rows.count, (job) => layout.claimRows(kernels, job, work));
  }

  stop(): void {
    const job = new Int32Array(this.#memory.memory.buffer, this.#address, layout.JOB_WORDS);
    Atomics.store(job, layout.JOB_BELL, layout.LAST_BELL);
    Atomics.notify(job, layout.JOB_BELL);
    this.#lost = 'the session has been disposed';
  }

  /** `parts`: how many there are; `claim`: takes some of them on this thread. */
  #run(numbers: Numbers, parts: number, claim: (job: Int32Array) => void): void {
    this.assertWhole();
    const job = new Int32Array(this.#memory.memory.buffer, this.#address, layout.JOB_WORDS);
    // The previous job's ticket is cleared first: see `claim`.
    Atomics.store(job, layout.JOB_TICKET, layout.NO_TICKET);
    job[layout.JOB_DONE] = 0;
    job[layout.JOB_NETWORK] = numbers.network;
    job[layout.JOB_COUNT] = numbers.count;
    job[layout.JOB_GROUP] = numbers.group;
    job[layout.JOB_INPUT] = numbers.input;
    job[layout.JOB_INPUT_STEP] = numbers.inputStep;
    job[layout.JOB_OUTPUT] = numbers.output;
    job[layout.JOB_OUTPUT_STEP] = numbers.outputStep;
    Atomics.store(job, layout.JOB_TICKET, this.#nextNumber() << 16);
    Atomics.store(job, layout.JOB_BELL, (job[layout.JOB_BELL] + 1) & 0x3fffffff);
    Atomics.notify(job, layout.JOB_BELL);
    claim(job);
    // Parts taken by others are about to finish: polling is faster than waiting for a notification.
    const until = performance.now() + MAX_PART;
    while (Atomics.load(job, layout.JOB_DONE) < parts) {
      if (performance.now() < until) continue;
      this.#lost = `it has not finished its part within ${MAX_PART / 1000} s`;
      throw this.#lostError();
    }
  }

  /** Below 2^15, so that a ticket never equals NO_TICKET. */
  #nextNumber(): number {
    this.#number = (this.#number + 1) & 0x7fff;
    return this.#number;
  }

  #lostError(): WjpegError {
    return lostThread(`${this.#lost}`);
  }
}

function nodeThread(): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // Without the program's own flags: some are invalid for workers (`--input-type`), others load unneeded code.
  const worker = new Worker(new URL('./thread-worker.js', import.meta.url), { execArgv: [] });
  // A program may exit while its threads sleep.
  worker.unref();
  return {
    postMessage: (start) => {
      // Without this the program could exit before the thread has started.
      worker.ref();
      worker.postMessage(start);
    },
    onReady: (ready) =>
      worker.once('message', () => {
        worker.unref();
        ready();
      }),
    onLost: (lost) => {
      worker.once('error', (error) => lost(error.message));
      worker.once('exit', () => lost('it has ended'));
    },
    terminate: () => void worker.terminate(),
  };
}

function pageThread(): Thread {
  const worker = new Worker(new URL('./thread-worker.js', import.meta.url), { type: 'module' });
  return {
    postMessage: (start) => worker.postMessage(start),
    onReady: (ready) => worker.addEventListener('message', () => ready(), { once: true }),
    onLost: (lost) =>
      worker.addEventListener('error', (event) => lost(event.message || 'its script failed to load')),
    terminate: () => worker.terminate(),
  };
}
