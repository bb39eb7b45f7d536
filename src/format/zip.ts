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
      `'${name}' declares ${bytes} bytes in ${compressedBytes} packed ones, expected at most ${limits.maxRatio} per byte`,
    );
  }
  if (total > limits.maxTotalBytes) {
    throw overLimit('ZIP_TOTAL_SIZE', `the entries declare more than ${limits.maxTotalBytes} bytes`);
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

/**
 * Reads and checks the directory of an archive, as docs/wjz-format.md requires: the entries, in directory order, fill
 * the file from its first byte to the directory, one after another, and the end record is the last thing in it.
 */
export function readZipDirectory(bytes: Uint8Array, limits: WjzLimits): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = checkEndRecord(view, limits);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = end.directoryOffset;
  let dataEnd = 0;
  let total = 0;
  for (let i = 0; i < end.entries; i++) {
    if (at + CENTRAL.bytes > end.offset || view.getUint32(at, true) !== CENTRAL.signature) {
      throw corrupt('ZIP_DIRECTORY', `directory entry ${i} is missing`, at);
    }
    const nameLength = view.getUint16(at + 28, true);
    const length = CENTRAL.bytes + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at + length > end.offset)
      throw corrupt('ZIP_DIRECTORY', `directory entry ${i} extends beyond the directory`, at);
    const entry = readEntry(view, at, bytes.subarray(at + CENTRAL.bytes, at + CENTRAL.bytes + nameLength));
    if (names.has(entry.name)) throw corrupt('ZIP_DUPLICATE', `'${entry.name}' appears twice`, at);
    names.add(entry.name);
    if (entry.headerOffset !== dataEnd) {
      const what = entry.headerOffset < dataEnd ? 'overlaps the entry before it' : 'leaves a gap before it';
      throw corrupt(
        'ZIP_LAYOUT',
        `'${entry.name}' starts at ${entry.headerOffset}, expected ${dataEnd}: it ${what}`,
        at,
      );
    }
    dataEnd = entry.dataOffset + entry.compressedBytes;
    if (dataEnd > end.directoryOffset) {
      throw corrupt('ZIP_TRUNCATED', `the data of '${entry.name}' run into the directory`, entry.dataOffset);
    }
    total += entry.bytes;
    checkSizes(entry, total, limits);
    entries.push(entry);
    at += length;
  }
  if (dataEnd !== end.directoryOffset) {
    throw corrupt('ZIP_LAYOUT', `${end.directoryOffset - dataEnd} bytes before the directory`, dataEnd);
  }
  if (at !== end.offset)
    throw corrupt('ZIP_DIRECTORY', `${end.offset - at} bytes after the last directory entry`, at);
  return entries;
}

interface EndRecord {
  readonly offset: number;
  readonly entries: number;
  readonly directoryOffset: number;
}

/** The end record must be the last 22 bytes: an archive comment or trailing data are refused. */
function checkEndRecord(view: DataView, limits: WjzLimits): EndRecord {
  if (view.byteLength === 0) throw corrupt('ZIP_EMPTY', 'the file is empty', 0);
  if (view.byteLength < END.bytes || view.getUint32(0, true) !== LOCAL.signature) {
    throw corrupt('ZIP_SIGNATURE', 'neither a .wjz, which is a ZIP archive, nor a JPEG', 0);
  }
  const offset = view.byteLength - END.bytes;
  if (view.getUint32(offset, true) !== END.signature) {
    throw corrupt('ZIP_END', 'no end record: truncated or followed by other data', offset);
  }
  const u16 = (at: number): number => view.getUint16(offset + at, true);
  const entries = u16(10);
  const directoryBytes = view.getUint32(offset + 12, true);
  const directoryOffset = view.getUint32(offset + 16, true);
  if (entries === 0xffff || directoryBytes === 0xffffffff || directoryOffset === 0xffffffff) {
    throw unsupported('ZIP_ZIP64', 'a ZIP64 archive', offset);
  }
  if (u16(4) !== 0 || u16(6) !== 0 || u16(8) !== entries)
    throw unsupported('ZIP_MULTI_DISK', 'an archive of several disks', offset);
  if (u16(20) !== 0) throw corrupt('ZIP_COMMENT', 'an archive comment, expected none', offset);
  if (directoryOffset + directoryBytes !== offset) {
    throw corrupt(
      'ZIP_DIRECTORY',
      `directory of ${directoryBytes} bytes at ${directoryOffset}, expected it to end at ${offset}`,
      offset,
    );
  }
  if (entries > limits.maxEntries) {
    throw overLimit('ZIP_ENTRIES', `${entries} entries, expected at most ${limits.maxEntries}`);
  }
  return { offset, entries, directoryOffset };
}

function readEntry(view: DataView, at: number, rawName: Uint8Array): ZipEntry & { headerOffset: number } {
  const name = checkName(rawName, at);
  const entry = describeEntry(view, at, at + 8, name);
  if (view.getUint16(at + 34, true) !== 0)
    throw unsupported('ZIP_MULTI_DISK', `'${name}' is on another disk`, at);
  const headerOffset = view.getUint32(at + 42, true);
  if (headerOffset === 0xffffffff) throw zip64(name, at);
  const methodNumber = view.getUint16(at + 10, true);
  const dataOffset = checkLocalHeader(view, headerOffset, rawName, { ...entry, methodNumber });
  return { ...entry, dataOffset, headerOffset };
}

/** The local header must match the directory. Returns the offset of the data. */
function checkLocalHeader(
  view: DataView,
  offset: number,
  rawName: Uint8Array,
  entry: { name: string; methodNumber: number; crc: number; compressedBytes: number; bytes: number },
): number {
  const { name } = entry;
  if (offset + LOCAL.bytes > view.byteLength || view.getUint32(offset, true) !== LOCAL.signature) {
    throw corrupt('ZIP_LOCAL_HEADER', `'${name}' has no local header`, offset);
  }
  const nameLength = view.getUint16(offset + 26, true);
  const dataOffset = offset + LOCAL.bytes + nameLength + view.getUint16(offset + 28, true);
  checkFlags(view.getUint16(offset + 6, true), name, offset);
  if (view.getUint32(offset + 18, true) === 0xffffffff || view.getUint32(offset + 22, true) === 0xffffffff) {
    throw zip64(name, offset);
  }
  const same =
    view.getUint16(offset + 8, true) === entry.methodNumber &&
    view.getUint32(offset + 14, true) === entry.crc &&
    view.getUint32(offset + 18, true) === entry.compressedBytes &&
    view.getUint32(offset + 22, true) === entry.bytes &&
    nameLength === rawName.length &&
    dataOffset <= view.byteLength &&
    rawName.every((byte, index) => view.getUint8(offset + LOCAL.bytes + index) === byte);
  if (!same) {
    throw corrupt('ZIP_LOCAL_HEADER', `'${name}': its local header contradicts the directory`, offset);
  }
  return dataOffset;
}
