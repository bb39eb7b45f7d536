/// <reference lib="esnext.disposable" preserve="true" />
import { WjpegError } from '../errors.ts';
import type { InputSpec } from '../format/manifest.ts';
import { openWjz, type WjzFile } from '../format/reading.ts';
import type { PreparedCoefficients, PreparedInput } from '../image/prepared.ts';
import { answerOf } from './answer.ts';
import type { Backend, BackendName, ResidentBytes } from './backends/backend.ts';
import type { Feeds } from './feeds.ts';
import type { InputForms, ModelInput, PictureInput, PreparedVector, VectorInput } from './input-forms.ts';
import { type TensorMetadata, tensorMetadata } from './metadata.ts';
import type { NamedRuns } from './named-runs.ts';
import type {
  Classification,
  ClassifyOptions,
  InferenceResult,
  RunOptions,
  SessionOptions,
} from './options.ts';
import type { LoadProgress, PartLoading } from './parts/loading.ts';
import type { Path } from './path.ts';
import { makeReady, type ReadyNetwork, type SessionExecutor } from './ready-network.ts';
import { SharedExecutor } from './shared-executor.ts';
import type { Asked } from './source.ts';
import type { ModelSource } from './source-kinds.ts';
import type { Tensor } from './tensor.ts';

/**
 * A network ready to run. `path` and `backend` state what is actually used.
 *
 *     const session = await InferenceSession.create('model.wjz');
 *     const [{ label, score }] = await session.classify(pngBytes);
 */
export class InferenceSession implements Disposable, AsyncDisposable {
  readonly path: Path;
  readonly input: InputSpec;
  /** One label per output; indices as text if the model has no labels. */
  readonly labels: readonly string[];
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** What `run` takes by name: one input, called `input`. */
  readonly inputMetadata: readonly TensorMetadata[];
  /** What `run` gives by name unless other values are wanted: of a chain and of what was trained here `logits`. */
  readonly outputMetadata: readonly TensorMetadata[];
  readonly #options: SessionOptions;
  readonly #backend: Backend;
  readonly #inputForms: InputForms;
  #file: WjzFile;
  #named: NamedRuns | undefined;
  #executor: SharedExecutor;
  #loading: PartLoading | undefined;
  #disposed = false;
  /** `using session = …` disposes of the session at the end of its block. */
  declare [Symbol.dispose]: () => void;
  /** `await using session = …` does the same. */
  declare [Symbol.asyncDispose]: () => Promise<void>;

