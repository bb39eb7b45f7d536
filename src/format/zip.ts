import { Inflate, type ZipOptions, zipSync } from 'fflate';
import { checkCrc, EntryContent, PIECE, packedBytes } from './entry-content.ts';
import type { ZipEntry } from './zip-entry.ts';

/**
 * The content of an entry: a view of the archive if stored, new memory of exactly the declared size if
 * deflated. Inflating stops at the first byte beyond that size. The CRC is checked, since fflate does not.
 */
export function readZipEntry(archive: Uint8Array, entry: ZipEntry): Uint8Array {
  const packed = packedBytes(archive, entry);
  return checkCrc(entry.method === 'stored' ? packed : inflate(packed, entry), entry);
}

function inflate(packed: Uint8Array, entry: ZipEntry): Uint8Array {
  const content = new EntryContent(entry);
  const inflater = new Inflate((chunk) => content.add(chunk));
  try {
    let at = 0;
    for (; at + PIECE < packed.length; at += PIECE) inflater.push(packed.subarray(at, at + PIECE));
    inflater.push(packed.subarray(at), true);
  } catch (cause) {
    throw content.failed(cause);
  }
  return content.finish();
}

/** An entry to write. `deflate` is a hint: entries that would not shrink are stored. */
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
