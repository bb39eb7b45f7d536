import { deflateRawSync, crc32 as zlibCrc32 } from 'node:zlib';

/** Builds ZIP archives byte by byte, right or wrong on purpose (APPNOTE 4.3.7, 4.3.12, 4.3.16). */

/** Fields that the local header and the directory entry share. */
export interface HeaderFields {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly extra: Uint8Array;
}

export interface RawEntry {
  readonly name: string;
  /** Unpacked. */
  readonly content: Uint8Array;
  /** 0 (the default) or 8; any other number is written, with the content as it is. */
  readonly method?: number;
  /** Replaces the packed bytes. */
  readonly packed?: Uint8Array;
  /** Replaces fields in both headers, or in one of them. */
  readonly both?: Partial<HeaderFields>;
  readonly local?: Partial<HeaderFields>;
  readonly central?: Partial<HeaderFields & { disk: number; comment: Uint8Array; headerOffset: number }>;
  /** Bytes put before the local header. */
  readonly gap?: Uint8Array;
}

export interface EndFields {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly entriesHere: number;
  readonly entries: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
  readonly comment: Uint8Array;
}

export interface ArchiveOptions {
  readonly end?: Partial<EndFields>;
  /** Bytes put between the last entry and the directory, within the directory after its last entry, and after all. */
  readonly beforeDirectory?: Uint8Array;
  readonly inDirectory?: Uint8Array;
  readonly trailing?: Uint8Array;
}

const NOTHING = new Uint8Array();

/** Little-endian: `['u16', 3]`. */
type Field = readonly ['u16' | 'u32', number] | Uint8Array;

function record(...fields: readonly Field[]): Uint8Array {
  return concat(
    ...fields.map((field) => {
      if (field instanceof Uint8Array) return field;
      const bytes = Buffer.alloc(field[0] === 'u16' ? 2 : 4);
      if (field[0] === 'u16') bytes.writeUInt16LE(field[1]);
      else bytes.writeUInt32LE(field[1]);
      return bytes;
    }),
  );
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Names are written in Latin-1, so that every byte can be asked for. */
const nameBytes = (name: string): Uint8Array => Uint8Array.from(Buffer.from(name, 'latin1'));

/** CRC-32 by zlib, which the reader does not use. */
export const crc32: (bytes: Uint8Array) => number = zlibCrc32;

export function buildZip(entries: readonly RawEntry[], options: ArchiveOptions = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const add = (part: Uint8Array): void => {
    parts.push(part);
    at += part.length;
  };
  for (const entry of entries) {
    const { content, method = 0 } = entry;
    const packed = entry.packed ?? (method === 8 ? deflateRawSync(content) : content);
    const fields: HeaderFields = {
      name: entry.name,
      flags: 0,
      method,
      crc: crc32(content),
      packedBytes: packed.length,
      bytes: content.length,
      extra: NOTHING,
      ...entry.both,
    };
    const shared = (header: HeaderFields): Field[] => [
      ['u16', header.flags],
      ['u16', header.method],
      ['u16', 0],
      ['u16', 0x21],
      ['u32', header.crc],
      ['u32', header.packedBytes],
      ['u32', header.bytes],
      ['u16', header.name.length],
      ['u16', header.extra.length],
    ];
    add(entry.gap ?? NOTHING);
    const local = { ...fields, ...entry.local };
    const central = { ...fields, disk: 0, comment: NOTHING, headerOffset: at, ...entry.central };
    add(record(['u32', 0x04034b50], ['u16', 20], ...shared(local), nameBytes(local.name), local.extra));
    add(packed);
    directory.push(
      record(
        ['u32', 0x02014b50],
        ['u16', 20],
        ['u16', 20],
        ...shared(central),
        ['u16', central.comment.length],
        ['u16', central.disk],
        ['u16', 0],
        ['u32', 0],
        ['u32', central.headerOffset],
        nameBytes(central.name),
        central.extra,
        central.comment,
      ),
    );
  }
  add(options.beforeDirectory ?? NOTHING);
  const directoryBytes = concat(...directory, options.inDirectory ?? NOTHING);
  const end: EndFields = {
    disk: 0,
    directoryDisk: 0,
    entriesHere: entries.length,
    entries: entries.length,
    directoryBytes: directoryBytes.length,
    directoryOffset: at,
    comment: NOTHING,
    ...options.end,
  };
  add(directoryBytes);
  add(
    record(
      ['u32', 0x06054b50],
      ['u16', end.disk],
      ['u16', end.directoryDisk],
      ['u16', end.entriesHere],
      ['u16', end.entries],
      ['u32', end.directoryBytes],
      ['u32', end.directoryOffset],
      ['u16', end.comment.length],
      end.comment,
    ),
  );
  add(options.trailing ?? NOTHING);
  return concat(...parts);
}
