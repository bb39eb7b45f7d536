import { naming, WjpegError } from '../errors.ts';
import { inflateInNode, inflateInPage } from '../inflate.ts';
import { readFrameHeader } from '../jpeg/markers/first-scan.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { isNode } from '../platform.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { type DType, type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import { checkManifest, checkScales, type Expectations, type SheetSize } from './check-manifest.ts';
import type * as graphManifest from './graph-manifest.ts';
import { resolveLimits, type WjzLimits } from './limits.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import type * as upgrade from './upgrade.ts';
import { readZipDirectory, type ZipEntry } from './zip.ts';
import { checkCrc, EntryContent, type Inflated, packedBytes } from './zip-content.ts';

/**
 * A model, read and checked. Of a `.wjz` only the archive's deflate has been undone; the JPEGs are still encoded. Of a model that
 * is one JPEG, each layer has been cut out as a JPEG of its own.
 */
export interface WjzFile {
  /** What it came in: a ZIP archive (`.wjz`), or one JPEG. */
  readonly container: 'zip' | 'jpeg';
  readonly manifest: Manifest;
  /** The layers' JPEG streams, by entry name; of a `.wjz` views of the file's bytes. */
  readonly jpegs: ReadonlyMap<string, Uint8Array>;
  /** The tensors of `dense.safetensors`, by name; empty if the archive has no such entry. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Every entry of the archive, in order; of a JPEG, what its bytes are spent on. */
  readonly entries: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly compressedBytes: number;
  }[];
}

/** What reads the manifests of graphs, and what upgrades those of version 1: modules that are loaded when needed. */
export type GraphManifests = typeof graphManifest;
export type Upgrade = typeof upgrade;

/** Names of the entries other than JPEGs. */
export const MANIFEST_ENTRY = 'model.json';
export const TENSORS_ENTRY = 'dense.safetensors';

/**
 * The steps of reading a `.wjz` of version 1 or 2, in the order of docs/wjz-format.md: archive → manifest → tensors → JPEG
 * headers. Yields each entry whose content is needed, and the name of each module; the caller inflates or loads it,
 * synchronously or asynchronously, and passes it back. Throws `WjpegError` for every violation of that format.
 */
export function* readingWjz(
  bytes: Uint8Array,
  limits: WjzLimits,
  jpegLimits?: Partial<JpegLimits>,
): Generator<ZipEntry | 'graph' | 'upgrade', WjzFile, Uint8Array | GraphManifests | Upgrade> {
  const entries = readZipDirectory(bytes, limits);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  checkFirstEntry(entries[0]?.name);
  const json = parseJson((yield entries[0]) as Uint8Array);
  const upgrade = json.isOld ? ((yield 'upgrade') as Upgrade) : undefined;
  const graphs = json.isGraph ? ((yield 'graph') as GraphManifests) : undefined;
  const { manifest, expected } = readManifest(json.value, limits, graphs, upgrade);
  checkEntries(byName, expected);
  const packed = byName.get(TENSORS_ENTRY);
  const tensors = packed ? readSafetensors((yield packed) as Uint8Array) : new Map<string, Tensor>();
  checkTensors(tensors, expected);
  checkScales(manifest, tensors);
  graphs?.checkGraph(manifest, tensors);
  const jpegs = new Map<string, Uint8Array>();
  for (const [name, size] of expected.jpegs) {
    const stream = (yield byName.get(name) as ZipEntry) as Uint8Array;
    checkJpeg(name, stream, size, jpegLimits);
    jpegs.set(name, stream);
  }
  return { container: 'zip', manifest, jpegs, tensors, entries: sizesOf(entries) };
}

/** Names and sizes alone of the entries of an archive. */
export function sizesOf(entries: readonly ZipEntry[]): WjzFile['entries'] {
  return entries.map(({ name, bytes, compressedBytes }) => ({ name, bytes, compressedBytes }));
}

