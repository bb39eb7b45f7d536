import { WjpegError } from '../../errors.ts';
import { ScanPrefix } from '../../jpeg/markers/scan-prefix.ts';
import type { JpegLimits } from '../../jpeg/types.ts';
import type { WjzLimits } from '../limits.ts';
import type { PartialJpeg } from '../partial.ts';
import type { WjzFile } from '../reading.ts';
import { openPicture } from './open.ts';

/**
 * A partially received model that is one JPEG: a network at lower precision as soon as each component has had a scan. Its
 * check value is that of all scans, so only the whole file can be checked.
 */
export class PartialPicture {
  readonly #limits: WjzLimits;
  readonly #jpegLimits: Partial<JpegLimits> | undefined;
  readonly #prefix = new ScanPrefix();
  #received = 0;
  #file: WjzFile | undefined;

  constructor(limits: WjzLimits, jpegLimits?: Partial<JpegLimits>) {
    this.#limits = limits;
    this.#jpegLimits = jpegLimits;
  }

  /** Continues; `bytes` is the file as far as received. Calls must not overlap. */
  async advance(bytes: Uint8Array): Promise<void> {
    this.#received = bytes.length;
    const before = this.#prefix.scans;
    this.#prefix.advance(bytes);
    // A whole file is read and checked at its end.
    if (this.#prefix.complete || this.#prefix.scans === before) return;
    this.#file = (await this.#read(this.#prefix.of(bytes))) ?? this.#file;
  }

  get jpegs(): readonly PartialJpeg[] {
    const { scans, complete } = this.#prefix;
    return [
      { name: 'sheet', received: this.#received, bytes: complete ? this.#received : 0, scans, complete },
    ];
  }

  get file(): WjzFile | undefined {
    return this.#file;
  }

  /** Undefined while components are missing. */
  async #read(bytes: Uint8Array): Promise<WjzFile | undefined> {
    return openPicture(bytes, this.#limits, this.#jpegLimits, false).catch((error: unknown) => {
      if (error instanceof WjpegError && error.code === 'JPEG_MISSING_SCAN') return undefined;
      throw error;
    });
  }
}
