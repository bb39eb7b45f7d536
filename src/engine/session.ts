import { WjpegError } from '../errors.ts';
import type { GroundOption } from '../input/ground.ts';
import type { PictureLimits } from '../input/limits.ts';
import type { PictureReport, PreparedInput } from '../input/prepare-picture.ts';
import type { Network, TileGeometry } from '../model/network.ts';
import type { WjzLimits } from '../wjz/limits.ts';
import type { InputSpec } from '../wjz/manifest.ts';
import { openWjz } from '../wjz/open.ts';
import type { WjzFile } from '../wjz/reading.ts';
import { argmax } from './argmax.ts';
import {
  type BackendName,
  EXECUTOR_DEFAULTS,
  type Executor,
  type ExecutorOptions,
  type ResidentBytes,
} from './backends/backend.ts';
import { type BackendPreference, createPreferredExecutor } from './backends/choose.ts';
import { HeldExecutor } from './held-executor.ts';
import type { LoadNetworkOptions } from './load-network.ts';
import type { DownloadOptions } from './parts/download.ts';
import type { LoadProgress, PartLoading } from './parts/loading.ts';
import type { Path } from './path.ts';
import { softmax } from './softmax.ts';
import { type ModelSource, sourceBytes } from './source.ts';
import { coefficientNetwork } from './stored-network.ts';

export interface SessionOptions extends LoadNetworkOptions, Partial<ExecutorOptions>, DownloadOptions {
  /** How weights are held; `coefficient` if absent. */
  readonly path?: Path;
  /** Backends in order of preference, or `auto` (the default): see `AUTO_ORDER` in backends/choose.ts. */
  readonly backends?: BackendPreference;
  /** Caps on what is read of a `.wjz`; see docs/limits.md, for `jpegLimits` too. */
  readonly limits?: Partial<WjzLimits>;
  /** Caps on pictures as input. */
  readonly pictureLimits?: Partial<PictureLimits>;
  /**
   * Whether the session may answer before all of the model is there, from the scans that are, and get better as more
   * arrive; a broken download goes on where it stopped. See `complete`.
   */
  readonly progressive?: boolean;
  /** With `progressive`: called as bytes arrive, as the session gets better, and at the end. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** How one input is to be taken. */
export interface RunOptions {
  /** Whether a picture has a dark or a light ground; detected if absent or `auto`. */
  readonly ground?: GroundOption;
}

/** What a network answers. */
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
  /** Where the first layer takes pictures block by block: how they lie on its grid. */
  readonly #tile: TileGeometry | undefined;
  readonly #pictureLimits: Partial<PictureLimits> | undefined;
  #executor: HeldExecutor;
  #loading: PartLoading | undefined;
  #disposed = false;

  private constructor(
    path: Path,
    file: WjzFile,
    network: Network,
    executor: Executor,
    { pictureLimits, progressive = false }: SessionOptions,
  ) {
    const { manifest } = file;
    const first = network.stages[0];
    this.path = path;
    this.input = manifest.input;
    this.#tile = first.kind === 'rows' ? first.tile : undefined;
    this.#pictureLimits = pictureLimits;
    this.#executor = new HeldExecutor(executor, progressive);
    this.inFeatures = first.inFeatures;
    this.outFeatures = network.stages[network.stages.length - 1].outFeatures;
    this.labels = manifest.labels ?? Array.from({ length: this.outFeatures }, (_, index) => String(index));
  }

  /**
   * Opens a model: an address, a Request, Response or Blob (a File is one), the bytes of a `.wjz`, or a stream of them.
   * Throws `WjpegError` for files that are not well formed, for what can not be fetched, and for backends that are not
   * there.
   */
  static async create(source: ModelSource, options: SessionOptions = {}): Promise<InferenceSession> {
    if (options.progressive) return InferenceSession.#createByParts(source, options);
    const file = await openWjz(await sourceBytes(source), options.limits, options.jpegLimits);
    return InferenceSession.fromFile(file, options);
  }

  /** Opens a model that `readWjz` has already read; several sessions can share one file. */
  static async fromFile(file: WjzFile, options: SessionOptions = {}): Promise<InferenceSession> {
    const path = options.path ?? 'coefficient';
    const { network, executor } = await makeReady(file, path, options);
    return new InferenceSession(path, file, network, executor, options);
  }

