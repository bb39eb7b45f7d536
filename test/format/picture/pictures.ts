import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'fflate';
import { DEFAULT_LIMITS } from '../../../src/format/limits.ts';
import { checkValue } from '../../../src/format/picture/check-value.ts';
import { joinParts, withParts } from '../../../src/format/picture/parts.ts';
import { DEFLATED, STORED, splitBody } from '../../../src/format/picture/payload.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { writeModel } from '../../../src/format/write-model.ts';
import { decodeCoefficients, encodeCoefficients, type JpegEncodeOptions } from '../../../src/jpeg/index.ts';
import { fullContent } from '../contents.ts';
import type { Alterable } from '../manifests.ts';
import { concat } from '../zip-builder.ts';

const DATA = join(import.meta.dirname, '../../../data');

/** A network of `data/`. */
export function trained(name: string): WjzFile {
  return readWjz(new Uint8Array(readFileSync(join(DATA, name))));
}

export const TRAINED = [
  'mnist-lenet-300-100-trained.wjz',
  'mnist-mlp-512-trained.wjz',
  'mnist-mlp-512-q20.wjz',
  'mnist-mlp-512-q20-row.wjz',
] as const;

/** A small network with tensors, as one JPEG. */
export function smallPicture(coding: JpegEncodeOptions = {}): Uint8Array {
  return writeModel(fullContent(), { file: 'small.jpg', coding });
}

/** The picture without its parts: what `-copy none` leaves. */
export function withoutParts(picture: Uint8Array): Uint8Array {
  return encodeCoefficients(decodeCoefficients(picture));
}

/** The body of a picture as stored, and how. */
export function bodyOf(picture: Uint8Array): { kind: number; body: Uint8Array } {
  const payload = joinParts(picture);
  return { kind: payload[0], body: payload.slice(5) };
}

/** The same picture with another payload. */
export function withPayload(picture: Uint8Array, payload: Uint8Array): Uint8Array {
  return withParts(withoutParts(picture), payload);
}

/** A payload, with the check value that belongs to its body and these components. */
export function payloadOf(
  kind: number,
  body: Uint8Array,
  components: Parameters<typeof checkValue>[1],
): Uint8Array {
  const payload = new Uint8Array(5 + body.length);
  payload[0] = kind;
  new DataView(payload.buffer).setUint32(1, checkValue(body, components));
  payload.set(body, 5);
  return payload;
}

/** The same picture with another body, and the check value that belongs to it. */
export function withBody(picture: Uint8Array, kind: number, body: Uint8Array): Uint8Array {
  return withPayload(picture, payloadOf(kind, body, decodeCoefficients(picture).components));
}

/** What a picture says of its network: the manifest as JSON, and the bytes of the tensors. */
export function contentOf(picture: Uint8Array): { manifest: Alterable; tensors: Uint8Array } {
  const { kind, body } = bodyOf(picture);
  const { json, tensors } = splitBody(kind === DEFLATED ? inflateSync(body) : body, DEFAULT_LIMITS);
  return { manifest: JSON.parse(new TextDecoder().decode(json)), tensors };
}

/** The same picture with another manifest and other tensors. */
export function withContent(picture: Uint8Array, manifest: unknown, tensors: Uint8Array): Uint8Array {
  return withBody(picture, STORED, storedBody(manifest, tensors));
}

/** A body of a manifest and tensors, not deflated. */
export function storedBody(manifest: unknown, tensors: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  return concat(text, Uint8Array.of(0), tensors);
}
