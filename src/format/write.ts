import { type ZipOptions, zipSync } from 'fflate';
import { WjpegError } from '../errors.ts';
import { readFrameHeader } from '../jpeg/index.ts';
import { checkArgument, type OptionRule } from '../options/rules.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { checkManifest, checkScales, type Expectations } from './check-manifest.ts';
import { checkGraph, checkGraphManifest, parseGraphManifest } from './graph-manifest.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { checkJpeg, checkTensors, MANIFEST_ENTRY, TENSORS_ENTRY, type WjzFile } from './read.ts';
import { shortGraphManifest, shortManifest } from './short-manifest.ts';
import { readZipDirectory } from './zip.ts';

/** What `writeWjz` takes; a file that `readWjz` has read has more. */
export const CONTENT: OptionRule = {
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
  const { manifest, expected, jpegs } = checkedContent(content);
  const json = JSON.stringify(shortOf(manifest));
  const sheets = [...jpegs].map(([name, jpeg]): ZipInput => ({ name, content: jpeg, deflate: false }));
  const { tensors } = content;
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

/** What a reader would check: the manifest complete, what it requires, and the JPEGs that it lists, in its order. */
export function checkedContent({ manifest: given, jpegs, tensors }: WjzContent): {
  readonly manifest: Manifest;
  readonly expected: Expectations;
  readonly jpegs: ReadonlyMap<string, Uint8Array>;
} {
  const isGraph = given.outputs !== undefined;
  // Read from its short form, a graph is checked, and its fields are in the order of the description.
  const manifest = isGraph
    ? parseGraphManifest(JSON.parse(JSON.stringify(shortGraphManifest(given))))
    : parseManifest(given);
  const expected = (isGraph ? checkGraphManifest : checkManifest)(manifest, DEFAULT_LIMITS);
  checkTensors(tensors, expected);
  checkScales(manifest, tensors);
  if (isGraph) checkGraph(manifest, tensors);
  const listed = [...expected.jpegs].map(([name, size]): [string, Uint8Array] => {
    const jpeg = jpegs.get(name);
    if (!jpeg)
      throw new WjpegError(
        'misuse',
        'WJZ_MISSING_ENTRY',
        `the JPEG '${name}' is listed in the manifest but was not given`,
      );
    checkJpeg(name, jpeg, size);
    return [name, jpeg];
  });
  return { manifest, expected, jpegs: new Map(listed) };
}

/** A complete manifest as it is written: without defaults, its fields in the order of the schema. */
export function shortOf(manifest: Manifest): object {
  return (manifest.outputs ? shortGraphManifest : shortManifest)(manifest);
}

function isProgressive({ content }: ZipInput): boolean {
  return readFrameHeader(content).process.startsWith('progressive');
}

/** The last JPEG is the one refined during the download: the largest. At equal size, the layer that runs first. */
function smallestFirst(sheets: readonly ZipInput[]): ZipInput[] {
  return sheets.toSorted((a, b) => a.content.length - b.content.length);
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
