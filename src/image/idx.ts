import { WjpegError } from '../errors.ts';

/** An array in the IDX format of the MNIST files: unsigned bytes of one to four dimensions. */
export interface IdxArray {
  /** For pictures: count, height, width and, of colour pictures, 3 (red, green, blue of a pixel follow one another). */
  readonly dimensions: readonly number[];
  /** A view into the file's bytes; the last dimension runs fastest. */
  readonly data: Uint8Array;
}

/** Type code of unsigned bytes: third byte of the magic number. */
const UNSIGNED_BYTE = 0x08;
const MAX_DIMENSIONS = 4;

/**
 * Parses an IDX file: two zero bytes, the type code, the number of dimensions, each dimension as a big-endian 32-bit
 * integer, the values. The lengths must add up to the file's own, to the byte.
 */
export function parseIdx(bytes: Uint8Array): IdxArray {
  if (bytes.length < 4) throw idxError('corrupt', `expected at least 4 bytes, got ${bytes.length}`);
  const [zero, alsoZero, type, rank] = bytes;
  if (zero !== 0 || alsoZero !== 0) {
    throw idxError('corrupt', 'it must begin with two zero bytes (is it still packed?)');
  }
  if (type !== UNSIGNED_BYTE) {
    throw idxError('unsupported', `type must be 8 (unsigned bytes), got ${type}`);
  }
  if (rank < 1 || rank > MAX_DIMENSIONS) {
    throw idxError('unsupported', `number of dimensions must be 1…${MAX_DIMENSIONS}, got ${rank}`);
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    throw idxError('corrupt', `a header of ${rank} dimensions has ${start} bytes, got ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = Array.from({ length: rank }, (_, index) => view.getUint32(4 + 4 * index));
  const expected = start + dimensions.reduce((product, dimension) => product * dimension, 1);
  if (bytes.length !== expected) {
    throw idxError(
      'corrupt',
      `${dimensions.join('×')} bytes need a file of ${expected}, got ${bytes.length}`,
    );
  }
  return { dimensions, data: bytes.subarray(start) };
}

function idxError(kind: 'corrupt' | 'unsupported', what: string): WjpegError {
  return new WjpegError(kind, 'IDX_FORMAT', `IDX file: ${what}`);
}
