import { WjpegError } from '../errors.ts';
import type { WjzFile } from '../format/reading.ts';
import type { Shape } from '../graph/shape.ts';
import {
  type Backend,
  EXECUTOR_DEFAULTS,
  type GraphExecutor,
  type ResidentBytes,
} from './backends/backend.ts';
import { residentTogether } from './backends/resident-together.ts';
import { checkFetches, readFeeds } from './feeds.ts';
import { valueNames } from './graph/chain-graph.ts';
import { createGraphExecutor } from './graph/create.ts';
import { graphOfValues } from './graph/stored-graph.ts';
import type { SessionOptions } from './options.ts';
import type { InferenceSession } from './session.ts';
import type { SharedExecutor } from './shared-executor.ts';
import { Tensor } from './tensor.ts';

/** A network made ready to give other values than its outputs. */
interface Prepared {
  readonly executor: GraphExecutor;
  readonly shapes: readonly Shape[];
}

/**
 * Runs a network with tensors by name. Its outputs come from the session's own executor. For other values the network is made
 * ready once more, on the same backend, with these as its outputs, and kept until the session is disposed of: weights are in memory
 * once for each set of names.
 */
export class NamedRuns {
  readonly #session: InferenceSession;
  /** The session may go on to a better file. */
  readonly #file: WjzFile;
  readonly #executor: SharedExecutor;
  readonly #backend: Backend;
  readonly #options: SessionOptions;
  readonly #prepared = new Map<string, Promise<Prepared>>();
  readonly #executors: GraphExecutor[] = [];
  #calls = 0;
  #released = false;

  constructor(
    session: InferenceSession,
    executor: SharedExecutor,
    backend: Backend,
    options: SessionOptions,
  ) {
    this.#session = session;
    this.#file = session.file;
    this.#executor = executor;
    this.#backend = backend;
    this.#options = options;
  }

  async run(feeds: unknown, fetches: unknown): Promise<Record<string, Tensor>> {
    const { inputMetadata, outputNames: own } = this.#session;
    const { values, batch } = readFeeds(feeds, inputMetadata);
    const names = fetches ?? own;
    checkFetches(names, [...new Set([...own, ...valueNames(this.#file.manifest).keys()])]);
    this.#calls++;
    try {
      const found = names.every((name) => own.includes(name))
        ? await this.#runOutputs(values, batch)
        : await this.#runValues([...new Set(names)].sort(), values, batch);
      return Object.fromEntries(names.map((name) => [name, finite(name, found.get(name) as Tensor)]));
    } finally {
      this.#calls--;
      this.#freeIfIdle();
    }
  }

  /** `own`, and what was made ready besides. */
  residentBytes(own: ResidentBytes): ResidentBytes {
    return residentTogether([own, ...this.#executors.map(({ residentBytes }) => residentBytes)]);
  }

  get peakBytes(): number {
    return this.#executors.reduce((sum, { peakBytes }) => sum + peakBytes, 0);
  }

  /** Frees what was made ready when calls that run have ended. */
  release(): void {
    this.#released = true;
    this.#freeIfIdle();
  }

  async #runOutputs(values: Float32Array, batch: number): Promise<Map<string, Tensor>> {
    const { executor } = this.#executor;
    const results = await this.#executor.hold(
      executor.runOutputs?.(values, batch) ??
        executor.run(values, batch, 'values').then((logits) => [logits]),
    );
    return new Map(
      this.#session.outputMetadata.map(({ name, shape }, index) => [
        name,
        new Tensor(results[index], [batch, ...(shape.slice(1) as number[])]),
      ]),
    );
  }

  async #runValues(
    names: readonly string[],
    values: Float32Array,
    batch: number,
  ): Promise<Map<string, Tensor>> {
    const key = JSON.stringify(names);
    let pending = this.#prepared.get(key);
    if (pending === undefined) {
      pending = this.#prepare(names);
      this.#prepared.set(key, pending);
      pending.catch(() => this.#prepared.delete(key));
    }
    const { executor, shapes } = await pending;
    const results = await executor.run([values], batch, 'values');
    return new Map(names.map((name, index) => [name, new Tensor(results[index], [batch, ...shapes[index]])]));
  }

  async #prepare(names: readonly string[]): Promise<Prepared> {
    const { path, backend } = this.#session;
    const { precision, memory, threads } = this.#options;
    const values = valueNames(this.#file.manifest);
    const graph = await graphOfValues(
      this.#file,
      path,
      this.#options,
      names.map((name) => values.get(name) as string),
    );
    const executor = await createGraphExecutor(backend, this.#backend, graph, {
      precision: precision ?? EXECUTOR_DEFAULTS.precision,
      memory: memory ?? EXECUTOR_DEFAULTS.memory,
      threads: threads ?? EXECUTOR_DEFAULTS.threads,
    });
    this.#executors.push(executor);
    return { executor, shapes: graph.outputs.map((value) => graph.shapes.get(value) as Shape) };
  }

  #freeIfIdle(): void {
    if (!this.#released || this.#calls > 0) return;
    for (const executor of this.#executors.splice(0)) executor.dispose();
  }
}

function finite(name: string, tensor: Tensor): Tensor {
  const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return tensor;
  throw new WjpegError(
    'unsupported',
    'LOGITS_NOT_FINITE',
    `non-finite output '${name}' (element ${bad}): an intermediate value overflowed float32`,
  );
}
