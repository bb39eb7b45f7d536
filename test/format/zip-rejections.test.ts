import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ErrorKind } from '../../src/errors.ts';
import type { WjzLimits } from '../../src/format/limits.ts';
import { readWjz } from '../../src/format/read.ts';
import { fullEntries } from './contents.ts';
import { expectFileRefused, expectRefusal } from './refusal.ts';
import { type ArchiveOptions, buildZip, concat, crc32, type RawEntry } from './zip-builder.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The full model with one entry changed, or with something between the entries. */
const changed = (changes: Record<string, Partial<RawEntry>>, options: ArchiveOptions = {}): Uint8Array =>
  buildZip(fullEntries(changes), options);
const withOptions = (options: ArchiveOptions): Uint8Array => buildZip(fullEntries(), options);

const good = buildZip(fullEntries());
const manifest = fullEntries()[0].content;
const directoryOffset = new DataView(good.buffer).getUint32(good.length - 6, true);
const lastDirectoryEntry = good.length - 22 - 46 - 'dense.safetensors'.length;
/** The full model with single bytes overwritten. */
const patched = (...changes: [at: number, value: number][]): Uint8Array => {
  const copy = good.slice();
  for (const [at, value] of changes) copy[at] = value;
  return copy;
};

/** One rule of the format, an archive that breaks it and nothing else, and limits where they are what is broken. */
type Rule = readonly [rule: string, code: string, archive: Uint8Array, limits?: Partial<WjzLimits>];

function refuses(kind: ErrorKind, rules: readonly Rule[]): void {
  test.each(rules.map(([rule, code, archive, limits]) => ({ rule, code, archive, limits })))(
    '$rule: $code',
    ({ code, archive, limits }) => expectFileRefused(archive, limits, kind, code),
  );
}

describe('what the rules are broken in is right otherwise', () => {
  test('the full model is read, stored or deflated', () => {
    expect(readWjz(good).entries.map((entry) => entry.name)).toEqual([
      'model.json',
      'a.jpg',
      'b.jpg',
      'dense.safetensors',
    ]);
    const stored = changed({ 'model.json': { method: 0 }, 'dense.safetensors': { method: 0 } });
    expect(readWjz(stored).manifest).toEqual(readWjz(good).manifest);
  });

  test('extra fields, entry comments, and flags that mean nothing here are skipped', () => {
    const archive = changed({
      'a.jpg': {
        both: { flags: 0x0806 },
        local: { extra: bytes(1, 2, 0, 0) },
        central: { extra: bytes(9, 9, 1, 0, 7), comment: text('hello') },
      },
    });
    expect(readWjz(archive)).toEqual(readWjz(good));
  });

  test('an archive inside a larger buffer is read', () => {
    const inside = concat(bytes(1, 2, 3), good, bytes(4)).subarray(3, 3 + good.length);
    expect(readWjz(inside).manifest).toEqual(readWjz(good).manifest);
  });
});

describe('corrupt: the archive as a whole', () => {
  refuses('corrupt', [
    ['an empty file', 'ZIP_EMPTY', new Uint8Array()],
    ['another file type', 'ZIP_SIGNATURE', text('%PDF-1.7, and some more text that is long enough')],
    ['too short for any archive', 'ZIP_SIGNATURE', good.subarray(0, 21)],
    ['an archive without entries', 'ZIP_SIGNATURE', buildZip([])],
    ['something before the first entry', 'ZIP_SIGNATURE', concat(bytes(0), good)],
    ['the size of an end record, which is not there', 'ZIP_END', good.subarray(0, 22)],
    ['truncated by one byte', 'ZIP_END', good.subarray(0, -1)],
    ['truncated by the end record', 'ZIP_END', good.subarray(0, -22)],
    ['truncated in the middle', 'ZIP_END', good.subarray(0, good.length >> 1)],
    ['one trailing byte', 'ZIP_END', withOptions({ trailing: bytes(0) })],
    ['an archive comment', 'ZIP_END', withOptions({ end: { comment: text('a comment') } })],
    ['a comment declared, but not there', 'ZIP_COMMENT', patched([good.length - 2, 5])],
    ['a directory declared too short', 'ZIP_DIRECTORY', withOptions({ end: { directoryBytes: 40 } })],
    [
      'a directory declared beyond the file',
      'ZIP_DIRECTORY',
      withOptions({ end: { directoryOffset: 0x7fffffff } }),
    ],
    ['more entries declared', 'ZIP_DIRECTORY', withOptions({ end: { entries: 5, entriesHere: 5 } })],
    ['bytes after the last directory entry', 'ZIP_DIRECTORY', withOptions({ inDirectory: bytes(1, 2, 3) })],
    ['a directory entry without its signature', 'ZIP_DIRECTORY', patched([directoryOffset, 0])],
    ['a directory entry longer than the directory', 'ZIP_DIRECTORY', patched([directoryOffset + 31, 0x7f])],
    ['a name longer than the directory', 'ZIP_DIRECTORY', patched([lastDirectoryEntry + 28, 0x7f])],
    [
      'a directory entry that has only begun',
      'ZIP_DIRECTORY',
      withOptions({ inDirectory: bytes(0x50, 0x4b, 1, 2), end: { entries: 5, entriesHere: 5 } }),
    ],
  ]);
});

