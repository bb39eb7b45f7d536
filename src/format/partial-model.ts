import type { JpegLimits } from '../jpeg/types.ts';
import type { WjzLimits } from './limits.ts';
import { type PartialJpeg, PartialWjz } from './partial.ts';
import type { WjzFile } from './reading.ts';

type Arriving = Pick<PartialWjz, 'advance' | 'jpegs' | 'file'>;

/** A partially received model, in whichever container it comes. */
export class PartialModel {
  readonly #limits: WjzLimits;
  readonly #jpegLimits: Partial<JpegLimits> | undefined;
  #model: Arriving | undefined;

  constructor(limits: WjzLimits, jpegLimits?: Partial<JpegLimits>) {
    this.#limits = limits;
    this.#jpegLimits = jpegLimits;
  }

  /** Continues; `bytes` is the file as far as received. Calls must not overlap. */
  async advance(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    this.#model ??= await this.#begin(bytes);
    await this.#model.advance(bytes);
  }

  /** Download progress of the JPEGs; empty before it is known. */
  get jpegs(): readonly PartialJpeg[] {
    return this.#model?.jpegs ?? [];
  }

  /** The network as received so far; undefined if incomplete. */
  get file(): WjzFile | undefined {
    return this.#model?.file;
  }

  async #begin([first]: Uint8Array): Promise<Arriving> {
    if (first !== 0xff) return new PartialWjz(this.#limits, this.#jpegLimits);
    const { PartialPicture } = await import('./picture/partial.ts');
    return new PartialPicture(this.#limits, this.#jpegLimits);
  }
}
