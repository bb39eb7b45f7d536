import { WjpegError } from '../errors.ts';
import type { WjzFile } from '../format/reading.ts';
import type { Shape } from '../graph/shape.ts';
import type { BackendName, ExecutorOptions, GraphExecutor, ResidentBytes } from './backends/backend.ts';
import { findBackend } from './backends/registry.ts';
import { checkFetches, readFeeds } from './feeds.ts';
import { valueNames } from './graph/chain-graph.ts';
import { createGraphExecutor } from './graph/create.ts';
import { graphOfValues } from './graph/stored-graph.ts';
import type { LoadNetworkOptions } from './load-network.ts';
import type { TensorMetadata } from './metadata.ts';
import type { Path } from './path.ts';
import { softmax } from './softmax.ts';
import { Tensor } from './tensor.ts';

/** The session whose network is run by names. */
export interface NamedSource {
  readonly file: WjzFile;
  readonly path: Path;
  readonly backend: BackendName;
  readonly options: LoadNetworkOptions & ExecutorOptions;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Whether the first output is the softmax of what `runOutputs` gives for it. */
  readonly endsInSoftmax: boolean;
  /** Runs the session's own executor: B × elements for each output. */
  runOutputs(values: Float32Array, batch: number): Promise<Float32Array[]>;
}

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
  readonly #source: NamedSource;
  readonly #prepared = new Map<string, Promise<Prepared>>();
  readonly #executors: GraphExecutor[] = [];
  #calls = 0;
  #released = false;

  constructor(source: NamedSource) {
    this.#source = source;
  }

  async run(feeds: unknown, fetches: unknown): Promise<Record<string, Tensor>> {
    const { file, inputs, outputs } = this.#source;
    const { values, batch } = readFeeds(feeds, inputs);
    const own = outputs.map(({ name }) => name);
    const names = fetches ?? own;
    checkFetches(names, [...new Set([...own, ...valueNames(file.manifest).keys()])]);
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
    const all = [own, ...this.#executors.map(({ residentBytes }) => residentBytes)];
    return {
      host: all.reduce((sum, { host }) => sum + host, 0),
      device: all.reduce((sum, { device }) => sum + device, 0),
      nodes: all.flatMap(({ nodes }) => nodes),
    };
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
    const { outputs, endsInSoftmax, runOutputs } = this.#source;
    const results = await runOutputs(values, batch);
    if (endsInSoftmax) results[0] = softmaxRows(results[0], batch);
    return new Map(
      outputs.map(({ name, shape }, index) => [
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
    const { file, path, backend, options } = this.#source;
    const { precision, memory, threads } = options;
    const values = valueNames(file.manifest);
    const graph = await graphOfValues(
      file,
      path,
      options,
      names.map((name) => values.get(name) as string),
    );
    const executor = await createGraphExecutor(backend, await findBackend(backend), graph, {
      precision,
      memory,
      threads,
    });
    this.#executors.push(executor);
    return { executor, shapes: graph.outputs.map((value) => graph.shapes.get(value) as Shape) };
  }

  #freeIfIdle(): void {
    if (!this.#released || this.#calls > 0) return;
    for (const executor of this.#executors.splice(0)) executor.dispose();
  }
}

function softmaxRows(values: Float32Array, batch: number): Float32Array {
  const size = values.length / batch;
  const result = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += size) result.set(softmax(values.subarray(at, at + size)), at);
  return result;
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
