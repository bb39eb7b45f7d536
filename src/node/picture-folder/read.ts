import { createHash } from 'node:crypto';
import { WjpegError } from '../../errors.ts';
import type { ImageInputSpec } from '../../format/manifest.ts';
import { readFileBytes } from '../files.ts';
import { readAhead } from '../read-ahead.ts';
import { isLost, WorkerPool } from '../workers/pool.ts';
import { decodeSamples } from './decode.ts';

/** Larger files are skipped. */
export const MAX_PICTURE_BYTES: number = 2 ** 28;

/** A file as a network takes it, or why it is skipped. */
export type ReadPicture =
  | {
      /** channels × height × width samples 0…255. */
      readonly samples: Uint8Array;
      /** The same for files of the same bytes only. */
      readonly key: string;
    }
  | { readonly reason: string };

/** Reads files, some at a time. */
export interface PictureReader {
  /** How many groups of files it works on side by side. */
  readonly atOnce: number;
  read(paths: readonly string[]): Promise<readonly ReadPicture[]>;
}

/** Reads files on the thread that asks. */
export function ownThreadReader(spec: ImageInputSpec): PictureReader {
  // One group is decoded while files of the next are read.
  return { atOnce: 2, read: (paths) => readPictures(paths, spec) };
}

/** Reads and decodes files one after another; only the next ones are in memory. */
export async function readPictures(
  paths: readonly string[],
  spec: ImageInputSpec,
): Promise<readonly ReadPicture[]> {
  const pictures: ReadPicture[] = [];
  const read = ({ path }: { path: string }): Promise<Uint8Array> => readFileBytes(path, MAX_PICTURE_BYTES);
  for await (const { content } of readAhead(
    paths.map((path) => ({ path })),
    read,
  )) {
    try {
      const bytes = content();
      const key = createHash('sha256').update(bytes).digest('base64');
      pictures.push({ samples: decodeSamples(bytes, spec).samples, key });
    } catch (error) {
      if (!(error instanceof WjpegError)) throw error;
      pictures.push({ reason: error.message });
    }
  }
  return pictures;
}

/** What threads that read pictures are given when they start. */
export interface ReadSettings {
  readonly role: 'read';
  readonly spec: ImageInputSpec;
}

/** A folder is mostly done before threads would be ready: they start when it has taken so long, in milliseconds. */
const PATIENCE = 300;

type Pool = WorkerPool<readonly string[], readonly ReadPicture[]>;

/** Reads files on threads as soon as it takes time. */
export class ThreadedReader implements PictureReader {
  readonly atOnce: number;
  readonly #start: () => Promise<Pool>;
  readonly #spec: ImageInputSpec;
  readonly #patience: number;
  #since: number | undefined;
  #pool: Promise<Pool> | undefined;

  /** @param worker the file that threads run, which knows the role `read` */
  constructor(worker: URL, spec: ImageInputSpec, threads: number, patience: number = PATIENCE) {
    this.#spec = spec;
    this.#patience = threads > 1 ? patience : Infinity;
    // A thread has the next group when it has done one.
    this.atOnce = 2 * threads;
    const settings: ReadSettings = { role: 'read', spec };
    this.#start = () => WorkerPool.start(worker, threads, settings);
  }

  async read(paths: readonly string[]): Promise<readonly ReadPicture[]> {
    this.#since ??= performance.now();
    if (performance.now() - this.#since < this.#patience) return readPictures(paths, this.#spec);
    this.#pool ??= this.#start();
    const pool = await this.#pool;
    try {
      return await pool.run(paths);
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    const apart = await pool.runApart(paths.map((path) => [path]));
    return apart.map((result) => {
      if (result.status === 'fulfilled') return result.value[0];
      if (!isLost(result.reason)) throw result.reason;
      return { reason: result.reason.message };
    });
  }

  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined);
    await pool?.close();
  }
}
