import type { KernelCall, TrainKernels } from '../../kernels/train/kernels.ts';
import { WjpegError } from '../errors.ts';
import { isNode } from '../platform.ts';

/** Lists of calls that a run repeats: by name of the pass, one list per shard. */
export type Passes = Readonly<Record<'train' | 'evaluate', readonly (readonly KernelCall[])[]>>;

const PASSES = ['train', 'evaluate'] as const;

/** Words of the memory by which threads agree: a job's number, which pass it is, and how many threads have done it. */
const [JOB, PASS, DONE] = [0, 1, 2];

/** Within this time, in milliseconds, a thread has done its part of a pass; otherwise it is lost. */
const PATIENCE = 120_000;

/**
 * What a thread runs. It is text, so that it needs no file beside the program's; all it does is call kernels, which have been
 * laid out before.
 */
const THREAD = `
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self;
const begin = ({ module, memory, passes, state }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort() { throw new Error('a kernel aborted'); } } });
  let job = 0;
  port.postMessage('ready');
  for (;;) {
    Atomics.wait(state, ${JOB}, job);
    job = Atomics.load(state, ${JOB});
    const pass = passes[Atomics.load(state, ${PASS})];
    if (pass === undefined) return;
    for (const calls of pass) for (const [kernel, ...operands] of calls) exports[kernel](...operands);
    Atomics.add(state, ${DONE}, 1);
    Atomics.notify(state, ${DONE});
  }
};
if (port.once) port.once('message', begin);
else port.onmessage = (event) => begin(event.data);
`;

/** Runs passes, shard by shard, on this thread and on others. What comes of a pass does not depend on their number. */
export class PassRunner {
  readonly #kernels: TrainKernels;
  readonly #passes: Passes;
  /** Made with the threads: a page that is not isolated has no SharedArrayBuffer, and trains on one thread. */
  #state: Int32Array = new Int32Array(3);
  #threads: readonly Thread[] = [];
  #lost: string | undefined;

  constructor(kernels: TrainKernels, passes: Passes) {
    this.#kernels = kernels;
    this.#passes = passes;
  }

  /** Starts threads, so that `count` of them, this one included, share the shards. */
  async start(count: number): Promise<void> {
    this.stop();
    const wanted = Math.min(count, this.#passes.train.length);
    if (wanted < 2) return;
    const { module, memory } = this.#kernels;
    this.#state = new Int32Array(new SharedArrayBuffer(12));
    const threads = Array.from({ length: wanted - 1 }, (_, i) => {
      const thread = isNode() ? nodeThread() : pageThread();
      const own = (calls: readonly (readonly KernelCall[])[]) =>
        calls.filter((_, shard) => shard % wanted === i + 1);
      const passes = PASSES.map((name) => own(this.#passes[name]));
      thread.onLost((reason) => {
        this.#lost ??= reason;
      });
      thread.begin({ module, memory, passes, state: this.#state });
      return thread;
    });
    this.#threads = threads;
    await Promise.all(threads.map((thread) => thread.ready));
  }

  /** Runs a pass over all shards. */
  run(name: keyof Passes): void {
    const threads = this.#threads.length;
    if (threads > 0) {
      Atomics.store(this.#state, PASS, PASSES.indexOf(name));
      Atomics.store(this.#state, DONE, 0);
      Atomics.add(this.#state, JOB, 1);
      Atomics.notify(this.#state, JOB);
    }
    this.#passes[name].forEach((calls, shard) => {
      if (shard % (threads + 1) === 0) for (const call of calls) this.#kernels.run(call);
    });
    for (let done = Atomics.load(this.#state, DONE); done < threads; done = Atomics.load(this.#state, DONE)) {
      if (Atomics.wait(this.#state, DONE, done, PATIENCE) !== 'timed-out' && !this.#lost) continue;
      const reason = this.#lost ?? `it has not finished its part within ${PATIENCE / 1000} s`;
      throw new WjpegError('unavailable', 'THREAD_LOST', `training lost a thread: ${reason}`);
    }
  }

  /** Ends the threads; passes still run, on this thread alone. */
  stop(): void {
    if (this.#threads.length === 0) return;
    Atomics.store(this.#state, PASS, -1);
    Atomics.add(this.#state, JOB, 1);
    Atomics.notify(this.#state, JOB);
    for (const thread of this.#threads) thread.end();
    this.#threads = [];
  }
}

interface Thread {
  begin(message: object): void;
  readonly ready: Promise<void>;
  onLost(lost: (reason: string) => void): void;
  end(): void;
}

function nodeThread(): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(THREAD, { eval: true, execArgv: [] });
  return {
    begin: (message) => worker.postMessage(message),
    ready: new Promise((resolve, reject) => {
      worker.once('message', () => {
        // A program may exit while its threads sleep.
        worker.unref();
        resolve();
      });
      worker.once('error', reject);
    }),
    onLost: (lost) => {
      worker.once('error', (error) => lost(error.message));
    },
    end: () => void worker.terminate(),
  };
}

function pageThread(): Thread {
  const url = URL.createObjectURL(new Blob([THREAD], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return {
    begin: (message) => worker.postMessage(message),
    ready: new Promise((resolve, reject) => {
      worker.addEventListener('message', () => {
        URL.revokeObjectURL(url);
        resolve();
      });
      worker.addEventListener('error', (event) => reject(new Error(event.message)));
    }),
    onLost: (lost) => worker.addEventListener('error', (event) => lost(event.message)),
    end: () => worker.terminate(),
  };
}
