import type { WjzLimits } from './limits.ts';
import {
  CENTRAL,
  checkName,
  checkSizes,
  corrupt,
  describeEntry,
  END,
  LOCAL,
  overLimit,
  type ZipEntry,
} from './zip-entry.ts';

/**
 * The entry whose local header begins at `at` of a partially received archive; undefined if the header is
 * incomplete, or at the end of the entries. `before`: the previous entries, whose sizes count towards the limits.
 */
export function readLocalEntry(
  view: DataView,
  at: number,
  before: readonly ZipEntry[],
  limits: WjzLimits,
): ZipEntry | undefined {
  if (at + LOCAL.bytes > view.byteLength) return undefined;
  const signature = view.getUint32(at, true);
  if (signature === CENTRAL.signature || signature === END.signature) return undefined;
  if (signature !== LOCAL.signature) {
    throw at === 0
      ? corrupt(
          'ZIP_SIGNATURE',
          'not a .wjz, which is a ZIP archive: it does not start with a local file header',
          0,
        )
      : corrupt('ZIP_LAYOUT', 'expected another entry or the directory', at);
  }
  const nameLength = view.getUint16(at + 26, true);
  const dataOffset = at + LOCAL.bytes + nameLength + view.getUint16(at + 28, true);
  if (dataOffset > view.byteLength) return undefined;
  const rawName = new Uint8Array(view.buffer, view.byteOffset + at + LOCAL.bytes, nameLength);
  const name = checkName(rawName, at);
  if (before.some((entry) => entry.name === name))
    throw corrupt('ZIP_DUPLICATE', `'${name}' appears twice`, at);
  if (before.length >= limits.maxEntries) {
    throw overLimit('ZIP_ENTRIES', `more than ${limits.maxEntries} entries`);
  }
  const entry = { ...describeEntry(view, at, at + 6, name), dataOffset };
  checkSizes(
    entry,
    before.reduce((sum, { bytes }) => sum + bytes, entry.bytes),
    limits,
  );
  return entry;
}
