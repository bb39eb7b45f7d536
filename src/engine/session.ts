import { WjpegError } from '../errors.ts';
import type { GroundOption } from '../input/ground.ts';
import { type PictureReport, type PreparedInput, preparePicture } from '../input/prepare-picture.ts';
import type { Network, TileGeometry } from '../model/network.ts';
import type { InputSpec } from '../wjz/manifest.ts';
import { readWjz, type WjzFile, type WjzLimits } from '../wjz/read.ts';
import {
  type BackendName,
  EXECUTOR_DEFAULTS,
  type Executor,
  type ExecutorOptions,
  type ResidentBytes,
} from './backends/backend.ts';
import { type BackendPreference, createPreferredExecutor } from './backends/choose.ts';
import { indexOfGreatest } from './greatest.ts';
import { type DenseSource, loadNetwork } from './load-network.ts';
import type { Path } from './path.ts';
import { softmax } from './softmax.ts';

export interface SessionOptions extends DenseSource, Partial<ExecutorOptions> {
  /** How weights are held; `coefficient` if absent. */
  readonly path?: Path;
  /** Backends in order of preference, or `auto` (the default): see `AUTO_ORDER` in backends/choose.ts. */
  readonly backends?: BackendPreference;
  /** Caps on what is read; see docs/wjz-format.md. */
  readonly limits?: Partial<WjzLimits>;
}

export interface RunOptions {
  /** Whether a picture has a dark or a light ground; detected if absent or `auto`. */
  readonly ground?: GroundOption;
}

export interface InferenceResult {
  /** One number an output, before softmax. */
  readonly logits: Float32Array;
  /** softmax(logits). */
  readonly probabilities: Float32Array;
  /** Index of the greatest probability. */
  readonly index: number;
  /** Its label, or the index as text where the model names none. */
  readonly label: string;
  /** How a picture became input; absent for a plain vector. */
  readonly picture?: PictureReport;
}

/**
 * A network ready to answer. `path` and `backend` say what really runs.
 *
 *     const session = await InferenceSession.create('model.wjz');
 *     const { label, probabilities } = await session.run(pngBytes);
 */
export class InferenceSession {
  readonly path: Path;
  readonly input: InputSpec;
  /** One label an output; indices as text where the model names none. */
  readonly labels: readonly string[];
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly #executor: Executor;
  /** Where the first layer takes pictures block by block: how they lie on its grid. */
  readonly #tile: TileGeometry | undefined;
  #disposed = false;

  private constructor(path: Path, file: WjzFile, network: Network, executor: Executor) {
    const { manifest } = file;
    this.path = path;
    this.input = manifest.input;
    const first = network.stages[0];
    this.#tile = first.kind === 'rows' ? first.tile : undefined;
    this.#executor = executor;
    this.inFeatures = network.stages[0].inFeatures;
    this.outFeatures = network.stages[network.stages.length - 1].outFeatures;
    this.labels = manifest.labels ?? Array.from({ length: this.outFeatures }, (_, index) => String(index));
  }

  /**
   * Opens a model: the bytes of a `.wjz`, or where to fetch them.
   * Throws `WjpegError` for files that are not well formed and for backends that are not there.
   */
  static async create(
    source: Uint8Array | string | URL,
    options: SessionOptions = {},
  ): Promise<InferenceSession> {
    const bytes = source instanceof Uint8Array ? source : await fetchBytes(source);
    return InferenceSession.fromFile(readWjz(bytes, options.limits), options);
  }

  /** Opens a model that `readWjz` has already read; several sessions can share one file. */
  static async fromFile(file: WjzFile, options: SessionOptions = {}): Promise<InferenceSession> {
    const path = options.path ?? 'coefficient';
    const network = loadNetwork(file, path, options);
    const executor = await createPreferredExecutor(options.backends ?? 'auto', network, {
      precision: options.precision ?? EXECUTOR_DEFAULTS.precision,
      memory: options.memory ?? EXECUTOR_DEFAULTS.memory,
      threads: options.threads ?? EXECUTOR_DEFAULTS.threads,
    });
    return new InferenceSession(path, file, network, executor);
  }

  /** The backend that runs. */
  get backend(): BackendName {
    return this.#executor.backend;
  }

  /** Bytes that weights, biases and tables occupy while the session can answer, host and device together. */
  get residentBytes(): number {
    const { host, device } = this.#executor.residentBytes;
    return host + device;
  }

  /** The same, split by place and by stage. */
  get resident(): ResidentBytes {
    return this.#executor.residentBytes;
  }

  /**
   * Answers for one input: an encoded picture (PNG or JPEG), or `inFeatures` values as the network takes them
   * (for pictures: already normalised).
   */
  async run(input: Uint8Array | Float32Array, options: RunOptions = {}): Promise<InferenceResult> {
    if (input instanceof Float32Array) return this.#answer(await this.runBatch(input, 1));
    const prepared = this.prepare(input, options);
    return this.#answer(await this.runPrepared(prepared), prepared.report);
  }

  /** Turns an encoded picture into the network's input, without running it. */
  prepare(picture: Uint8Array, options: RunOptions = {}): PreparedInput {
    if (this.input.kind !== 'image') {
      throw new WjpegError(
        'misuse',
        'INPUT_NOT_A_PICTURE',
        'this model takes a vector of numbers, not a picture',
      );
    }
    return preparePicture(picture, this.input, {
      ...(options.ground && { ground: options.ground }),
      ...(this.#tile && { tile: this.#tile }),
    });
  }

  /** Runs a prepared picture; returns `outFeatures` logits. */
  async runPrepared(prepared: PreparedInput): Promise<Float32Array> {
    this.#assertOpen();
    return prepared.kind === 'coefficients'
      ? this.#executor.run(prepared.coefficients, 1, 'coefficients')
      : this.#executor.run(prepared.values, 1, 'values');
  }

  /** Runs `batch` inputs at once. `values`: batch × inFeatures; returns batch × outFeatures logits. */
  async runBatch(values: Float32Array, batch: number): Promise<Float32Array> {
    this.#assertOpen();
    if (!Number.isInteger(batch) || batch < 1 || values.length !== batch * this.inFeatures) {
      throw new WjpegError(
        'misuse',
        'INPUT_LENGTH',
        `${values.length} values for a batch of ${batch}, expected ${batch} × ${this.inFeatures}`,
      );
    }
    return this.#executor.run(values, batch, 'values');
  }

  /** Most bytes that the session held at once so far, `residentBytes` included. */
  get peakBytes(): number {
    return this.#executor.peakBytes;
  }

  /** Frees the weights, on the device too. A disposed session can not run any more. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#executor.dispose();
  }

  #answer(logits: Float32Array, picture?: PictureReport): InferenceResult {
    if (!logits.every(Number.isFinite)) {
      throw new WjpegError(
        'unsupported',
        'LOGITS_NOT_FINITE',
        'the answer is not finite: the numbers on the way leave the range of float32',
      );
    }
    const probabilities = softmax(logits);
    const index = indexOfGreatest(probabilities);
    return {
      logits,
      probabilities,
      index,
      label: this.labels[index],
      ...(picture && { picture }),
    };
  }

  #assertOpen(): void {
    if (this.#disposed) throw new WjpegError('misuse', 'SESSION_DISPOSED', 'this session has been disposed');
  }
}

async function fetchBytes(url: string | URL): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new WjpegError('unavailable', 'FETCH_FAILED', `${url}: could not be fetched`, { cause });
  }
  if (!response.ok)
    throw new WjpegError('unavailable', 'FETCH_FAILED', `${url}: the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
