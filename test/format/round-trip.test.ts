import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/format/limits.ts';
import type { LayerSpec, Manifest } from '../../src/format/manifest.ts';
import { readWjz, readZipEntry } from '../../src/format/read.ts';
import { type WjzContent, writeWjz, writeZip } from '../../src/format/write.ts';

import { readZipDirectory } from '../../src/format/zip.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { fullContent, greyJpeg } from './contents.ts';
import { FULL } from './manifests.ts';

const DATA = join(import.meta.dirname, '../../data');

/** Chains of up to four linear layers, each stored in one of the ways of the format. */
const contents: fc.Arbitrary<WjzContent> = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    layers: fc.array(
      fc.record({
        outFeatures: fc.integer({ min: 1, max: 20 }),
        way: fc.constantFrom('rows', 'matrix', 'tensor'),
        x: fc.integer({ min: 0, max: 7 }),
        y: fc.integer({ min: 0, max: 7 }),
        perRow: fc.boolean(),
        minMax: fc.boolean(),
        bias: fc.boolean(),
        relu: fc.boolean(),
        type: fc.constantFrom('F32' as const, 'F16' as const),
        scale: fc.double({ min: 1e-3, max: 100, noNaN: true }),
        // −0, which JSON.stringify writes as 0, becomes 0.
        offset: fc.double({ min: -100, max: 100, noNaN: true }).map((value) => value + 0),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    name: fc.option(fc.string({ unit: 'binary', maxLength: 30 }), { nil: undefined }),
    softmax: fc.boolean(),
  })
  .map(({ width, height, layers, name, softmax }) => {
    const jpegs = new Map<string, Uint8Array>();
    const tensors = new Map<string, Tensor>();
    const specs: LayerSpec[] = [];
    let inFeatures = width * height;
    layers.forEach((layer, index) => {
      const { outFeatures, way, x, y, perRow, minMax, type } = layer;
      const keep = (suffix: string, shape: number[], value: number): { tensor: string } => {
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value);
        tensors.set(`${index}.${suffix}`, fromFloat32(values, shape, type));
        return { tensor: `${index}.${suffix}` };
      };
      const scale = perRow ? keep('scale', [outFeatures], layer.scale) : layer.scale;
      const offset = perRow ? keep('offset', [outFeatures], layer.offset) : layer.offset;
      const affineMap = minMax ? { scale, offset } : { scale };
      if (!minMax) tensors.delete(`${index}.offset`);
      const jpeg = `${index}.jpg`;
      const shared = { type: 'linear' as const, name: String(index), inFeatures, outFeatures };
      const bias = layer.bias ? { bias: keep('bias', [outFeatures], layer.offset) } : {};
      if (way === 'tensor') {
        tensors.delete(`${index}.scale`);
        tensors.delete(`${index}.offset`);
        specs.push({ ...shared, weight: keep('weight', [outFeatures, inFeatures], 0.5), ...bias });
      } else if (way === 'matrix') {
        jpegs.set(jpeg, greyJpeg(inFeatures, outFeatures));
        specs.push({ ...shared, weight: { jpeg, layout: 'matrix', affineMap }, ...bias });
      } else {
        // Inner layers are one row of samples, the first is the picture.
        const tile = index === 0 ? { width, height, x, y } : { width: inFeatures, height: 1, x, y };
        const tilesPerRow = Math.ceil(outFeatures / 2);
        jpegs.set(
          jpeg,
          greyJpeg(
            8 * Math.ceil((x + tile.width) / 8) * tilesPerRow,
            8 * Math.ceil((y + tile.height) / 8) * Math.ceil(outFeatures / tilesPerRow),
          ),
        );
        specs.push({
          ...shared,
          weight: { jpeg, layout: 'rows', tile, tilesPerRow, affineMap },
          ...bias,
        });
      }
      if (layer.relu) specs.push({ type: 'relu' });
      inFeatures = outFeatures;
    });
    if (softmax) specs.push({ type: 'softmax' });
    const manifest: Manifest = {
      format: 'wjz',
      version: '2.0',
      ...(name !== undefined && { name }),
      input: {
        kind: 'image',
        width,
        height,
        channels: 1,
        mean: 0,
        std: 1,
        preprocessing: { background: 'light', fit: 'contain' },
      },
      layers: specs,
    };
    return { manifest, jpegs, tensors };
  });

