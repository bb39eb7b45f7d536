import type { ErrorCode } from '../error-codes.ts';
import { WjpegError } from '../errors.ts';
import { FREE_BYTES, type WjzLimits } from './limits.ts';

/** An entry as the central directory and its local header, which must agree, describe it. */
export interface ZipEntry {
  readonly name: string;
  /** Compression method, APPNOTE 4.4.5. */
  readonly method: 'stored' | 'deflate';
  readonly crc: number;
  /** Bytes in the archive and unpacked, as declared. */
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Offset of its data in the archive. */
  readonly dataOffset: number;
}

// Signatures and sizes of APPNOTE.TXT 6.3.10: 4.3.7 local header, 4.3.12 central directory, 4.3.16 end record.
export const LOCAL = { signature: 0x04034b50, bytes: 30 };
export const CENTRAL = { signature: 0x02014b50, bytes: 46 };
export const END = { signature: 0x06054b50, bytes: 22 };

/** Flag bits, APPNOTE 4.4.4. */
const FLAG = {
  encrypted: 0x0001,
  dataDescriptor: 0x0008,
  patch: 0x0020,
  strongEncryption: 0x0040,
  masked: 0x2000,
};

/** An entry as described by a local or directory header; `flags`: offset of its flags. */
export function describeEntry(
  view: DataView,
  at: number,
  flags: number,
  name: string,
): Omit<ZipEntry, 'dataOffset'> {
  checkFlags(view.getUint16(flags, true), name, at);
  const methodNumber = view.getUint16(flags + 2, true);
  const [crc, compressedBytes, bytes] = [8, 12, 16].map((offset) => view.getUint32(flags + offset, true));
  if (compressedBytes === 0xffffffff || bytes === 0xffffffff) throw zip64(name, at);
  if (methodNumber !== 0 && methodNumber !== 8) {
    throw unsupported(
      'ZIP_METHOD',
      `'${name}' is packed by method ${methodNumber}, expected 0 (stored) or 8 (deflate)`,
      at,
    );
  }
  const method = methodNumber === 0 ? 'stored' : 'deflate';
  if (method === 'stored' && compressedBytes !== bytes) {
    throw corrupt('ZIP_SIZE', `'${name}' is stored, but declares ${compressedBytes} and ${bytes} bytes`, at);
  }
  return { name, method, crc, compressedBytes, bytes };
}

/** Names are plain: letters, digits, '.', '_' and '-', and no folders, so none can escape a folder. */
export function checkName(raw: Uint8Array, at: number): string {
  const name = String.fromCharCode(...raw.subarray(0, 256));
  if (raw.length > 255 || !/^[\w-][\w.-]*$/.test(name)) {
    throw corrupt(
      'ZIP_NAME',
      `entry name ${JSON.stringify(name)}, expected letters, digits, '.', '_' and '-'`,
      at,
    );
  }
  return name;
}

export function checkFlags(flags: number, name: string, at: number): void {
  if (flags & (FLAG.encrypted | FLAG.strongEncryption | FLAG.masked)) {
    throw unsupported('ZIP_ENCRYPTED', `'${name}' is encrypted`, at);
  }
  if (flags & FLAG.dataDescriptor)
    throw unsupported('ZIP_DATA_DESCRIPTOR', `'${name}' has a data descriptor`, at);
  if (flags & FLAG.patch) throw unsupported('ZIP_PATCH', `'${name}' is a compressed patch`, at);
}

export function checkSizes(
  { name, bytes, compressedBytes }: ZipEntry,
  total: number,
  limits: WjzLimits,
): void {
  const max = name === 'model.json' ? limits.maxManifestBytes : limits.maxEntryBytes;
  if (bytes > max)
    throw overLimit('ZIP_ENTRY_SIZE', `'${name}' declares ${bytes} bytes, expected at most ${max}`);
  if (bytes > Math.max(FREE_BYTES, compressedBytes * limits.maxRatio)) {
    throw overLimit(
      'ZIP_RATIO',
      `'${name}' declares ${bytes} bytes in ${compressedBytes} packed ones, expected at most ${limits.maxRatio} per packed byte`,
    );
  }
  if (total > limits.maxTotalBytes) {
    throw overLimit('ZIP_TOTAL_SIZE', `the entries declare more than ${limits.maxTotalBytes} bytes in total`);
  }
}

export function zip64(name: string, at: number): WjpegError {
  return unsupported('ZIP_ZIP64', `'${name}' uses ZIP64`, at);
}

export function corrupt(code: ErrorCode, message: string, offset: number): WjpegError {
  return new WjpegError('corrupt', code, `ZIP byte ${offset}: ${message}`, { offset });
}

export function unsupported(code: ErrorCode, message: string, offset: number): WjpegError {
  return new WjpegError('unsupported', code, `ZIP byte ${offset}: ${message}, which a .wjz must not use`, {
    offset,
  });
}

export function overLimit(code: ErrorCode, message: string): WjpegError {
  return new WjpegError('limit', code, `ZIP: ${message}`);
}
