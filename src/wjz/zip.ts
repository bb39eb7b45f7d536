import { Inflate, type ZipOptions, zipSync } from 'fflate';
import { WjpegError } from '../errors.ts';
import { crc32 } from './crc32.ts';
import type { ZipEntry } from './zip-directory.ts';

/**
 * The content of an entry: a view of the archive where it is stored, fresh memory of exactly the declared size where it
 * is deflated. Inflating stops at the first byte beyond that size. The CRC is checked, which fflate leaves to us.
 */
export function readZipEntry(archive: Uint8Array, entry: ZipEntry): Uint8Array {
  const packed = archive.subarray(entry.dataOffset, entry.dataOffset + entry.compressedBytes);
  const content = entry.method === 'stored' ? packed : inflate(packed, entry);
  const crc = crc32(content);
  if (crc !== entry.crc) {
    throw new WjpegError(
      'corrupt',
      'ZIP_CRC',
      `ZIP: '${entry.name}' has CRC ${hex(crc)}, expected ${hex(entry.crc)}: its bytes were altered`,
      { offset: entry.dataOffset },
    );
  }
  return content;
}

/** Compressed bytes are handed to fflate in pieces, so that one call can not unpack much beyond the declared size. */
const PIECE = 4096;

/** A byte of deflate data unpacks to 1032 at the most: four times a match of 258 bytes in codes of one bit each. */
const MAX_EXPANSION = 1032;

function inflate(packed: Uint8Array, { name, bytes, dataOffset }: ZipEntry): Uint8Array {
  if (bytes > packed.length * MAX_EXPANSION) {
    throw new WjpegError(
      'corrupt',
      'ZIP_SIZE',
      `ZIP: '${name}' declares ${bytes} bytes, more than ${packed.length} bytes of deflate data can hold`,
      { offset: dataOffset },
    );
  }
  const content = new Uint8Array(bytes);
  let length = 0;
  const inflater = new Inflate((chunk) => {
    if (length + chunk.length > bytes) {
      throw new WjpegError(
        'corrupt',
        'ZIP_SIZE',
        `ZIP: '${name}' unpacks to more than the ${bytes} bytes it declares`,
        {
          offset: dataOffset,
        },
      );
    }
    content.set(chunk, length);
    length += chunk.length;
  });
  try {
    let at = 0;
    for (; at + PIECE < packed.length; at += PIECE) inflater.push(packed.subarray(at, at + PIECE));
    inflater.push(packed.subarray(at), true);
  } catch (cause) {
    if (cause instanceof WjpegError) throw cause;
    throw new WjpegError('corrupt', 'ZIP_DEFLATE', `ZIP: '${name}' is not valid deflate data`, {
      offset: dataOffset,
      cause,
    });
  }
  if (length !== bytes) {
    throw new WjpegError(
      'corrupt',
      'ZIP_SIZE',
      `ZIP: '${name}' unpacks to ${length} bytes, but declares ${bytes}`,
      {
        offset: dataOffset,
      },
    );
  }
  return content;
}

/** An entry to write. `deflate` is a wish: what does not get smaller is stored. */
export interface ZipInput {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate: boolean;
}

/**
 * Writes an archive without data descriptors, dates or attributes: the same entries give the same bytes everywhere.
 */
export function writeZip(entries: readonly ZipInput[]): Uint8Array {
  // ZIP's earliest date. fflate writes local time, so the date is built in local time too.
  const mtime = new Date(1980, 0, 1);
  const files = entries.map(({ name, content, deflate }): [string, [Uint8Array, ZipOptions]] => {
    const packed = deflate && zipSync({ [name]: [content, { level: 9, mtime }] }).length;
    const stored = zipSync({ [name]: [content, { level: 0, mtime }] }).length;
    return [name, [content, { level: packed !== false && packed < stored ? 9 : 0, mtime }]];
  });
  return zipSync(Object.fromEntries(files));
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
