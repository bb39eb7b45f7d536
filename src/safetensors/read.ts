import type { ErrorCode } from '../error-codes.ts';
import { WjpegError } from '../errors.ts';
import { type DType, ELEMENT_BYTES, type Tensor } from './tensor.ts';

/** Caps that are checked before memory is taken. */
export interface SafetensorsLimits {
  /** Bytes of the header; it takes several times as much while it is read. */
  readonly maxHeaderBytes: number;
}

/** The longest header that the reference implementation reads. */
export const DEFAULT_LIMITS: SafetensorsLimits = { maxHeaderBytes: 100_000_000 };
/** More elements than this are not counted exactly in a double. */
const MAX_ELEMENTS = Number.MAX_SAFE_INTEGER;

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors#format): 8 bytes of header length, a JSON
 * header, the tensors' bytes. In this order: length → cap → UTF-8 → JSON → each entry → offsets without gap or overlap
 * → exact end of file. The tensors are views of `bytes`, by name, in the order of their bytes.
 *
 * @throws WjpegError `SAFETENSORS_…` for every violation of the format, and for a header above the limit
 */
export function readSafetensors(
  bytes: Uint8Array,
  limits: Partial<SafetensorsLimits> = {},
): ReadonlyMap<string, Tensor> {
  const { maxHeaderBytes } = { ...DEFAULT_LIMITS, ...limits };
  if (!(maxHeaderBytes >= 1)) {
    throw new WjpegError(
      'misuse',
      'SAFETENSORS_LIMITS',
      `limit maxHeaderBytes must be from 1 up, got ${maxHeaderBytes}`,
    );
  }
  if (bytes.length < 8)
    throw corrupt('SAFETENSORS_TRUNCATED', `${bytes.length} bytes, expected at least 8`, 0);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8)) {
    throw corrupt(
      'SAFETENSORS_HEADER_LENGTH',
      `header of ${length} bytes, expected at most ${bytes.length - 8}`,
      0,
    );
  }
  if (Number(length) > maxHeaderBytes) {
    throw new WjpegError(
      'limit',
      'SAFETENSORS_HEADER_LENGTH',
      `safetensors: header of ${length} bytes, expected at most ${maxHeaderBytes}`,
    );
  }
  const dataStart = 8 + Number(length);
  const entries = readHeader(bytes.subarray(8, dataStart)).sort((a, b) => a.start - b.start || a.end - b.end);
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) {
      throw corrupt(
        'SAFETENSORS_OFFSETS',
        `tensor '${entry.name}' starts at ${entry.start}, expected ${end}: tensors must follow one another`,
        dataStart + entry.start,
      );
    }
    end = entry.end;
    if (end > bytes.length - dataStart) {
      throw corrupt(
        'SAFETENSORS_TRUNCATED',
        `tensor '${entry.name}' ends at ${end}, expected at most ${bytes.length - dataStart}`,
        bytes.length,
      );
    }
    const data = bytes.subarray(dataStart + entry.start, dataStart + end);
    tensors.set(entry.name, { dtype: entry.dtype, shape: entry.shape, data });
  }
  if (dataStart + end !== bytes.length) {
    throw corrupt(
      'SAFETENSORS_TRAILING',
      `${bytes.length - dataStart - end} bytes after the last tensor, expected none`,
      dataStart + end,
    );
  }
  return tensors;
}

function readHeader(bytes: Uint8Array): Entry[] {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw corrupt('SAFETENSORS_UTF8', 'the header is not UTF-8', 8, cause);
  }
  if (!text.startsWith('{')) throw corrupt('SAFETENSORS_JSON', "the header does not start with '{'", 8);
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw corrupt('SAFETENSORS_JSON', 'the header is not JSON', 8, cause);
  }
  const entries = Object.entries(header as Record<string, unknown>);
  for (const [name, value] of entries) if (name === '__metadata__') checkMetadata(value);
  return entries.filter(([name]) => name !== '__metadata__').map(([name, value]) => readEntry(name, value));
}

/** Texts by name; nothing here uses them. */
function checkMetadata(value: unknown): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject || !Object.values(value).every((text) => typeof text === 'string')) {
    throw corrupt('SAFETENSORS_METADATA', '__metadata__ must be an object of texts', 8);
  }
}

function readEntry(name: string, value: unknown): Entry {
  const refuse = (message: string): WjpegError =>
    corrupt('SAFETENSORS_ENTRY', `tensor '${name}': ${message}`, 8);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('expected an object');
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string') throw refuse('dtype must be a text');
  if (!isDType(dtype)) {
    throw new WjpegError(
      'unsupported',
      'SAFETENSORS_DTYPE',
      `tensor '${name}' is "${dtype}", expected one of ${Object.keys(ELEMENT_BYTES).join(', ')}`,
    );
  }
  if (!isSizes(shape)) throw refuse('shape must be an array of whole numbers, 0 or more');
  if (!isSizes(offsets) || offsets.length !== 2) throw refuse('data_offsets must be two whole numbers');
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements > MAX_ELEMENTS) throw refuse(`shape [${shape.join(', ')}] has too many elements`);
  const [start, end] = offsets;
  const bytes = elements * ELEMENT_BYTES[dtype];
  if (end - start !== bytes) {
    throw refuse(
      `shape [${shape.join(', ')}] of ${dtype} takes ${bytes} bytes, data_offsets give ${end - start}`,
    );
  }
  return { name, dtype, shape, start, end };
}

function isDType(value: string): value is DType {
  return Object.hasOwn(ELEMENT_BYTES, value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function corrupt(code: ErrorCode, message: string, offset: number, cause?: unknown): WjpegError {
  return new WjpegError('corrupt', code, `safetensors: ${message}`, {
    offset,
    ...(cause !== undefined && { cause }),
  });
}
