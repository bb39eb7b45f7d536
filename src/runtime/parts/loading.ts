import { ByteBuffer } from '../../bytes.ts';
import { WjpegError } from '../../errors.ts';
import { resolveLimits, type WjzLimits } from '../../format/limits.ts';
import type { PartialJpeg } from '../../format/partial.ts';
import { PartialModel } from '../../format/partial-model.ts';
import type { WjzFile } from '../../format/reading.ts';
import { openWjz } from '../../format/reading.ts';
import type { JpegLimits } from '../../jpeg/types.ts';
import { bodyOf, chunksOf, maxModelBytes, readFileUrl, withTimeout } from '../source.ts';
import { explainContent } from '../source-errors.ts';
import {
  bytesAtOnce,
  describeSource,
  isAddress,
  isFile,
  type ModelSource,
  type StreamSource,
} from '../source-kinds.ts';
import { abortion, type LoadingOptions, Watch } from '../watch.ts';
import { Download, type DownloadOptions } from './download.ts';

/** Progress of loading a model. */
export interface LoadProgress {
  /** Bytes received. */
  readonly received: number;
  /** Total bytes; undefined if the source does not state it. */
  readonly total: number | undefined;
  /** Scans in the JPEGs of the network in use, all layers together; 0 before the first. */
  readonly scans: number;
  /** Whether everything has been received and checked. */
  readonly complete: boolean;
  /** Progress of the layers' JPEGs. */
  readonly jpegs: readonly PartialJpeg[];
}

export interface LoadOptions extends DownloadOptions, LoadingOptions {
  readonly limits?: Partial<WjzLimits>;
  readonly jpegLimits?: Partial<JpegLimits>;
  /** Called after each received piece, each new network in use, and at the end. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads a model in parts: as soon as the bytes form a network, `use` receives successively refined networks, one at a
 * time, and finally the whole file as `openWjz` reads and checks it. After each network it pauses for as long as all of
 * them have taken so far: a server that sends many scans, each of which makes a network, gets a shrinking share of the
 * page's time.
 */
export class PartLoading {
  /** Resolves once a first network is in use. */
  readonly usable: Promise<void>;
  readonly #source: ModelSource;
  readonly #name: string;
  readonly #options: LoadOptions;
  readonly #use: (file: WjzFile) => Promise<void>;
  readonly #abort = new AbortController();
  readonly #onAbort = (): void => this.#abort.abort(abortion(this.#name, this.#options.signal?.reason));
  readonly #download: Download | undefined;
  #settleUsable: { resolve(): void; reject(error: unknown): void } | undefined;
  #complete: Promise<void>;
  #bytes = new ByteBuffer();
  #partial: PartialModel;
  /** Scans of the network in use. */
  #scans = 0;
  #building: Promise<void> | undefined;
  /** Milliseconds spent on intermediate networks so far. */
  #spent = 0;
  /** The pause: no further network is started before it ends. */
  #rest: ReturnType<typeof setTimeout> | undefined;
  #failed = false;
  /** Set when complete: then nothing else is kept. */
  #end: LoadProgress | undefined;

