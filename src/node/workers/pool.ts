import { Worker } from 'node:worker_threads';
import { WjpegError } from '../../errors.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Jobs that a worker is given at once, so that it has the next one when it has done one. */
const DEPTH = 2;

/** Milliseconds until a thread that could not be started is tried again, at first and at most. */
const MIN_DELAY = 500;
const MAX_DELAY = 60_000;

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly transfer: readonly ArrayBuffer[];
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Thread<Job, Result> {
  readonly worker: Worker;
  readonly pending: Map<number, Waiting<Job, Result>>;
}

/** Threads that each do jobs of one kind. A thread that is lost takes its jobs with it; another one replaces it. */
export class WorkerPool<Job, Result> {
  readonly #start: () => Promise<Worker>;
  readonly #threads: Thread<Job, Result>[] = [];
  readonly #queue: Waiting<Job, Result>[] = [];
  #number = 0;
  #closed = false;
  /** Why there are no threads at present. */
  #failure: unknown;
  /** Called when a thread has been replaced, or could not be. */
  onReplaced: () => void = () => {};

  private constructor(start: () => Promise<Worker>) {
    this.#start = start;
  }

  /**
   * Starts `count` threads that run `file`, which calls `doJobs`.
   *
   * @param data what each thread is given when it starts
   * @throws WjpegError what a thread threw that could not start, or `THREAD_LOST`
   */
  static async start<Job, Result>(file: URL, count: number, data: object): Promise<WorkerPool<Job, Result>> {
    const pool = new WorkerPool<Job, Result>(() => startWorker(file, data));
    try {
      await Promise.all(Array.from({ length: count }, () => pool.#add()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** Jobs that no thread has begun. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Whether all threads are lost and none could be started: until one is, each job is refused. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** How many more jobs the threads would take at once. */
  get free(): number {
    return this.#threads.reduce((free, { pending }) => free + DEPTH - pending.size, 0) - this.#queue.length;
  }

  /**
   * Has a thread do a job. `transfer`: buffers of the job that move there instead of being copied.
   *
   * @throws WjpegError what the thread threw, or `THREAD_LOST` if it ended
   */
  run(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#queue.push({ job, transfer, resolve, reject });
      this.#dispatch();
    });
  }

  /**
   * Has a thread that nothing else uses do jobs one after another: one at which it is lost is to blame, where in `run` a
   * thread takes all jobs with it that it has.
   *
   * @throws WjpegError `THREAD_LOST` if no thread can be started
   */
  async runApart(jobs: readonly Job[]): Promise<PromiseSettledResult<Result>[]> {
    const apart = new WorkerPool<Job, Result>(this.#start);
    try {
      await apart.#add();
      const settled: PromiseSettledResult<Result>[] = [];
      for (const job of jobs) {
        settled.push(...(await Promise.allSettled([apart.run(job)])));
        if (apart.hasFailed) throw apart.#failure;
      }
      return settled;
    } finally {
      await apart.close();
    }
  }

  /** Ends the threads; jobs that are not done fail. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  async #add(): Promise<void> {
    const worker = await this.#start();
    // The pool may have been closed meanwhile.
    if (this.#closed) {
      await worker.terminate();
      return;
    }
    const thread: Thread<Job, Result> = { worker, pending: new Map() };
    worker.on('message', ({ id, result, error }: FromWorker<Result>) => {
      const waiting = thread.pending.get(id);
      thread.pending.delete(id);
      this.#dispatch();
      if (error === undefined) waiting?.resolve(result as Result);
      else waiting?.reject(new WjpegError(error.kind, error.code, error.message));
    });
    let reason = 'it ended';
    worker.on('error', (error) => {
      reason = error.message;
    });
    worker.on('exit', () => this.#lose(thread, reason));
    this.#threads.push(thread);
    this.#dispatch();
  }

  #lose(thread: Thread<Job, Result>, reason: string): void {
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    for (const { reject } of thread.pending.values()) reject(lost(reason));
    if (this.#closed) return;
    void this.#replace(MIN_DELAY);
  }

  /** Starts a thread in place of a lost one; where the system has none to give, again later. */
  async #replace(delay: number): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#add();
      this.#failure = undefined;
    } catch (error) {
      setTimeout(() => this.#replace(Math.min(2 * delay, MAX_DELAY)), delay).unref();
      if (this.#threads.length === 0) {
        this.#failure = error;
        for (const { reject } of this.#queue.splice(0)) reject(error);
      }
    }
    this.onReplaced();
  }

  #dispatch(): void {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const thread = this.#threads.reduce<Thread<Job, Result> | undefined>(
        (best, one) => (best && best.pending.size <= one.pending.size ? best : one),
        undefined,
      );
      if (!thread || thread.pending.size >= DEPTH) return;
      this.#queue.shift();
      const id = this.#number++;
      thread.pending.set(id, next);
      const message: ToWorker<Job> = { id, job: next.job };
      thread.worker.postMessage(message, next.transfer);
    }
  }
}

/** Resolves when the thread is ready for jobs. */
function startWorker(file: URL, data: object): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = newWorker(file, data);
    const onExit = (): void => reject(lost('it ended while it started'));
    worker.once('error', (error) => reject(lost(error.message)));
    worker.once('exit', onExit);
    worker.once('message', ({ error }: Partial<FromWorker<never>>) => {
      worker.removeAllListeners('error');
      worker.off('exit', onExit);
      if (error === undefined) resolve(worker);
      else reject(new WjpegError(error.kind, error.code, error.message));
    });
  });
}

function newWorker(file: URL, data: object): Worker {
  try {
    // Without the program's own flags: some are invalid for workers.
    return new Worker(file, { workerData: data, execArgv: [] });
  } catch (error) {
    // The operating system has no thread to give.
    throw lost(`none can be started (${(error as Error).message})`);
  }
}

/** Whether a job failed because its thread was lost. */
export function isLost(error: unknown): error is WjpegError {
  return error instanceof WjpegError && error.code === 'THREAD_LOST';
}

function lost(reason: string): WjpegError {
  return new WjpegError('unavailable', 'THREAD_LOST', `a worker thread was lost: ${reason}`);
}
