import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { resolveLimits, type WjzLimits } from '../../src/format/limits.ts';
import { parseManifest } from '../../src/format/manifest.ts';
import { PartialWjz } from '../../src/format/partial.ts';
import { readWjz } from '../../src/format/read.ts';
import type { WjzFile } from '../../src/format/reading.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { fullContent, fullEntries, greyJpeg, progressiveContent } from './contents.ts';
import { buildZip, concat, type RawEntry } from './zip-builder.ts';

const good = buildZip(fullEntries());
const changed = (changes: Record<string, Partial<RawEntry> | undefined>): Uint8Array =>
  buildZip(fullEntries(changes));

/** What is known of a file that has come so far, at once; or the code that it is refused with. */
async function arrive(bytes: Uint8Array, limits: Partial<WjzLimits> = {}): Promise<PartialWjz | string> {
  const partial = new PartialWjz(resolveLimits(limits));
  try {
    await partial.advance(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(WjpegError);
    // What users read: changes of it are to be seen.
    const { message, offset } = error as WjpegError;
    expect(`${message} [${offset}]`).toMatchSnapshot();
    return (error as WjpegError).code;
  }
  return partial;
}

describe.each([
  ['an ordinary file', good],
  ['extra fields in local headers', changed({ 'b.jpg': { local: { extra: Uint8Array.of(1, 2, 0, 0) } } })],
  ['a file by parts', writeWjz(progressiveContent())],
])('%s', (_, file) => {
  test('byte by byte it is what it is at once', async () => {
    const partial = new PartialWjz(resolveLimits({}));
    const whole = readWjz(file);
    const directory = new DataView(file.buffer).getUint32(file.length - 6, true);
    let received = 0;
    for (let end = 0; end <= file.length; end++) {
      await partial.advance(file.subarray(0, end));
      const sum = partial.jpegs.reduce((total, jpeg) => total + jpeg.received, 0);
      expect(sum - received).toBeGreaterThanOrEqual(0);
      expect(sum - received).toBeLessThanOrEqual(1);
      received = sum;
      for (const jpeg of partial.jpegs)
        expect(jpeg.complete).toBe(jpeg.bytes > 0 && jpeg.received === jpeg.bytes);
      // All that has to be there is there with the last entry, or with the first scan of the last.
      if (end >= directory) expect(partial.file).toEqual(whole);
      if (partial.file) expect(partial.file.manifest).toEqual(whole.manifest);
      if (partial.file) expect(partial.file.tensors).toEqual(whole.tensors);
    }
    expect(partial.jpegs.map(({ name, bytes }) => [name, bytes])).toEqual(
      [...whole.jpegs].map(([name, { length }]) => [name, length]),
    );
  });
});

test('it is a net with the first scan of the last JPEG, no sooner', async () => {
  const file = writeWjz(progressiveContent());
  const { entries } = readWjz(file);
  expect(entries.map(({ name }) => name)).toEqual(['model.json', 'dense.safetensors', 'b.jpg', 'a.jpg']);
  let scans = -1;
  for (let end = 0; end <= file.length; end++) {
    const partial = (await arrive(file.subarray(0, end))) as PartialWjz;
    const last = partial.jpegs.find(({ name }) => name === 'a.jpg');
    expect(partial.file !== undefined).toBe(last !== undefined && last.scans > 0);
    if (last && last.scans > 0 && scans <= 0) expect(last.complete).toBe(false);
    scans = last?.scans ?? -1;
  }
  expect(scans).toBeGreaterThan(1);
});

test('before its manifest is there, no JPEG is known of', async () => {
  for (const file of [good, good.subarray(0, 100)]) {
    const partial = new PartialWjz(resolveLimits({}));
    expect(partial.jpegs).toEqual([]);
    await partial.advance(file);
    expect(partial.jpegs).toHaveLength(file === good ? 2 : 0);
  }
});

test('without tensors it is a net as soon as its JPEGs have a scan', async () => {
  const manifest = parseManifest({
    format: 'wjz',
    version: '2.0',
    input: { kind: 'vector', length: 32 },
    layers: [
      {
        type: 'linear',
        name: 'only',
        inFeatures: 32,
        outFeatures: 16,
        weight: { jpeg: 'only.jpg', layout: 'matrix', affineMap: { scale: 0.5 } },
      },
    ],
  });
  const jpeg = greyJpeg(32, 16, 1, { progressive: true });
  const file = writeWjz({ manifest, jpegs: new Map([['only.jpg', jpeg]]), tensors: new Map() });
  expect(readWjz(file).entries.map(({ name }) => name)).toEqual(['model.json', 'only.jpg']);
  const partial = new PartialWjz(resolveLimits({}));
  let first: WjzFile | undefined;
  for (let end = 0; end <= file.length; end++) {
    await partial.advance(file.subarray(0, end));
    first ??= partial.file;
    expect(partial.file !== undefined).toBe(partial.jpegs[0]?.scans > 0);
  }
  expect(first?.tensors.size).toBe(0);
  expect(first?.jpegs.get('only.jpg')?.length).toBeLessThan(jpeg.length);
});

describe('refused', () => {
  const [manifest, ...others] = fullEntries();
  const tensors = fullContent().tensors;
  const withTensors = (changes: Record<string, Tensor | undefined>): Uint8Array => {
    const wanted = Object.entries({ ...Object.fromEntries(tensors), ...changes });
    const kept = new Map(wanted.filter((entry): entry is [string, Tensor] => entry[1] !== undefined));
    return changed({ 'dense.safetensors': { content: writeSafetensors(kept) } });
  };
  const total = readWjz(good).entries.reduce((sum, entry) => sum + entry.bytes, 0);
  test.each<[string, string, Uint8Array, Partial<WjzLimits>?]>([
    ['another file type', 'ZIP_SIGNATURE', new Uint8Array(64).fill(65)],
    ['something before the first entry', 'ZIP_SIGNATURE', concat(Uint8Array.of(0), good)],
    ['something between two entries', 'ZIP_LAYOUT', changed({ 'b.jpg': { gap: Uint8Array.of(0) } })],
    ['a name that comes twice', 'ZIP_DUPLICATE', buildZip([manifest, others[0], others[0]])],
    ['a folder', 'ZIP_NAME', changed({ 'x/a.jpg': {} })],
    ['more entries than the limit', 'ZIP_ENTRIES', good, { maxEntries: 3 }],
    ['more bytes than the limit', 'ZIP_TOTAL_SIZE', good, { maxTotalBytes: total - 1 }],
    ['a larger manifest than the limit', 'ZIP_ENTRY_SIZE', good, { maxManifestBytes: 100 }],
    ['more layers than the limit', 'MANIFEST_LIMIT', good, { maxLayers: 1 }],
    ['no manifest first', 'WJZ_NO_MANIFEST', buildZip([...others, manifest])],
    ['an entry that is not named', 'WJZ_EXTRA_ENTRY', changed({ 'c.jpg': {} })],
    ['a deflated JPEG', 'WJZ_JPEG_METHOD', changed({ 'a.jpg': { method: 8 } })],
    ['a manifest whose CRC is wrong', 'ZIP_CRC', changed({ 'model.json': { both: { crc: 0 } } })],
    ['a JPEG whose CRC is wrong', 'ZIP_CRC', changed({ 'a.jpg': { both: { crc: 0 } } })],
    ['tensors whose CRC is wrong', 'ZIP_CRC', changed({ 'dense.safetensors': { both: { crc: 0 } } })],
    ['a JPEG of another size', 'WJZ_JPEG_SIZE', changed({ 'a.jpg': { content: greyJpeg(32, 8) } })],
    ['a JPEG in colour', 'WJZ_JPEG_COLOUR', changed({ 'a.jpg': { content: greyJpeg(32, 16, 3) } })],
    ['a tensor too few', 'WJZ_MISSING_TENSOR', withTensors({ 'a.bias': undefined })],
    [
      'a scale of 0',
      'WJZ_SCALE',
      withTensors({ 'a.scale': { dtype: 'F32', shape: [3], data: new Uint8Array(12) } }),
    ],
  ])('%s: %s', async (_, code, file, limits) => {
    expect(await arrive(file, limits)).toBe(code);
  });

  test('a JPEG of another size: with its first scan, before the others are there', async () => {
    const content = greyJpeg(32, 8, 1, { progressive: true });
    const file = changed({ 'a.jpg': { content } });
    const partial = new PartialWjz(resolveLimits({}));
    let end = 0;
    const advance = async (): Promise<void> => {
      for (; end <= file.length; end++) await partial.advance(file.subarray(0, end));
    };
    await expect(advance()).rejects.toMatchObject({ code: 'WJZ_JPEG_SIZE' });
    const [a] = partial.jpegs;
    expect(a).toMatchObject({ name: 'a.jpg', scans: 1, complete: false });
    expect(a.received).toBeLessThan(content.length);
  });

  test('what is just within the limits is not', async () => {
    const partial = await arrive(good, { maxEntries: 4, maxTotalBytes: total });
    expect((partial as PartialWjz).file).toEqual(readWjz(good));
  });

  test('an archive without entries, or of the manifest alone, is no net', async () => {
    expect(((await arrive(buildZip([]))) as PartialWjz).file).toBeUndefined();
    expect(((await arrive(buildZip([manifest]))) as PartialWjz).file).toBeUndefined();
  });
});
