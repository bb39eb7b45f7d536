import { WjpegError } from '../errors.ts';
import { readFrameHeader } from '../jpeg/index.ts';
import { checkArgument, type OptionRule } from '../options/rules.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { checkManifest, type Expectations } from './check-manifest.ts';
import { fillDefaults } from './fill-defaults.ts';
import {
  checkGraph,
  checkGraphManifest,
  checkGraphStructure,
  parseGraphManifest,
  shortGraphManifest,
} from './graph-manifest.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { checkStructure } from './manifest-schema.ts';
import { checkJpeg, checkScales, checkTensors, MANIFEST_ENTRY, TENSORS_ENTRY, type WjzFile } from './read.ts';
import { stripDefaults } from './strip-defaults.ts';
import { writeZip, type ZipInput } from './zip.ts';
import { readZipDirectory } from './zip-directory.ts';

/** What `writeWjz` takes; a file that `readWjz` has read has more. */
const CONTENT: OptionRule = {
  expected: 'an object with manifest, jpegs (a Map of Uint8Array) and tensors (a Map of Tensor)',
  accepts: (value) => {
    const { manifest, jpegs, tensors } = (value ?? {}) as Partial<WjzContent>;
    const isObject = typeof manifest === 'object' && manifest !== null;
    return isObject && jpegs instanceof Map && tensors instanceof Map;
  },
};

/** The content of a `.wjz`. */
export type WjzContent = Pick<WjzFile, 'manifest' | 'jpegs' | 'tensors'>;

/**
 * Writes a `.wjz` of version 2: the manifest, the JPEGs unchanged, the tensors. The result passes the checks of
 * `readWjz`; the same content gives the same bytes on every machine. With progressive JPEGs it can be loaded in
 * parts: the entries come in the order of docs/wjz-format.md, 9. Fields that equal their defaults or that this
 * version does not know, and tensors and JPEGs that the manifest does not list, are omitted.
 *
 * @throws WjpegError `MANIFEST_…`, `WJZ_…` and `JPEG_…` for content that `readWjz` would refuse, `ARGUMENT` for what
 *   is no such content
 */
export function writeWjz(content: WjzContent): Uint8Array {
  checkArgument('writeWjz', 'content', content, CONTENT);
  const { jpegs, tensors } = content;
  const { expected, file } = checkContent(content);
  const json = JSON.stringify(file);
  const sheets = [...expected.jpegs].map(([name, size]): ZipInput => {
    const jpeg = jpegs.get(name);
    if (!jpeg)
      throw new WjpegError(
        'misuse',
        'WJZ_MISSING_ENTRY',
        `the JPEG '${name}' is listed in the manifest but was not given`,
      );
    checkJpeg(name, jpeg, size);
    return { name, content: jpeg, deflate: false };
  });
  const wanted = new Map([...expected.tensors.keys()].map((name) => [name, tensors.get(name) as Tensor]));
  const rest: ZipInput[] =
    wanted.size > 0 ? [{ name: TENSORS_ENTRY, content: writeSafetensors(wanted), deflate: true }] : [];
  const archive = writeZip([
    { name: MANIFEST_ENTRY, content: new TextEncoder().encode(json), deflate: true },
    ...(sheets.some(isProgressive) ? [...rest, ...smallestFirst(sheets)] : [...sheets, ...rest]),
  ]);
  // Refuses what readers would refuse: too many or too large entries.
  readZipDirectory(archive, DEFAULT_LIMITS);
  return archive;
}

/** What a reader would check; the manifest as it is written, its fields in the order of the schema. */
function checkContent({ manifest: given, tensors }: WjzContent): {
  expected: Expectations;
  file: object;
} {
  const isGraph = given.outputs !== undefined;
  const manifest = isGraph ? given : fillDefaults(checkStructure(given));
  const expected = (isGraph ? checkGraphManifest : checkManifest)(manifest, DEFAULT_LIMITS);
  checkTensors(tensors, expected);
  checkScales(manifest, tensors);
  if (!isGraph) return { expected, file: checkStructure(stripDefaults(manifest)) };
  checkGraph(manifest, tensors);
  const file = checkGraphStructure(shortGraphManifest(manifest));
  // What a reader refuses, such as a requirement that is not listed, is not written.
  parseGraphManifest(file);
  return { expected, file };
}

function isProgressive({ content }: ZipInput): boolean {
  return readFrameHeader(content).process.startsWith('progressive');
}

/** The last JPEG is the one refined during the download: the largest. At equal size, the layer that runs first. */
function smallestFirst(sheets: readonly ZipInput[]): ZipInput[] {
  return sheets.toSorted((a, b) => a.content.length - b.content.length);
}