describe('corrupt: the layout of entries', () => {
  const [first, ...others] = fullEntries();
  const secondHeader = localPart(first).length;
  refuses('corrupt', [
    ['a name that comes twice', 'ZIP_DUPLICATE', buildZip([first, first, ...others])],
    ['fewer entries declared', 'ZIP_LAYOUT', withOptions({ end: { entries: 3, entriesHere: 3 } })],
    ['a gap between entries', 'ZIP_LAYOUT', changed({ 'b.jpg': { gap: bytes(0) } })],
    ['a gap before the directory', 'ZIP_LAYOUT', withOptions({ beforeDirectory: bytes(0, 0) })],
    ['entries that share their data', 'ZIP_LAYOUT', overlapping()],
    ['a directory in another order', 'ZIP_LAYOUT', swapped()],
    ['data that lead into the directory', 'ZIP_TRUNCATED', intoDirectory()],
    [
      'no local header where the directory says',
      'ZIP_LOCAL_HEADER',
      changed({ 'a.jpg': { central: { headerOffset: 3 } } }),
    ],
    [
      'a local header beyond the file',
      'ZIP_LOCAL_HEADER',
      changed({ 'a.jpg': { central: { headerOffset: 0x7fffffff } } }),
    ],
    [
      'a local header that the file ends in',
      'ZIP_LOCAL_HEADER',
      changed({ 'a.jpg': { central: { headerOffset: good.length - 2 } } }),
    ],
    ['a local header with another signature', 'ZIP_LOCAL_HEADER', patched([secondHeader, 0])],
    [
      'a local header that leads beyond the file',
      'ZIP_LOCAL_HEADER',
      patched([secondHeader + 28, 0xff], [secondHeader + 29, 0xff]),
    ],
    ...(
      [
        ['name', { name: 'x.jpg' }],
        ['length of the name', { name: 'a.jp' }],
        ['name, which begins the same,', { name: 'a.jpgg' }],
        ['method', { method: 8 }],
        ['CRC', { crc: 1 }],
        ['packed size', { packedBytes: 1 }],
        ['size', { bytes: 1 }],
      ] as const
    ).map(
      ([what, local]): Rule => [
        `another ${what} in the local header`,
        'ZIP_LOCAL_HEADER',
        changed({ 'a.jpg': { local } }),
      ],
    ),
  ]);

  /** A local header inside the data of the entry before. */
  function overlapping(): Uint8Array {
    const inner: RawEntry = { name: 'b.jpg', content: bytes(1) };
    const outer: RawEntry = { name: 'a.jpg', content: localPart(inner) };
    const headerOffset = secondHeader + localPart({ ...outer, content: bytes() }).length;
    return buildZip([first, outer, { ...inner, central: { headerOffset } }]);
  }

  /** The directory lists the two JPEGs the other way round than they lie. */
  function swapped(): Uint8Array {
    const [a, b, tensors] = others;
    const as = ({ name, content }: RawEntry, headerOffset: number): NonNullable<RawEntry['central']> => ({
      name,
      crc: crc32(content),
      packedBytes: content.length,
      bytes: content.length,
      headerOffset,
    });
    return buildZip([
      first,
      { ...a, central: as(b, secondHeader + localPart(a).length) },
      { ...b, central: as(a, secondHeader) },
      tensors,
    ]);
  }

  /** Local header and data of an entry. */
  function localPart(entry: RawEntry): Uint8Array {
    const archive = buildZip([entry]);
    return archive.subarray(0, new DataView(archive.buffer).getUint32(archive.length - 6, true));
  }

  function intoDirectory(): Uint8Array {
    const entries = fullEntries();
    const last = entries[entries.length - 1];
    const packed = deflateRawSync(last.content);
    return buildZip([...entries.slice(0, -1), { ...last, both: { packedBytes: packed.length + 1 } }]);
  }
});

