import { isLost, type WorkerPool } from '../node/workers/pool.ts';
import type { RequestInput } from './infer-request.ts';
import type { Metrics } from './metrics.ts';
import { overloaded, RequestError } from './request-error.ts';
import type { BatchJob, BatchResult, RequestOutputs } from './worker.ts';

export interface BatchLimits {
  /** Inputs that run together. */
  readonly maxBatch: number;
  /** Inputs that wait; more are refused. */
  readonly maxQueue: number;
  /** Milliseconds that a request may wait. */
  readonly maxWait: number;
}

interface Waiting {
  readonly model: number;
  readonly input: RequestInput;
  readonly since: number;
  readonly isGone: () => boolean;
  resolve(result: RequestOutputs): void;
  reject(error: unknown): void;
}

/**
 * Gathers requests while all threads are busy, and gives a free one those for one model that have waited longest, as one
 * batch. Where a thread is free, a request runs at once and alone.
 */
export class Batcher {
  readonly #pool: WorkerPool<BatchJob, BatchResult>;
  readonly #limits: BatchLimits;
  readonly #metrics: Metrics;
  #queue: Waiting[] = [];
  #queued = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(pool: WorkerPool<BatchJob, BatchResult>, limits: BatchLimits, metrics: Metrics) {
    this.#pool = pool;
    this.#limits = limits;
    this.#metrics = metrics;
    pool.onReplaced = () => this.#dispatch();
    this.#timer = setInterval(() => this.#expire(), Math.max(10, limits.maxWait / 10)).unref();
  }

  /** Inputs that wait. */
  get queued(): number {
    return this.#queued;
  }

  /**
   * Runs the inputs of a request.
   *
   * @param isGone whether the client no longer waits
   * @throws RequestError 503 if the queue is full, or the request waited too long; 400 for inputs that cannot be run
   */
  run(model: number, input: RequestInput, isGone: () => boolean): Promise<RequestOutputs> {
    if (this.#queued > 0 && this.#queued + input.count > this.#limits.maxQueue)
      throw overloaded(`${this.#queued} inputs are waiting, at most ${this.#limits.maxQueue} may: try again`);
    return new Promise((resolve, reject) => {
      this.#queue.push({ model, input, since: performance.now(), isGone, resolve, reject });
      this.#queued += input.count;
      this.#dispatch();
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && (this.#pool.free > 0 || this.#pool.hasFailed)) {
      const batch = this.#nextBatch();
      if (batch.length > 0) void this.#runBatch(batch);
    }
  }

  /** Those of the first one's model, until the batch is full; requests of clients that have gone are left out. */
  #nextBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const rest: Waiting[] = [];
    let count = 0;
    for (const waiting of this.#queue) {
      const { model, input, isGone } = waiting;
      if (isGone()) {
        this.#queued -= input.count;
        waiting.reject(new RequestError(400, 'the client has gone'));
        continue;
      }
      const fits =
        batch.length === 0 || (model === batch[0].model && count + input.count <= this.#limits.maxBatch);
      if (!fits) {
        rest.push(waiting);
        continue;
      }
      batch.push(waiting);
      count += input.count;
    }
    this.#queue = rest;
    this.#queued -= count;
    return batch;
  }

  async #runBatch(batch: readonly Waiting[]): Promise<void> {
    const inputs = batch.map(({ input }) => input);
    this.#metrics.batch(inputs.reduce((sum, { count }) => sum + count, 0));
    try {
      const results = await this.#pool.run({ model: batch[0].model, inputs });
      for (const [index, result] of results.entries()) {
        if ('outputs' in result) batch[index].resolve(result);
        else batch[index].reject(new RequestError(400, `${result.error.code}: ${result.error.message}`));
      }
    } catch (error) {
      for (const { reject } of batch) reject(isLost(error) ? overloaded(error.message) : error);
    }
    this.#dispatch();
  }

  #expire(): void {
    const oldest = performance.now() - this.#limits.maxWait;
    if (this.#queue.every(({ since }) => since > oldest)) return;
    const expired = this.#queue.filter(({ since }) => since <= oldest);
    this.#queue = this.#queue.filter(({ since }) => since > oldest);
    for (const { input, reject } of expired) {
      this.#queued -= input.count;
      reject(overloaded(`the request waited ${this.#limits.maxWait} ms: try again`));
    }
  }
}
