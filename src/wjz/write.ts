import { writeSafetensors } from '../safetensors/write.ts';
import { checkManifest } from './check-manifest.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { checkStructure } from './parse-manifest.ts';
import { checkJpeg, checkScales, checkTensors, MANIFEST_ENTRY, TENSORS_ENTRY, type WjzFile } from './read.ts';
import { writeZip, type ZipInput } from './zip.ts';

/** What a `.wjz` is written from. */
export type WjzContent = Pick<WjzFile, 'manifest' | 'jpegs' | 'tensors'>;

/**
 * Writes a `.wjz` of version 1: the manifest, the JPEGs as they are, the tensors. What is written passes the checks that
 * a reader makes; the same content gives the same bytes on every machine.
 */
export function writeWjz({ manifest, jpegs, tensors }: WjzContent): Uint8Array {
  const expected = checkManifest(checkStructure(manifest), DEFAULT_LIMITS);
  checkTensors(tensors, expected);
  checkScales(manifest, tensors);
  const entries: ZipInput[] = [
    { name: MANIFEST_ENTRY, content: new TextEncoder().encode(JSON.stringify(manifest)), deflate: true },
  ];
  for (const [name, size] of expected.jpegs) {
    const content = jpegs.get(name) ?? new Uint8Array();
    checkJpeg(name, content, size);
    entries.push({ name, content, deflate: false });
  }
  const wanted = new Map([...tensors].filter(([name]) => expected.tensors.has(name)));
  if (wanted.size > 0)
    entries.push({ name: TENSORS_ENTRY, content: writeSafetensors(wanted), deflate: true });
  return writeZip(entries);
}