  static async #createByParts(source: ModelSource, options: SessionOptions): Promise<InferenceSession> {
    const { PartLoading } = await import('./parts/loading.ts');
    let session: InferenceSession | undefined;
    const loading = new PartLoading(source, options, async (file) => {
      if (session === undefined) {
        session = await InferenceSession.fromFile(file, options);
        session.#loading = loading;
      } else {
        session.#replace((await makeReady(file, session.path, options)).executor);
      }
    });
    await loading.usable;
    return session as unknown as InferenceSession;
  }

  /**
   * How much of the model is there. Only with the option `progressive` can a session be there before its model is
   * complete.
   */
  get progress(): LoadProgress | undefined {
    return this.#loading?.progress;
  }

  /**
   * Resolves when all of the model is there and checked (CRC and all); at once without the option `progressive`. Rejects
   * with a `WjpegError` where the download broke off for good or brought something damaged: the session goes on
   * answering from what it has.
   */
  get complete(): Promise<void> {
    return this.#loading?.complete ?? Promise.resolve();
  }

  /** Asks for the rest of a model whose download broke off. Returns the new `complete`. */
  resume(): Promise<void> {
    this.#assertOpen();
    return this.#loading?.resume() ?? Promise.resolve();
  }

  /** The backend that runs. */
  get backend(): BackendName {
    return this.#executor.executor.backend;
  }

  /** Bytes that weights, biases and tables occupy while the session can answer, host and device together. */
  get residentBytes(): number {
    const { host, device } = this.#executor.executor.residentBytes;
    return host + device;
  }

  /** The same, split by place and by stage. */
  get resident(): ResidentBytes {
    return this.#executor.executor.residentBytes;
  }

  /**
   * Answers for one input: an encoded picture (PNG or JPEG), or `inFeatures` values as the network takes them
   * (for pictures: already normalised).
   */
  async run(input: Uint8Array | Float32Array, options: RunOptions = {}): Promise<InferenceResult> {
    if (input instanceof Float32Array) return this.#answer(await this.runBatch(input, 1));
    const prepared = await this.prepare(input, options);
    return this.#answer(await this.runPrepared(prepared), prepared.report);
  }

  /** Turns an encoded picture into the network's input, without running it. */
  async prepare(picture: Uint8Array, options: RunOptions = {}): Promise<PreparedInput> {
    if (this.input.kind !== 'image') {
      throw new WjpegError(
        'misuse',
        'INPUT_NOT_A_PICTURE',
        'this model takes a vector of numbers, not a picture',
      );
    }
    // Who runs vectors only does without all that reads pictures.
    const { preparePicture } = await import('../input/prepare-picture.ts');
    return preparePicture(picture, this.input, {
      ...(options.ground && { ground: options.ground }),
      limits: this.#pictureLimits,
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
  runBatch(values: Float32Array, batch: number): Promise<Float32Array> {
    // Not an async function: a promise around a promise takes a tenth of the time of a small net.
    try {
      this.#assertOpen();
      if (!Number.isInteger(batch) || batch < 1 || values.length !== batch * this.inFeatures) {
        throw new WjpegError(
          'misuse',
          'INPUT_LENGTH',
          `${values.length} values for a batch of ${batch}, expected ${batch} × ${this.inFeatures}`,
        );
      }
      return this.#executor.run(values, batch, 'values');
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Most bytes that the session held at once so far, `residentBytes` included. */
  get peakBytes(): number {
    return this.#executor.executor.peakBytes;
  }

  /** Frees the weights, on the device too. A disposed session can not run any more. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#loading?.stop();
    this.#executor.release();
  }

  /** Calls in flight end on the net that they began on. */
  #replace(executor: Executor): void {
    const before = this.#executor;
    this.#executor = new HeldExecutor(executor, true);
    before.release();
    if (this.#disposed) this.#executor.release();
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
    const index = argmax(probabilities);
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

async function makeReady(
  file: WjzFile,
  path: Path,
  options: SessionOptions,
): Promise<{ network: Network; executor: Executor }> {
  // The other paths are for comparison: what decodes pictures and reads state dicts comes when one is asked for.
  const network =
    path === 'coefficient'
      ? await coefficientNetwork(file, options.jpegLimits)
      : (await import('./load-network.ts')).loadNetwork(file, path, options);
  const executor = await createPreferredExecutor(options.backends ?? 'auto', network, {
    precision: options.precision ?? EXECUTOR_DEFAULTS.precision,
    memory: options.memory ?? EXECUTOR_DEFAULTS.memory,
    threads: options.threads ?? EXECUTOR_DEFAULTS.threads,
  });
  return { network, executor };
}
