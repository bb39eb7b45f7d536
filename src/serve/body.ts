import type { HonoRequest } from 'hono';
import { joinBytes } from '../bytes.ts';
import { overloaded, RequestError } from './request-error.ts';

/** Reads bodies of requests: each within its limit, all that are being read within another. */
export class BodyReader {
  readonly #maxBytes: number;
  readonly #maxTogether: number;
  #held = 0;

  constructor(maxBytes: number, maxTogether: number) {
    this.#maxBytes = maxBytes;
    this.#maxTogether = maxTogether;
  }

  /**
   * Gives the body to `use`; its memory counts until that is done.
   *
   * @throws RequestError 413 for a body that is too large, 503 where others take all memory, 415 for a compressed one
   */
  async read<T>(request: HonoRequest, use: (body: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T> {
    const encoding = request.header('content-encoding');
    if (encoding !== undefined && encoding !== 'identity')
      throw new RequestError(415, 'the body is compressed: send it as it is');
    const stated = request.header('content-length');
    // Without a length it may become as long as is allowed.
    const length = stated === undefined ? this.#maxBytes : Number(stated);
    if (!(length <= this.#maxBytes)) throw this.#tooLarge();
    if (this.#held > 0 && this.#held + length > this.#maxTogether)
      throw overloaded('other requests take all memory for bodies: try again');
    this.#held += length;
    try {
      const body =
        stated === undefined ? await this.#collect(request.raw) : new Uint8Array(await request.arrayBuffer());
      return await use(body);
    } finally {
      this.#held -= length;
    }
  }

  async #collect({ body }: Request): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > this.#maxBytes) throw this.#tooLarge();
      chunks.push(chunk);
    }
    return joinBytes(chunks);
  }

  #tooLarge(): RequestError {
    return new RequestError(413, `the body is too large: at most ${this.#maxBytes} bytes`, {
      Connection: 'close',
    });
  }
}