describe('corrupt: names', () => {
  const names = [
    ['a folder', 'layers/a.jpg'],
    ['a way up', '../a.jpg'],
    ['a way up in the middle', 'x/../../a.jpg'],
    ['an absolute path', '/etc/passwd'],
    ['a drive', 'C:a.jpg'],
    ['a backslash', '..\\a.jpg'],
    ['no characters', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a hidden file', '.a.jpg'],
    ['a space', 'a b.jpg'],
    ['a line end', 'a.jpg\n'],
    ['a zero byte', 'a.jpg\0.txt'],
    ['a letter beyond ASCII', 'ä.jpg'],
    ['256 characters', `${'a'.repeat(252)}.jpg`],
  ] as const;
  refuses(
    'corrupt',
    names.map(
      ([what, name]): Rule => [what, 'ZIP_NAME', buildZip([...fullEntries(), { name, content: bytes(1) }])],
    ),
  );

  test('255 characters are a name', () => {
    const archive = buildZip([...fullEntries(), { name: 'a'.repeat(255), content: bytes(1) }]);
    expectRefusal(() => readWjz(archive), 'corrupt', 'WJZ_EXTRA_ENTRY');
  });
});

describe('corrupt: the data of an entry', () => {
  const jpeg = fullEntries()[1].content;
  const flipped = jpeg.slice();
  flipped[flipped.length >> 1] ^= 1;
  const packed = new Uint8Array(deflateRawSync(manifest));
  const zeros = new Uint8Array(1 << 20);
  refuses('corrupt', [
    ['a bit altered in stored data', 'ZIP_CRC', changed({ 'a.jpg': { packed: flipped } })],
    ['a wrong CRC in both headers', 'ZIP_CRC', changed({ 'model.json': { both: { crc: 0 } } })],
    ['stored with two sizes', 'ZIP_SIZE', changed({ 'a.jpg': { both: { bytes: jpeg.length + 1 } } })],
    [
      'deflated, more than declared',
      'ZIP_SIZE',
      changed({ 'model.json': { both: { bytes: manifest.length - 1 } } }),
    ],
    [
      'deflated, less than declared',
      'ZIP_SIZE',
      changed({ 'model.json': { both: { bytes: manifest.length + 1 } } }),
    ],
    [
      'a bomb: a mebibyte declared as 100 bytes',
      'ZIP_SIZE',
      changed({ 'model.json': { content: zeros, method: 8, both: { bytes: 100 } } }),
    ],
    [
      'a declared size that its data can not hold',
      'ZIP_SIZE',
      changed({ 'dense.safetensors': { packed: bytes(3, 0), both: { bytes: 2 ** 28 } } }),
      { maxRatio: Infinity },
    ],
    ['no deflate data', 'ZIP_DEFLATE', changed({ 'model.json': { packed: bytes(0xff, 0xff, 0xff, 0xff) } })],
    [
      'deflate data that end early',
      'ZIP_DEFLATE',
      changed({ 'model.json': { packed: packed.subarray(0, -3) } }),
    ],
  ]);
});

describe('unsupported', () => {
  const flag = (flags: number): Uint8Array => changed({ 'a.jpg': { both: { flags } } });
  const large = 0xffffffff;
  refuses('unsupported', [
    ['encryption', 'ZIP_ENCRYPTED', flag(0x0001)],
    [
      'encryption, said in the local header alone',
      'ZIP_ENCRYPTED',
      changed({ 'a.jpg': { local: { flags: 1 } } }),
    ],
    ['strong encryption', 'ZIP_ENCRYPTED', flag(0x0040)],
    ['masked headers', 'ZIP_ENCRYPTED', flag(0x2000)],
    ['a data descriptor', 'ZIP_DATA_DESCRIPTOR', flag(0x0008)],
    ['patched data', 'ZIP_PATCH', flag(0x0020)],
    ...[1, 6, 9, 12, 14, 93, 99].map(
      (method): Rule => [`method ${method}`, 'ZIP_METHOD', changed({ 'a.jpg': { method } })],
    ),
    ['ZIP64 by the number of entries', 'ZIP_ZIP64', withOptions({ end: { entries: 0xffff } })],
    ['ZIP64 by the size of the directory', 'ZIP_ZIP64', withOptions({ end: { directoryBytes: large } })],
    ['ZIP64 by the place of the directory', 'ZIP_ZIP64', withOptions({ end: { directoryOffset: large } })],
    ['ZIP64 by a packed size', 'ZIP_ZIP64', changed({ 'a.jpg': { both: { packedBytes: large } } })],
    ['ZIP64 by a size in the local header', 'ZIP_ZIP64', changed({ 'a.jpg': { local: { bytes: large } } })],
    [
      'ZIP64 by a packed size in the local header',
      'ZIP_ZIP64',
      changed({ 'a.jpg': { local: { packedBytes: large } } }),
    ],
    ['ZIP64 by a size', 'ZIP_ZIP64', changed({ 'a.jpg': { both: { bytes: large } } })],
    ['ZIP64 by an offset', 'ZIP_ZIP64', changed({ 'a.jpg': { central: { headerOffset: large } } })],
    ['a second disk', 'ZIP_MULTI_DISK', withOptions({ end: { disk: 1 } })],
    ['a directory on a second disk', 'ZIP_MULTI_DISK', withOptions({ end: { directoryDisk: 1 } })],
    ['entries on other disks', 'ZIP_MULTI_DISK', withOptions({ end: { entriesHere: 3 } })],
    ['an entry on a second disk', 'ZIP_MULTI_DISK', changed({ 'a.jpg': { central: { disk: 1 } } })],
  ]);
});

describe('limits', () => {
  const total = readWjz(good).entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const largest = Math.max(
    ...readWjz(good)
      .entries.slice(1)
      .map((entry) => entry.bytes),
  );
  const max = manifest.length;
  refuses('limit', [
    ['entries', 'ZIP_ENTRIES', good, { maxEntries: 3 }],
    ['bytes of the manifest', 'ZIP_ENTRY_SIZE', good, { maxManifestBytes: max - 1 }],
    ['bytes of an entry', 'ZIP_ENTRY_SIZE', good, { maxEntryBytes: largest - 1 }],
    ['bytes of all entries', 'ZIP_TOTAL_SIZE', good, { maxTotalBytes: total - 1 }],
    [
      'a manifest above the default',
      'ZIP_ENTRY_SIZE',
      changed({ 'model.json': { both: { bytes: 2 ** 20 + 1 } } }),
    ],
    [
      'an entry above the default',
      'ZIP_ENTRY_SIZE',
      changed({ 'dense.safetensors': { both: { bytes: 2 ** 28 + 1 } } }),
    ],
    ['entries above the default', 'ZIP_ENTRIES', buildZip(many(1001))],
    [
      'all entries above the default',
      'ZIP_TOTAL_SIZE',
      buildZip(many(5).map(claimLargest)),
      { maxRatio: Infinity },
    ],
    [
      'a bomb: 17 MiB of zeros, all of which are there',
      'ZIP_RATIO',
      changed({ 'dense.safetensors': { content: new Uint8Array(17 * 2 ** 20), method: 8 } }),
    ],
    ['a ratio above the default', 'ZIP_RATIO', changed({ 'dense.safetensors': ratio(101) })],
  ]);

  test('what is just within them is read', () => {
    const limits = { maxEntries: 4, maxManifestBytes: max, maxEntryBytes: largest, maxTotalBytes: total };
    expect(readWjz(good, limits)).toEqual(readWjz(good));
  });

  test.each([NaN, 0, -1, undefined, 'many'])('a limit of %s is misuse', (value) => {
    const limits = { maxEntries: value } as unknown as Partial<WjzLimits>;
    expectRefusal(() => readWjz(good, limits), 'misuse', 'WJZ_LIMITS', /maxEntries/);
  });

  function many(count: number): RawEntry[] {
    return Array.from({ length: count }, (_, index) => ({ name: `e${index}`, content: bytes(1) }));
  }

  /** A mebibyte packed, which declares this many times as much. */
  function ratio(times: number): Partial<RawEntry> {
    return { packed: new Uint8Array(2 ** 20), both: { method: 8, bytes: times * 2 ** 20 } };
  }

  test('a ratio of the default, and 16 MiB of whatever ratio, are unpacked', () => {
    const refusal = (entry: Partial<RawEntry>) => () => readWjz(changed({ 'dense.safetensors': entry }));
    // Zeros are no deflate data, but unpacking has begun.
    expectRefusal(refusal(ratio(100)), 'corrupt', 'ZIP_DEFLATE');
    const zeros = { content: new Uint8Array(2 ** 24), method: 8 };
    expectRefusal(refusal(zeros), 'corrupt', 'SAFETENSORS_JSON');
  });

  function claimLargest(entry: RawEntry): RawEntry {
    return { ...entry, both: { method: 8, bytes: 2 ** 28 } };
  }
});
