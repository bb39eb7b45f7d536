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
 * The entry whose local header begins at `at` of an archive that is still arriving; undefined if the header is not all
 * there, or if there is no further entry. `before`: the entries before it, whose sizes count for the limits.
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
          'not a ZIP archive, which a .wjz is: it does not start with a local file header',
          0,
        )
      : corrupt('ZIP_LAYOUT', 'neither a further entry nor the directory', at);
  }
  const nameLength = view.getUint16(at + 26, true);
  const dataOffset = at + LOCAL.bytes + nameLength + view.getUint16(at + 28, true);
  if (dataOffset > view.byteLength) return undefined;
  const rawName = new Uint8Array(view.buffer, view.byteOffset + at + LOCAL.bytes, nameLength);
  const name = checkName(rawName, at);
  if (before.some((entry) => entry.name === name))
    throw corrupt('ZIP_DUPLICATE', `'${name}' is there twice`, at);
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