  constructor(source: ModelSource, options: LoadOptions, use: (file: WjzFile) => Promise<void>) {
    this.#source = source;
    this.#name = describeSource(source, 'model');
    this.#options = options;
    this.#use = use;
    this.#partial = partialModel(options);
    if (options.signal?.aborted) this.#onAbort();
    else options.signal?.addEventListener('abort', this.#onAbort);
    this.#download =
      isAddress(source) && !isFile(source)
        ? new Download(source, { ...options, ...withTimeout(source, options) }, this.#abort.signal)
        : undefined;
    this.usable = new Promise((resolve, reject) => {
      this.#settleUsable = { resolve, reject };
    });
    this.#complete = this.#start();
  }

  get progress(): LoadProgress {
    if (this.#end) return this.#end;
    return {
      received: this.#bytes.bytes.length,
      total: this.#download?.total ?? sizeOf(this.#source),
      scans: this.#scans,
      complete: false,
      jpegs: this.#partial.jpegs,
    };
  }

  /** Resolves when everything is received and checked; rejects if the download broke off or the file is damaged. */
  get complete(): Promise<void> {
    return this.#complete;
  }

  /** Resumes a broken download. Returns the new `complete`. */
  resume(): Promise<void> {
    if (!this.#failed) return this.#complete;
    this.#abort.signal.throwIfAborted();
    if (this.#download === undefined) {
      throw new WjpegError('misuse', 'SOURCE_USED', `${this.#name}: only a URL source can be resumed`);
    }
    this.#failed = false;
    this.#complete = this.#start();
    return this.#complete;
  }

  /** Stops; `complete` rejects unless it has resolved. */
  stop(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#abort.abort(
      new WjpegError('misuse', 'SESSION_DISPOSED', 'this session is disposed: create a new one'),
    );
  }

  #start(): Promise<void> {
    const run = this.#run().catch(async (error: unknown) => {
      this.#failed = true;
      clearTimeout(this.#rest);
      this.#rest = undefined;
      const { signal } = this.#abort;
      const reason = signal.aborted
        ? signal.reason
        : explainContent(error, this.#source, this.#bytes.bytes, 'model');
      // A network being prepared from the received bytes is still useful.
      if (!signal.aborted) await this.#building?.catch(() => {});
      this.#settleUsable?.reject(reason);
      throw reason;
    });
    // Callers of `complete` or `usable` see the error; for others it must not become an unhandled rejection.
    run.catch(() => {});
    this.usable.catch(() => {});
    return run;
  }

  async #run(): Promise<void> {
    const maxBytes = maxModelBytes(this.#options.limits);
    this.#abort.signal.throwIfAborted();
    for await (const chunk of this.#chunks()) {
      this.#abort.signal.throwIfAborted();
      this.#bytes.append(chunk);
      if (this.#bytes.bytes.length > maxBytes) {
        throw new WjpegError(
          'limit',
          'SOURCE_TOO_LARGE',
          `${this.#name}: more than ${maxBytes} bytes, the limit`,
        );
      }
      await this.#partial.advance(this.#bytes.bytes);
      this.#report();
      this.#improve();
    }
    await this.#building;
    clearTimeout(this.#rest);
    const file = await openWjz(this.#bytes.bytes, this.#options.limits, this.#options.jpegLimits);
    await this.#take(file, scansOf(this.#partial.jpegs));
    this.#abort.signal.throwIfAborted();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#end = { ...this.progress, total: this.#bytes.bytes.length, complete: true };
    this.#bytes = new ByteBuffer();
    this.#partial = partialModel(this.#options);
    this.#report();
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    const source = this.#source;
    if (this.#download)
      return yield* this.#download.chunks((at, bytes) => isAt(this.#bytes.bytes, at, bytes));
    const bytes = bytesAtOnce(source);
    if (bytes !== undefined) return yield bytes;
    const { signal } = this.#abort;
    if (isFile(source)) return yield await readFileUrl(source, maxModelBytes(this.#options.limits), signal);
    const watch = new Watch(this.#name, { ...withTimeout(source, this.#options), signal });
    try {
      yield* chunksOf(bodyOf(source as StreamSource, 'model'), 'model', watch);
    } finally {
      watch.close();
    }
  }

  /** Prepares the network received so far if it improves on the one in use and no other is being prepared. */
  #improve(): void {
    const scans = scansOf(this.#partial.jpegs);
    if (this.#abort.signal.aborted) return;
    if (this.#building || this.#rest !== undefined || scans <= this.#scans) return;
    const { file } = this.#partial;
    if (file === undefined) return;
    const began = performance.now();
    const build = this.#take(file, scans).then(() => {
      this.#building = undefined;
      this.#spent += performance.now() - began;
      this.#rest = setTimeout(() => {
        this.#rest = undefined;
        this.#improve();
      }, this.#spent);
      this.#report();
    });
    this.#building = build;
    // Awaited at the end of the download; until then a rejection must not count as unhandled.
    build.catch(() => {});
  }

  async #take(file: WjzFile, scans: number): Promise<void> {
    await this.#use(file);
    this.#scans = scans;
    this.#settleUsable?.resolve();
  }

  #report(): void {
    this.#options.onProgress?.(this.progress);
  }
}

/** Whether the bytes at `offset` equal `part`. */
function isAt(bytes: Uint8Array, offset: number, part: Uint8Array): boolean {
  return part.every((byte, index) => byte === bytes[offset + index]);
}

function partialModel({ limits = {}, jpegLimits }: LoadOptions): PartialModel {
  return new PartialModel(resolveLimits(limits), jpegLimits);
}

function scansOf(jpegs: readonly PartialJpeg[]): number {
  return jpegs.reduce((sum, { scans }) => sum + scans, 0);
}

function sizeOf(source: ModelSource): number | undefined {
  if (source instanceof Blob) return source.size;
  return bytesAtOnce(source)?.length;
}