/** `graphs` reads manifests that are not those of chains. */
export function readManifest(
  value: unknown,
  limits: WjzLimits,
  graphs: GraphManifests | undefined,
  upgrade: Upgrade | undefined,
): { manifest: Manifest; expected: Expectations } {
  const upgraded = upgrade ? upgrade.upgradeManifest(value) : value;
  const manifest = graphs ? graphs.parseGraphManifest(upgraded) : parseManifest(upgraded);
  const expected = (graphs?.checkGraphManifest ?? checkManifest)(manifest, limits);
  return { manifest, expected };
}

/** The manifest describes all other entries, so it comes first. */
export function checkFirstEntry(name: string | undefined): void {
  if (name === MANIFEST_ENTRY) return;
  throw new WjpegError('corrupt', 'WJZ_NO_MANIFEST', `the first entry is not ${MANIFEST_ENTRY}: not a .wjz`);
}

/** Checks that the JPEGs in the manifest are present and stored, and that the archive contains nothing else. */
function checkEntries(entries: ReadonlyMap<string, ZipEntry>, { jpegs, tensors }: Expectations): void {
  for (const name of [...jpegs.keys(), ...(tensors.size > 0 ? [TENSORS_ENTRY] : [])]) {
    if (!entries.has(name))
      throw new WjpegError(
        'corrupt',
        'WJZ_MISSING_ENTRY',
        `model.json needs '${name}', which is missing from the archive`,
      );
  }
  for (const entry of entries.values()) checkEntry(entry, { jpegs, tensors });
}

/** Checks that the manifest lists an entry, and its compression method. */
export function checkEntry({ name, method }: ZipEntry, { jpegs }: Expectations): void {
  const isJpeg = jpegs.has(name);
  if (name !== MANIFEST_ENTRY && name !== TENSORS_ENTRY && !isJpeg) {
    throw new WjpegError('corrupt', 'WJZ_EXTRA_ENTRY', `'${name}' is not listed in model.json`);
  }
  if (isJpeg && method !== 'stored') {
    throw new WjpegError('corrupt', 'WJZ_JPEG_METHOD', `'${name}' is deflated, expected it to be stored`);
  }
}

/** Data types allowed in dense.safetensors. */
const TENSOR_TYPES: readonly DType[] = ['F32', 'F16', 'I8'];

/** Shared by reading and writing: checks that the manifest's tensors are present, of the right shapes, and finite. */
export function checkTensors(tensors: ReadonlyMap<string, Tensor>, expected: Expectations): void {
  for (const [name, shape] of expected.tensors) {
    const tensor = tensors.get(name);
    if (!tensor)
      throw new WjpegError(
        'corrupt',
        'WJZ_MISSING_TENSOR',
        `tensor '${name}' is listed in model.json but missing from ${TENSORS_ENTRY}`,
      );
    if (shape && tensor.shape.join() !== shape.join()) {
      throw new WjpegError(
        'corrupt',
        'WJZ_TENSOR_SHAPE',
        `tensor '${name}' has shape [${tensor.shape.join(', ')}], expected [${shape.join(', ')}]`,
      );
    }
    if (!TENSOR_TYPES.includes(tensor.dtype)) {
      throw new WjpegError(
        'unsupported',
        'WJZ_TENSOR_TYPE',
        `tensor '${name}' is ${tensor.dtype}, expected one of ${TENSOR_TYPES.join(', ')}`,
      );
    }
    const bad = toFloat32(tensor).findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new WjpegError('corrupt', 'WJZ_NOT_FINITE', `tensor '${name}' is not finite at element ${bad}`);
  }
}

