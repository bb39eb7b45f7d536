import { ByteBuffer } from '../../bytes.ts';
import { WjpegError } from '../../errors.ts';
import type { WjzLimits } from '../limits.ts';
import type { Inflated } from '../zip-content.ts';
import { fromPhrases } from './phrases.ts';

/**
 * What the APP9 segments of a picture hold together (docs/model-jpeg.md, 2): a byte that says how the body is stored, the check
 * value, and the body: the manifest, then, if it names tensors, a zero and the tensors.
 */

/** How bodies are stored; other numbers are those of later versions. */
export const STORED = 1;
export const DEFLATED = 2;

/** The byte and the check value before the body. */
export const HEAD_BYTES = 5;

/** Ends the manifest; JSON has no such byte. */
export const END_OF_MANIFEST = 0;

export interface Payload {
  readonly isDeflated: boolean;
  readonly check: number;
  /** As stored. */
  readonly body: Uint8Array;
}

/** @throws MODEL_CONTENT for one that is too short, MODEL_VERSION for one of a later version */
export function readPayload(bytes: Uint8Array): Payload {
  if (bytes.length < HEAD_BYTES)
    throw badContent(`it has ${bytes.length} bytes, expected at least ${HEAD_BYTES}`);
  const [kind] = bytes;
  if (kind !== STORED && kind !== DEFLATED) {
    throw new WjpegError(
      'unsupported',
      'MODEL_VERSION',
      `the network in this JPEG is stored as kind ${kind}, known are ${STORED} and ${DEFLATED}: update wjpeg`,
    );
  }
  const check = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  return { isDeflated: kind === DEFLATED, check, body: bytes.subarray(HEAD_BYTES) };
}

/** The manifest as JSON, and the bytes of the tensors. */
export function splitBody(
  body: Uint8Array,
  limits: WjzLimits,
): { readonly json: Uint8Array; readonly tensors: Uint8Array } {
  const end = body.indexOf(END_OF_MANIFEST);
  const manifest = end < 0 ? body : body.subarray(0, end);
  return {
    json: fromPhrases(manifest, limits.maxManifestBytes),
    tensors: end < 0 ? new Uint8Array() : body.subarray(end + 1),
  };
}

/** Maximum bytes of a body that takes so many deflated. */
export function maxBodyBytes(packedBytes: number, limits: WjzLimits): number {
  const { maxManifestBytes, maxEntryBytes, maxRatio } = limits;
  return Math.min(maxManifestBytes + maxEntryBytes, Math.max(maxManifestBytes, packedBytes * maxRatio));
}

/** The most that Node.js inflates at once, for limits that are none. */
const MAX_BYTES = 2 ** 32;

/** A deflated body, as far as the limits allow: what is declared nowhere grows in memory as it comes. */
export class InflatedBody implements Inflated {
  readonly maxBytes: number;
  readonly #content = new ByteBuffer();

  constructor(packedBytes: number, limits: WjzLimits) {
    this.maxBytes = Math.min(MAX_BYTES, maxBodyBytes(packedBytes, limits));
  }

  add(chunk: Uint8Array): void {
    if (this.#content.bytes.length + chunk.length > this.maxBytes) throw this.#tooMany();
    this.#content.append(chunk);
  }

  finish(): Uint8Array {
    return this.#content.bytes;
  }

  failed(cause: unknown): unknown {
    if (cause instanceof RangeError) return this.#tooMany();
    return cause instanceof WjpegError ? cause : badContent('it is not valid deflate data', cause);
  }

  #tooMany(): WjpegError {
    return new WjpegError(
      'limit',
      'MODEL_SIZE',
      `what is not coefficients unpacks to more than ${this.maxBytes} bytes, the limit`,
    );
  }
}

function badContent(what: string, cause?: unknown): WjpegError {
  return new WjpegError(
    'corrupt',
    'MODEL_CONTENT',
    `the APP9 segments of wjpeg in this JPEG are damaged: ${what}`,
    { ...(cause !== undefined && { cause }) },
  );
}
