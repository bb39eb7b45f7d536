import { WjpegError } from '../../errors.ts';
import { MARKER } from '../../jpeg/markers/markers.ts';

/** APP9 segments that hold what a picture says of its network (docs/model-jpeg.md, 2). */
const APP9 = 0xe9;
/** What they begin with: `wjpeg` and a zero. */
const IDENTIFIER = [0x77, 0x6a, 0x70, 0x65, 0x67, 0];
/** The identifier, the part's number and the number of parts. */
const HEAD_BYTES = IDENTIFIER.length + 2;
/** A segment is at most 65,535 bytes behind its marker, two of them its length. */
const MAX_PART_BYTES = 65533 - HEAD_BYTES;
const MAX_PARTS = 255;

/** Whether bytes begin a JPEG. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === MARKER.SOI;
}

/** Whether a JPEG is a network: it has a part of one before its first scan, whether that is right or not. */
export function isNetworkPicture(bytes: Uint8Array): boolean {
  return isJpeg(bytes) && !findParts(bytes).next().done;
}

/**
 * Puts the parts together.
 *
 * @throws MODEL_NO_NETWORK for an ordinary picture, MODEL_PARTS for parts that are missing, doubled or out of order
 */
export function joinParts(bytes: Uint8Array): Uint8Array {
  const parts = [...findParts(bytes)];
  if (parts.length === 0) {
    throw new WjpegError(
      'corrupt',
      'MODEL_NO_NETWORK',
      'this JPEG is a picture, not a network: it has no APP9 segment of wjpeg ' +
        '(if it was one, a program has removed its metadata: use the original file)',
    );
  }
  for (const [index, { offset, data }] of parts.entries()) {
    const number = data[IDENTIFIER.length];
    const count = data[IDENTIFIER.length + 1];
    if (data.length >= HEAD_BYTES && number === index + 1 && count === parts.length) continue;
    throw new WjpegError(
      'corrupt',
      'MODEL_PARTS',
      `JPEG byte ${offset}: this APP9 segment of wjpeg says that it is part ${number} of ${count}, ` +
        `expected ${index + 1} of ${parts.length}`,
      { offset },
    );
  }
  const payload = new Uint8Array(parts.reduce((sum, { data }) => sum + data.length - HEAD_BYTES, 0));
  let at = 0;
  for (const { data } of parts) {
    payload.set(data.subarray(HEAD_BYTES), at);
    at += data.length - HEAD_BYTES;
  }
  return payload;
}

/**
 * A JPEG with the payload in APP9 segments right after SOI.
 *
 * @throws MODEL_SIZE for a payload that takes more than 255 segments
 */
export function withParts(jpeg: Uint8Array, payload: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.ceil(payload.length / MAX_PART_BYTES));
  if (count > MAX_PARTS) {
    throw new WjpegError(
      'limit',
      'MODEL_SIZE',
      `what is not coefficients takes ${payload.length} bytes, expected at most ${MAX_PARTS * MAX_PART_BYTES} in a JPEG: ` +
        'write a .wjz',
    );
  }
  const output = new Uint8Array(jpeg.length + count * (4 + HEAD_BYTES) + payload.length);
  output.set(jpeg.subarray(0, 2));
  let at = 2;
  for (let part = 0; part < count; part++) {
    const data = payload.subarray(part * MAX_PART_BYTES, (part + 1) * MAX_PART_BYTES);
    const length = 2 + HEAD_BYTES + data.length;
    output.set([0xff, APP9, length >> 8, length & 255, ...IDENTIFIER, part + 1, count], at);
    output.set(data, at + 4 + HEAD_BYTES);
    at += 2 + length;
  }
  output.set(jpeg.subarray(2), at);
  return output;
}

/** A segment: the offset of its marker, and its content. */
interface Part {
  readonly offset: number;
  readonly data: Uint8Array;
}

/** The segments before the first scan; what is no JPEG from some byte on is left to the decoder. */
function* findParts(bytes: Uint8Array): Generator<Part> {
  let at = 2;
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === MARKER.SOS || marker === MARKER.EOI) return;
    const start = at + 4;
    if (start > bytes.length) return;
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    if (marker === APP9 && IDENTIFIER.every((byte, index) => bytes[start + index] === byte)) {
      yield { offset: at, data: bytes.subarray(start, end) };
    }
    at = end;
  }
}
