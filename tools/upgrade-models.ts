/**
 * Writes models anew in the present version of the format: npx tsx tools/upgrade-models.ts data/*.wjz data/frontier/*.wjz
 * JPEGs and tensors stay as they are, to the byte.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readWjz } from '../src/format/read.ts';
import { writeWjz } from '../src/format/write.ts';

for (const path of process.argv.slice(2)) {
  const before = new Uint8Array(readFileSync(path));
  const file = readWjz(before);
  const after = writeWjz({ ...file, manifest: { ...file.manifest, version: '2.0' } });
  if (!isDeepStrictEqual({ ...readWjz(after), entries: [] }, { ...file, entries: [] })) {
    throw new Error(`${path}: the new file says something else`);
  }
  writeFileSync(path, after);
  console.log(`${path}: ${before.length} → ${after.length} bytes`);
}