  private constructor(
    path: Path,
    file: WjzFile,
    { executor, backend, blocks, inFeatures, outFeatures, outputs }: ReadyNetwork,
    options: SessionOptions,
  ) {
    const { manifest } = file;
    const { pictureLimits, progressive = false } = options;
    this.#file = file;
    this.#options = options;
    this.#backend = backend;
    this.path = path;
    this.input = manifest.input;
    this.#inputForms = {
      spec: manifest.input,
      inFeatures,
      blocks,
      limits: pictureLimits,
    };
    this.#executor = new SharedExecutor(executor, progressive);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    const { input } = manifest;
    const shape = input.kind === 'image' ? [input.channels, input.height, input.width] : [inFeatures];
    this.inputMetadata = [tensorMetadata('input', shape)];
    this.outputMetadata = outputs ?? [tensorMetadata('logits', [outFeatures])];
    this.labels = manifest.labels ?? Array.from({ length: this.outFeatures }, (_, index) => String(index));
  }

  static {
    // If the engine lacks these symbols, compiled `using` declarations use these.
    Object.assign(InferenceSession.prototype, {
      [Symbol.dispose ?? Symbol.for('Symbol.dispose')](this: InferenceSession) {
        this.dispose();
      },
      async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')](this: InferenceSession) {
        this.dispose();
      },
    });
  }

  /**
   * Opens a model: an address (a string, URL or Request), a Response or Blob (a File is one), the bytes of a `.wjz`, or
   * a stream of them. The session copies the bytes passed to it, so they may be changed afterwards.
   *
   * @throws WjpegError `OPTION_…` for options that do not exist, `FETCH_FAILED`, `SOURCE_…` and `LOADING_…` if the
   *   bytes cannot be loaded, `ZIP_…`, `WJZ_…` and `JPEG_…` for anything but a valid `.wjz`, `BACKEND_UNAVAILABLE`
   */
  static async create(source: ModelSource, options?: SessionOptions): Promise<InferenceSession> {
    const given = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
    // Batches and `stream` decode it again later, by when the caller may have changed it.
    const held = given instanceof Uint8Array ? new Uint8Array(given) : given;
    if (options === undefined) return InferenceSession.#open(held, {});
    return (await import('./open-session.ts')).openSession(held, options, {
      open: InferenceSession.#open,
      make: InferenceSession.#make,
      improve: async (session, file) =>
        session.#replace(file, (await makeReady(file, session.path, options)).executor),
      attach: (session, loading) => {
        session.#loading = loading;
      },
    });
  }

  /**
   * Opens a model that `readWjz` has already read; several sessions can share one file, whose bytes must not be changed
   * while one of them is open.
   *
   * @throws WjpegError as `create` does
   */
  static async fromFile(file: WjzFile, options?: SessionOptions): Promise<InferenceSession> {
    if (options)
      (await import('./open-session.ts')).checkSessionOptions('InferenceSession.fromFile', options);
    return InferenceSession.#make(file, options ?? {});
  }

  static async #open(source: ModelSource, options: SessionOptions): Promise<InferenceSession> {
    const { limits, jpegLimits } = options;
    const file =
      source instanceof Uint8Array
        ? await openWjz(source, limits, jpegLimits)
        : await openAsked(source, options);
    return InferenceSession.#make(file, options);
  }

  static async #make(file: WjzFile, options: SessionOptions): Promise<InferenceSession> {
    const path = options.path ?? 'coefficient';
    return new InferenceSession(path, file, await makeReady(file, path, options), options);
  }

  /**
   * How much of the model has been received. Only with the option `progressive` can a session exist before its model is
   * complete.
   */
  get progress(): LoadProgress | undefined {
    return this.#loading?.progress;
  }

  /**
   * Resolves when the whole model is received and checked, including CRCs; immediately without the option
   * `progressive`. Rejects with a `WjpegError` if the download failed for good or the file is damaged: the session
   * continues to run on what it has.
   */
  get complete(): Promise<void> {
    return this.#loading?.complete ?? Promise.resolve();
  }

  /**
   * Resumes a broken download of the model. Returns the new `complete`.
   *
   * @throws WjpegError `SESSION_DISPOSED`; `SOURCE_USED` for a source other than a URL
   */
  resume(): Promise<void> {
    this.#assertOpen();
    return this.#loading?.resume() ?? Promise.resolve();
  }

  /**
   * The model file: its manifest, JPEGs, tensors and sizes, as `readWjz` gives it. While a model arrives (`progressive`), what
   * the session runs at the time.
   */
  get file(): WjzFile {
    return this.#file;
  }

  /** Names of what `run` takes. */
  get inputNames(): readonly string[] {
    return this.inputMetadata.map(({ name }) => name);
  }

  /** Names of what `run` gives unless other values are wanted. */
  get outputNames(): readonly string[] {
    return this.outputMetadata.map(({ name }) => name);
  }

  /** The backend in use. */
  get backend(): BackendName {
    return this.#executor.executor.backend;
  }

  /** Bytes of weights, biases and tables while the session is open, host and device together. */
  get residentBytes(): number {
    const { host, device } = this.resident;
    return host + device;
  }

  /** The same, split by place and by node. */
  get resident(): ResidentBytes {
    const { residentBytes } = this.#executor.executor;
    return this.#named?.residentBytes(residentBytes) ?? residentBytes;
  }

  /**
   * Runs tensors by name, as onnxruntime-web does: the input of dims ['batch', …] as `inputMetadata` says it, or flat
   * [batch, inFeatures]; values as the network takes them (for pictures: `Tensor.fromImage`).
   *
   * @param fetches names of the values to give, those of `outputNames` if absent. Layers of the model are values too, under
   *   their names or, without one, type and place (`relu 1`). For these the network is made ready once more on the same
   *   backend, and kept until the session is disposed of: `residentBytes` counts it
   * @returns a tensor of dims [batch, …] for each name
   * @throws WjpegError `INPUT_…` for inputs that the network does not accept, `OUTPUT_NAME` for values that it does not
   *   have, `OPERATOR_UNAVAILABLE` where the backend runs no graphs, and `LOGITS_NOT_FINITE`
   */
  async run(feeds: Feeds, fetches?: readonly string[]): Promise<Record<string, Tensor>> {
    this.#assertOpen();
    const { NamedRuns } = await import('./named-runs.ts');
    this.#assertOpen();
    this.#named ??= new NamedRuns(this, this.#executor, this.#backend, this.#options);
    return this.#named.run(feeds, fetches);
  }

  /**
   * Labels of a picture or vector with their probabilities, the most probable first.
   *
   * @throws WjpegError as `infer` does
   */
  async classify(input: ModelInput, options?: ClassifyOptions): Promise<Classification[]> {
    return (await import('./classify.ts')).classify(this, input, options);
  }

  /**
   * Runs one input: a picture (encoded, decoded or drawn, see `PictureInput`), or `inFeatures` values as the
   * network takes them (for pictures: already normalised; see `VectorInput`).
   *
   * @throws WjpegError `INPUT_…` for inputs that the network does not accept, `PICTURE_…` for pictures that cannot be
   *   read, `OPTION_…`, `LOADING_…`, `FETCH_FAILED`, and `LOGITS_NOT_FINITE`
   */
  async infer(input: ModelInput, options?: RunOptions): Promise<InferenceResult> {
    if (input instanceof Float32Array && options === undefined) {
      return answerOf(this.labels, await this.runBatch(input, 1));
    }
    const prepared = await this.prepare(input, options);
    return answerOf(this.labels, await this.runPrepared(prepared), options, prepared.report);
  }

  /**
   * Converts an input to the form that the network takes, without running it.
   *
   * @throws WjpegError as `infer` does
   */
  prepare(picture: PictureInput, options?: RunOptions): Promise<PreparedInput>;
  prepare(vector: VectorInput, options?: RunOptions): Promise<PreparedVector>;
  prepare(input: ModelInput, options?: RunOptions): Promise<PreparedInput | PreparedVector>;
  async prepare(input: ModelInput, options?: RunOptions): Promise<PreparedInput | PreparedVector> {
    this.#assertOpen();
    // A page that only runs vectors does not load the code that reads pictures.
    forms ??= await import('./input-forms.ts');
    return forms.prepareInput(input, this.#inputForms, options);
  }

  /**
   * Runs a prepared input; returns `outFeatures` logits.
   *
   * @throws WjpegError `INPUT_LENGTH`, `INPUT_NOT_FINITE`
   */
  async runPrepared(prepared: PreparedInput | PreparedVector): Promise<Float32Array> {
    this.#assertOpen();
    return this.#executor.run(
      (prepared as PreparedCoefficients).coefficients ?? (prepared as PreparedVector).values,
      1,
      prepared.kind,
      (prepared as PreparedCoefficients).sampling,
    );
  }

  /**
   * Runs `batch` inputs at once. `values`: batch × inFeatures, input after input; returns batch × outFeatures logits.
   *
   * @throws WjpegError `INPUT_LENGTH`, `INPUT_NOT_FINITE`
   */
  runBatch(values: Float32Array, batch: number): Promise<Float32Array> {
    // Not an async function: another promise takes a tenth of the time of a small network.
    try {
      this.#assertOpen();
      return this.#executor.run(values, batch, 'values');
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Runs inputs of any form, as `infer` takes them, side by side if that is faster. Returns one result for each, in their
   * order; rejects with the error of the first input that cannot be run, which names it.
   *
   * @throws WjpegError as `infer` does
   */
  async inferBatch(inputs: readonly ModelInput[], options?: RunOptions): Promise<InferenceResult[]> {
    this.#assertOpen();
    forms ??= await import('./input-forms.ts');
    const answers = await forms.runInputs(inputs, this.#inputForms, options, this.#executor);
    return answers.map(({ logits, report }) => answerOf(this.labels, logits, options, report));
  }

  /** Peak bytes of the session so far, including `residentBytes`. */
  get peakBytes(): number {
    return this.#executor.executor.peakBytes + (this.#named?.peakBytes ?? 0);
  }

  /** Frees the weights, on the device too. A disposed session cannot run. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#loading?.stop();
    this.#executor.release();
    this.#named?.release();
  }

  /** Pending calls finish on the network that they began on. */
  #replace(file: WjzFile, executor: SessionExecutor): void {
    const before = this.#executor;
    this.#file = file;
    this.#named?.release();
    this.#named = undefined;
    this.#executor = new SharedExecutor(executor, true);
    before.release();
    if (this.#disposed) this.#executor.release();
  }

  #assertOpen(): void {
    if (this.#disposed)
      throw new WjpegError('misuse', 'SESSION_DISPOSED', 'this session is disposed: create a new one');
  }
}

/** Loaded once: engines take microseconds to find what is loaded. */
let forms: typeof import('./input-forms.ts') | undefined;

/** Requests a URL while the code that reads the response is loading. */
async function openAsked(source: ModelSource, options: SessionOptions): Promise<WjzFile> {
  let asked: Asked | undefined;
  if (typeof source === 'string' || source instanceof URL || source instanceof Request) {
    const stop = new AbortController();
    asked = { response: fetch(source, { signal: stop.signal }), stop };
    asked.response.catch(() => {});
  }
  return (await import('./source.ts')).openSource(source, options, asked);
}
