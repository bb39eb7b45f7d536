import { ScanPrefix } from '../jpeg/markers/scan-prefix.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { readSafetensors } from '../safetensors/read.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { checkScales, type Expectations } from './check-manifest.ts';
import type { WjzLimits } from './limits.ts';
import type { Manifest } from './manifest.ts';
import {
  checkEntry,
  checkFirstEntry,
  checkJpeg,
  checkTensors,
  type GraphManifests,
  MANIFEST_ENTRY,
  parseJson,
  readManifest,
  sizesOf,
  unpackEntry,
  type WjzFile,
} from './reading.ts';
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
} from './zip.ts';
import { checkCrc } from './zip-content.ts';

/** Download progress of a layer's JPEG. */
export interface PartialJpeg {
  /** Name of its entry. */
  readonly name: string;
  /** Bytes received and their total, 0 where it is not known: before its entry has begun, and of a model that is one JPEG. */
  readonly received: number;
  readonly bytes: number;
  /** Number of complete scans. */
  readonly scans: number;
  readonly complete: boolean;
}

/**
 * A partially received `.wjz` (docs/wjz-format.md, 9). Entries are read front to back by their local headers. It is
 * a network at lower precision as soon as the manifest, the tensors and one scan of every JPEG have arrived.
 *
 * Complete entries are checked as in `readWjz`, including the CRC; an incomplete JPEG cannot be checked.
 */
export class PartialWjz {
  readonly #limits: WjzLimits;
  readonly #jpegLimits: Partial<JpegLimits> | undefined;
  readonly #entries: ZipEntry[] = [];
  readonly #prefixes = new Map<string, ScanPrefix>();
  #bytes: Uint8Array = new Uint8Array(0);
  /** Complete entries. */
  #read = 0;
  #manifest: Manifest | undefined;
  #graphs: GraphManifests | undefined;
  #expected: Expectations | undefined;
  #tensors: ReadonlyMap<string, Tensor> | undefined;

  constructor(limits: WjzLimits, jpegLimits?: Partial<JpegLimits>) {
    this.#limits = limits;
    this.#jpegLimits = jpegLimits;
  }

  /** Continues; `bytes` is the file as far as received. Calls must not overlap. */
  async advance(bytes: Uint8Array): Promise<void> {
    this.#bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (;;) {
      const last = this.#entries.at(-1);
      if (this.#read < this.#entries.length) await this.#readOn(last as ZipEntry);
      if (this.#read < this.#entries.length) return;
      const next = readLocalEntry(view, last ? endOf(last) : 0, this.#entries, this.#limits);
      if (next === undefined) return;
      if (last === undefined) checkFirstEntry(next.name);
      else checkEntry(next, this.#expected as Expectations);
      this.#entries.push(next);
    }
  }

  /** The JPEGs that the manifest lists, in its order; empty before the manifest has arrived. */
  get jpegs(): readonly PartialJpeg[] {
    return [...(this.#expected?.jpegs.keys() ?? [])].map((name) => {
      const entry = this.#entries.find((other) => other.name === name);
      const prefix = this.#prefixes.get(name);
      return {
        name,
        received: entry ? this.#arrived(entry).length : 0,
        bytes: entry?.bytes ?? 0,
        scans: prefix?.scans ?? 0,
        complete: entry !== undefined && this.#isWhole(entry),
      };
    });
  }

  /** The network as received so far; undefined if incomplete. */
  get file(): WjzFile | undefined {
    const manifest = this.#manifest;
    const expected = this.#expected;
    if (manifest === undefined || expected === undefined) return undefined;
    if (this.#tensors === undefined && expected.tensors.size > 0) return undefined;
    const jpegs = new Map<string, Uint8Array>();
    for (const name of expected.jpegs.keys()) {
      const entry = this.#entries.find((other) => other.name === name);
      const prefix = this.#prefixes.get(name);
      if (entry === undefined || prefix === undefined || prefix.scans === 0) return undefined;
      const stream = this.#arrived(entry);
      // A complete entry is used as it is; readers ignore bytes after EOI.
      jpegs.set(name, this.#isWhole(entry) ? stream : prefix.of(stream));
    }
    const entries = sizesOf(this.#entries);
    return { container: 'zip', manifest, jpegs, tensors: this.#tensors ?? new Map(), entries };
  }

  /** Reads the received part of the current entry. */
  async #readOn(entry: ZipEntry): Promise<void> {
    const isWhole = this.#isWhole(entry);
    const size = this.#expected?.jpegs.get(entry.name);
    if (size !== undefined) {
      const stream = this.#arrived(entry);
      const prefix = this.#prefixes.get(entry.name) ?? new ScanPrefix();
      const scansBefore = prefix.scans;
      this.#prefixes.set(entry.name, prefix);
      prefix.advance(stream);
      if (isWhole) checkCrc(stream, entry);
      if (isWhole || (scansBefore === 0 && prefix.scans > 0)) {
        checkJpeg(entry.name, stream, size, this.#jpegLimits);
      }
    } else if (isWhole) {
      const content = await unpackEntry(this.#bytes, entry);
      if (entry.name === MANIFEST_ENTRY) await this.#readManifest(content);
      else this.#readTensors(content);
    }
    if (isWhole) this.#read++;
  }

  async #readManifest(content: Uint8Array): Promise<void> {
    const { value, isGraph, isOld } = parseJson(content);
    const upgrade = isOld ? await import('./upgrade.ts') : undefined;
    this.#graphs = isGraph ? await import('./graph-manifest.ts') : undefined;
    const { manifest, expected } = readManifest(value, this.#limits, this.#graphs, upgrade);
    this.#manifest = manifest;
    this.#expected = expected;
    if (expected.tensors.size === 0) this.#graphs?.checkGraph(manifest, new Map());
  }

  #readTensors(content: Uint8Array): void {
    const tensors = readSafetensors(content);
    checkTensors(tensors, this.#expected as Expectations);
    checkScales(this.#manifest as Manifest, tensors);
    this.#graphs?.checkGraph(this.#manifest as Manifest, tensors);
    this.#tensors = tensors;
  }

  #arrived(entry: ZipEntry): Uint8Array {
    return this.#bytes.subarray(entry.dataOffset, endOf(entry));
  }

  #isWhole(entry: ZipEntry): boolean {
    return endOf(entry) <= this.#bytes.length;
  }
}

function endOf({ dataOffset, compressedBytes }: ZipEntry): number {
  return dataOffset + compressedBytes;
}

/**
 * The entry whose local header begins at `at` of a partially received archive; undefined if the header is
 * incomplete, or at the end of the entries. `before`: the previous entries, whose sizes count towards the limits.
 */
function readLocalEntry(
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
      ? corrupt('ZIP_SIGNATURE', 'neither a .wjz, which is a ZIP archive, nor a JPEG', 0)
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