/** Shared by reading and writing: checks for one grey component of exactly the size that the manifest implies. */
export function checkJpeg(
  name: string,
  stream: Uint8Array,
  size: SheetSize,
  limits?: Partial<JpegLimits>,
): void {
  const { width, height, components } = naming(`'${name}'`, () => readFrameHeader(stream, { limits }));
  if (components.length !== 1) {
    throw new WjpegError(
      'corrupt',
      'WJZ_JPEG_COLOUR',
      `'${name}' has ${components.length} components, expected 1 (grey)`,
    );
  }
  if (width !== size.width || height !== size.height) {
    throw new WjpegError(
      'corrupt',
      'WJZ_JPEG_SIZE',
      `'${name}' is ${width}×${height}, expected ${size.width}×${size.height}`,
    );
  }
}

/** `model.json` as JSON of a version that this reader knows, its structure not yet checked. */
export interface ManifestJson {
  readonly value: unknown;
  /** Whether it may be more than a chain of linear layers: then graph-manifest.ts reads it. */
  readonly isGraph: boolean;
  /** Whether it is of version 1, whose names upgrade.ts replaces. */
  readonly isOld: boolean;
}

/** UTF-8 → JSON → version. */
export function parseJson(bytes: Uint8Array): ManifestJson {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new WjpegError('corrupt', 'MANIFEST_JSON', 'model.json is not JSON in UTF-8', { cause });
  }
  checkVersion(value);
  // Fields of these names elsewhere, in `origin` for example, mean nothing.
  const { version, requires, outputs, layers } = Object(value);
  const wired = Array.isArray(layers) ? layers.map((layer) => Object(layer).inputs) : [];
  return {
    value,
    isGraph: [requires, outputs, ...wired].some((field) => field !== undefined),
    isOld: /^1(\.|$)/.test(version),
  };
}

/** The version comes first: nothing is known about a later major version. */
function checkVersion(value: unknown): void {
  // What is no object has no fields.
  const { format, version } = Object(value) as Record<string, unknown>;
  if (format !== 'wjz') {
    throw new WjpegError(
      'corrupt',
      'MANIFEST_FORMAT',
      `model.json: format is ${typeof format === 'string' ? `"${format}"` : typeof format}, expected "wjz"`,
    );
  }
  // Digits up to a dot or the end, other than 1 and 2.
  if (typeof version === 'string' && /^(?![12](\.|$))\d+(\.|$)/.test(version)) {
    throw new WjpegError(
      'unsupported',
      'MANIFEST_VERSION',
      `model.json: version is ${version}, supported are 1.x and 2.x: update wjpeg`,
    );
  }
}

/**
 * `readWjz` without its own inflater: browsers and Node.js have one, so that who only opens models does not load another. Checks
 * and errors are the same.
 */
export async function openWjz(
  bytes: Uint8Array,
  limits: Partial<WjzLimits> = {},
  jpegLimits?: Partial<JpegLimits>,
): Promise<WjzFile> {
  if (bytes[0] === 0xff) return (await import('./picture/open.ts')).openPicture(bytes, limits, jpegLimits);
  const steps = readingWjz(bytes, resolveLimits(limits), jpegLimits);
  let step = steps.next();
  while (!step.done) {
    const { value } = step;
    step = steps.next(
      value === 'graph'
        ? await import('./graph-manifest.ts')
        : value === 'upgrade'
          ? await import('./upgrade.ts')
          : await unpackEntry(bytes, value),
    );
  }
  return step.value;
}

/** The content of an entry, its CRC checked, as `readZipEntry` gives it. */
export async function unpackEntry(archive: Uint8Array, entry: ZipEntry): Promise<Uint8Array> {
  const packed = packedBytes(archive, entry);
  return checkCrc(entry.method === 'stored' ? packed : await inflate(packed, new EntryContent(entry)), entry);
}

/** Inflates with what Node.js or the browser has. */
export async function inflate(packed: Uint8Array, content: Inflated): Promise<Uint8Array> {
  const write = (piece: Uint8Array): void => content.add(piece);
  try {
    if (isNode()) write(inflateInNode(packed, content.maxBytes));
    else await inflateInPage(packed).pipeTo(new WritableStream({ write }));
  } catch (cause) {
    throw content.failed(cause);
  }
  return content.finish();
}