describe('a .wjz', () => {
  test('holds what it was written from', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const { manifest, jpegs, tensors } = readWjz(writeWjz(content));
        expect(manifest).toEqual(content.manifest);
        expect([...jpegs]).toEqual([...content.jpegs]);
        expect(new Map(tensors)).toEqual(new Map(content.tensors));
      }),
      { numRuns: 150 },
    );
  });

  test('is the same bytes when written again from what was read', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const bytes = writeWjz(content);
        expect(Buffer.compare(writeWjz(readWjz(bytes)), bytes)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test('is the same bytes whatever the order of fields, tensors and JPEGs was', () => {
    const { manifest, jpegs, tensors } = fullContent();
    const reversed = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].reverse());
    const other = { manifest: reverseFields(manifest), jpegs: reversed(jpegs), tensors: reversed(tensors) };
    expect(JSON.stringify(other.manifest)).not.toBe(JSON.stringify(manifest));
    expect(writeWjz(other)).toEqual(writeWjz({ manifest, jpegs, tensors }));
  });

  test('stays a chain whatever fields of a graph are called like in its origin', () => {
    const { manifest, ...rest } = fullContent();
    const origin = { ...manifest.origin, settings: { inputs: 1, requires: 'none', outputs: true } };
    const read = readWjz(writeWjz({ manifest: { ...manifest, origin }, ...rest })).manifest;
    expect(read.outputs).toBeUndefined();
    expect(read.origin?.settings).toEqual(origin.settings);
  });

  test('leaves out what the manifest does not name', () => {
    const content = fullContent();
    const more = {
      manifest: { ...FULL, unknown: 1 },
      jpegs: new Map([...content.jpegs, ['more.jpg', greyJpeg(8, 8)]]),
      tensors: new Map([...content.tensors, ['more', fromFloat32(new Float32Array(1), [1], 'F32')]]),
    };
    expect(writeWjz(more)).toEqual(writeWjz(content));
  });

  test.each(readdirSync(DATA).filter((name) => name.endsWith('.wjz')))(
    'the embedded %s is what this writer writes',
    (name) => {
      const bytes = new Uint8Array(readFileSync(join(DATA, name)));
      expect(Buffer.compare(writeWjz(readWjz(bytes)), bytes)).toBe(0);
    },
  );
});

describe('an archive', () => {
  const names = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,20}$/);
  const entries = fc.uniqueArray(
    fc.record({
      // Names that are whole numbers are not for this writer: an object would put them first.
      name: names.filter((name) => !/^\d+$/.test(name)),
      content: fc.oneof(
        fc.uint8Array({ maxLength: 300, size: 'max' }),
        fc.integer({ min: 0, max: 20_000 }).map((length) => new Uint8Array(length)),
      ),
      deflate: fc.boolean(),
    }),
    { selector: ({ name }) => name, minLength: 1, maxLength: 6 },
  );

  test('gives its entries back in order, and stores what deflate does not make smaller', () => {
    fc.assert(
      fc.property(entries, (inputs) => {
        const archive = writeZip(inputs);
        const directory = readZipDirectory(archive, DEFAULT_LIMITS);
        expect(directory.map((entry) => entry.name)).toEqual(inputs.map((entry) => entry.name));
        directory.forEach((entry, index) => {
          expect(readZipEntry(archive, entry)).toEqual(inputs[index].content);
          expect(entry.compressedBytes).toBeLessThanOrEqual(entry.bytes);
          if (!inputs[index].deflate) expect(entry.method).toBe('stored');
        });
      }),
    );
  });

  test('is the same bytes in every time zone', () => {
    const inputs = [{ name: 'a', content: new Uint8Array(99), deflate: true }];
    const zone = process.env.TZ;
    try {
      const archives = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'].map((name) => {
        process.env.TZ = name;
        return Buffer.from(writeZip(inputs)).toString('hex');
      });
      expect(new Set(archives).size).toBe(1);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});

function reverseFields<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reverseFields) as T;
  if (typeof value !== 'object' || value === null) return value;
  // The settings are the author's own, in their order.
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    key === 'settings' ? inner : reverseFields(inner),
  ]);
  return Object.fromEntries(entries.reverse()) as T;
}
