import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type InputSpec,
  type LayerSpec,
  type Manifest,
  type ManifestFile,
  parseManifest,
} from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { parseJson } from '../../src/format/reading.ts';
import { shortManifest } from '../../src/format/short-manifest.ts';
import { writeWjz } from '../../src/format/write.ts';
import { fullContent, fullEntries, greyJpeg } from './contents.ts';
import { type Alterable, FULL } from './manifests.ts';
import { expectRefusal } from './refusal.ts';
import { buildZip } from './zip-builder.ts';

/** What has a default is left out: 6×4 → 3 (rows) → 5 (matrix) → 2 (tensor). */
const SHORT: ManifestFile = {
  format: 'wjz',
  version: '2.0',
  input: { kind: 'image', width: 6, height: 4 },
  layers: [
    {
      type: 'linear',
      name: 'a',
      outFeatures: 3,
      weight: { layout: 'rows', tilesPerRow: 2, affineMap: { scale: 0.5 } },
    },
    { type: 'relu' },
    {
      type: 'linear',
      name: 'b',
      outFeatures: 5,
      weight: { layout: 'matrix', affineMap: { scale: 0.25, offset: 1 } },
    },
    { type: 'linear', name: 'c', outFeatures: 2, weight: { tensor: 'c.weight' } },
  ],
};

/** The same, everything said. */
const LONG: Manifest = {
  format: 'wjz',
  version: '2.0',
  input: {
    kind: 'image',
    width: 6,
    height: 4,
    channels: 1,
    mean: 0,
    std: 1,
    preprocessing: { background: 'dark', fit: 'contain' },
  },
  layers: [
    {
      type: 'linear',
      name: 'a',
      inFeatures: 24,
      outFeatures: 3,
      weight: {
        jpeg: 'a.jpg',
        layout: 'rows',
        tile: { width: 6, height: 4, x: 0, y: 0 },
        tilesPerRow: 2,
        affineMap: { scale: 0.5 },
      },
    },
    { type: 'relu' },
    {
      type: 'linear',
      name: 'b',
      inFeatures: 3,
      outFeatures: 5,
      weight: { jpeg: 'b.jpg', layout: 'matrix', affineMap: { scale: 0.25, offset: 1 } },
    },
    { type: 'linear', name: 'c', inFeatures: 5, outFeatures: 2, weight: { tensor: 'c.weight' } },
  ],
};

/** As a file would hold it: `undefined` fields are gone. */
const parse = (manifest: unknown): Manifest =>
  parseManifest(parseJson(new TextEncoder().encode(JSON.stringify(manifest))).value);

type Path = readonly (string | number)[];
const fieldOf = (value: Alterable, path: Path): unknown => path.reduce((at, step) => at[step], value);

function withField(manifest: unknown, path: Path, value: unknown): Alterable {
  const copy = structuredClone(manifest) as Alterable;
  const parent = fieldOf(copy, path.slice(0, -1)) as Alterable;
  if (value === undefined) delete parent[path[path.length - 1]];
  else parent[path[path.length - 1]] = value;
  return copy;
}

/** Fields that may be absent, their defaults in `LONG`, and other values, with which the manifest is still well-formed. */
const FIELDS: readonly (readonly [path: Path, byDefault: unknown, other: unknown])[] = [
  [['input', 'mean'], 0, 0.1307],
  [['input', 'std'], 1, 0.3081],
  [['input', 'preprocessing', 'background'], 'dark', 'light'],
  [['input', 'preprocessing', 'fit'], 'contain', 'center-of-mass'],
  [['layers', 0, 'inFeatures'], 24, 25],
  [['layers', 2, 'inFeatures'], 3, 4],
  [['layers', 3, 'inFeatures'], 5, 3],
  [['layers', 0, 'weight', 'jpeg'], 'a.jpg', 'A.jpg'],
  [['layers', 2, 'weight', 'jpeg'], 'b.jpg', 'layer-b.jpg'],
  [['layers', 0, 'weight', 'tile', 'width'], 6, 4],
  [['layers', 0, 'weight', 'tile', 'height'], 4, 6],
  [['layers', 0, 'weight', 'tile', 'x'], 0, 7],
  [['layers', 0, 'weight', 'tile', 'y'], 0, 1],
];

describe('each default', () => {
  test('all of them together', () => {
    expect(parse(SHORT)).toEqual(LONG);
    expect(parse(LONG)).toEqual(LONG);
    expect(shortManifest(LONG)).toEqual(SHORT);
  });

  test('input.channels is 1 unless it is 3, and nothing else', () => {
    expect(parse(withField(LONG, ['input', 'channels'], undefined))).toEqual(LONG);
    expectRefusal(() => parse(withField(LONG, ['input', 'channels'], 2)), 'corrupt', 'MANIFEST_FIELD');
  });

  test.each(FIELDS.map(([path, byDefault, other]) => ({ field: path.join('.'), path, byDefault, other })))(
    '$field is $byDefault',
    ({ path, byDefault, other }) => {
      expect(fieldOf(LONG, path)).toBe(byDefault);
      expect(parse(withField(LONG, path, undefined))).toEqual(LONG);
      // Another value is neither replaced nor left out.
      const changed = withField(LONG, path, other);
      expect(parse(changed)).toEqual(changed);
      expect(fieldOf(shortManifest(changed), path)).toBe(other);
    },
  );

  test('a tile is all of its defaults', () => {
    for (const tile of [undefined, {}]) {
      expect(parse(withField(LONG, ['layers', 0, 'weight', 'tile'], tile))).toEqual(LONG);
    }
  });

  test('an affine map without offset stays without', () => {
    expect(parse(LONG).layers[0]).toMatchObject({ weight: { affineMap: { scale: 0.5 } } });
    expect(Object.keys(fieldOf(parse(SHORT), ['layers', 0, 'weight', 'affineMap']) as object)).toEqual([
      'scale',
    ]);
  });

  test('a layer takes what the linear layer before it says it gives', () => {
    const wider = withField(SHORT, ['layers', 0, 'outFeatures'], 9);
    expect(parse(wider).layers[2]).toMatchObject({ inFeatures: 9 });
    const vector = withField(SHORT, ['input'], { kind: 'vector', length: 7 });
    vector.layers.shift();
    vector.layers.shift();
    expect(parse(vector).layers[0]).toMatchObject({ inFeatures: 7 });
  });
});

describe('where there is no default', () => {
  const named = (name: string): Alterable => withField(SHORT, ['layers', 0, 'name'], name);

  test.each(['a', '0', 'fc-1', 'conv_1.weight', '-', 'a..', 'x'.repeat(200)])('%j names a JPEG', (name) => {
    expect(parse(named(name)).layers[0]).toMatchObject({ weight: { jpeg: `${name}.jpg` } });
  });

  test.each(['.a', 'a b', 'a/b', 'ä', 'a\n', '\u{1d538}', 'C:a'])(
    '%j does not: its JPEG must be named',
    (name) => {
      expectRefusal(() => parse(named(name)), 'corrupt', 'MANIFEST_INCONSISTENT', /lacks field jpeg/);
      const given = withField(named(name), ['layers', 0, 'weight', 'jpeg'], 'a.jpg');
      expect(parse(given)).toEqual(withField(LONG, ['layers', 0, 'name'], name));
      expect(shortManifest(parse(given))).toEqual(given);
    },
  );

  test.each([
    ['no tile', undefined],
    ['no size', { x: 1 }],
    ['no width', { height: 4 }],
    ['no height', { width: 6 }],
  ])('%s, and no picture', (_, tile) => {
    const vector = withField(SHORT, ['input'], { kind: 'vector', length: 24 });
    const path = ['layers', 0, 'weight', 'tile'];
    expectRefusal(
      () => parse(withField(vector, path, tile)),
      'corrupt',
      'MANIFEST_INCONSISTENT',
      /lacks the tile size/,
    );
    const given = withField(vector, path, { width: 6, height: 4 });
    expect(parse(given).layers).toEqual(LONG.layers);
    expect(shortManifest(parse(given))).toEqual(given);
  });
});

/** Values that often are the default, and often are not. */
const mostly = <T>(byDefault: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof(fc.constant(byDefault), other);

const sizes = fc.integer({ min: 1, max: 30 });
const inputs: fc.Arbitrary<InputSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('image' as const),
    width: sizes,
    height: sizes,
    channels: fc.constant(1 as const),
    mean: mostly(0, fc.constantFrom(0.1, -3)),
    std: mostly(1, fc.constantFrom(0.5, 2)),
    preprocessing: fc.record({
      background: fc.constantFrom('dark' as const, 'light' as const),
      fit: fc.constantFrom('stretch' as const, 'contain' as const, 'center-of-mass' as const),
    }),
  }),
  fc.record({ kind: fc.constant('vector' as const), length: sizes }),
);

/** Manifests of the right structure, whose fields need not go with each other. */
const manifests: fc.Arbitrary<Manifest> = inputs.chain((input) =>
  fc
    .array(
      fc.record({
        name: fc.constantFrom('a', 'b.c', 'd e', '.f', '0'),
        way: fc.constantFrom('rows', 'matrix', 'tensor', 'relu'),
        given: fc.record({
          inFeatures: fc.boolean(),
          jpeg: fc.boolean(),
          width: fc.boolean(),
          height: fc.boolean(),
        }),
        size: sizes,
        x: mostly(0, fc.integer({ min: 1, max: 7 })),
        y: mostly(0, fc.integer({ min: 1, max: 7 })),
        affineMap: fc.constantFrom({ scale: 2 }, { scale: 1, offset: 0 }, { scale: { tensor: 's' } }),
        outFeatures: sizes,
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((drawn): Manifest => {
      let features = input.kind === 'image' ? input.width * input.height : input.length;
      const picture = input.kind === 'image' ? input : { width: 5, height: 5 };
      const layers = drawn.map(({ name, way, given, size, x, y, affineMap, outFeatures }): LayerSpec => {
        if (way === 'relu') return { type: 'relu' };
        const inFeatures = given.inFeatures ? size : features;
        features = outFeatures;
        const linear = { type: 'linear' as const, name, inFeatures, outFeatures };
        if (way === 'tensor') return { ...linear, weight: { tensor: 'w' } };
        const jpeg = given.jpeg || !/^\w/.test(name) || name.includes(' ') ? 'other.jpg' : `${name}.jpg`;
        if (way === 'matrix') return { ...linear, weight: { jpeg, layout: 'matrix', affineMap } };
        const tile = {
          width: given.width ? size : picture.width,
          height: given.height ? size : picture.height,
          x,
          y,
        };
        return { ...linear, weight: { jpeg, layout: 'rows', tile, tilesPerRow: size, affineMap } };
      });
      return { format: 'wjz', version: '2.0', input, layers };
    }),
);

/** Takes away some of the fields that may be absent: between the shortest form and the longest. */
function partly(long: Alterable, short: Alterable, keep: () => boolean): Alterable {
  if (typeof long !== 'object' || long === null) return long;
  if (Array.isArray(long)) return long.map((inner, index) => partly(inner, short[index], keep));
  const kept = Object.entries(long).filter(([key]) => key in short || keep());
  return Object.fromEntries(kept.map(([key, inner]) => [key, partly(inner, short[key] ?? {}, keep)]));
}

describe('filling in and leaving out', () => {
  test('are inverse to each other', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const short = shortManifest(manifest);
        expect(parseManifest(short)).toEqual(manifest);
        expect(shortManifest(parseManifest(short))).toEqual(short);
      }),
      { numRuns: 500 },
    );
  });

  test('every form between the shortest and the full one is read the same', () => {
    fc.assert(
      fc.property(manifests, fc.infiniteStream(fc.boolean()), (manifest, coins) => {
        const keep = (): boolean => coins.next().value as boolean;
        expect(parse(partly(manifest, shortManifest(manifest), keep))).toEqual(manifest);
        expect(parse(manifest)).toEqual(manifest);
      }),
      { numRuns: 500 },
    );
  });

  test('nothing that is left can be left out as well', () => {
    const paths = (value: unknown): Path[] =>
      typeof value !== 'object' || value === null
        ? []
        : Object.entries(value).flatMap(([key, inner]) => [
            [key],
            ...paths(inner).map((path) => [key, ...path]),
          ]);
    for (const path of paths(SHORT)) {
      let read: Manifest | undefined;
      try {
        read = parse(withField(SHORT, path, undefined));
      } catch {
        continue;
      }
      expect(read, path.join('.')).not.toEqual(LONG);
    }
  });
});

describe('a file', () => {
  const content = fullContent();

  test('holds the shortest manifest, whichever form it was written from', () => {
    const jpegs = new Map([
      ['a.jpg', greyJpeg(16, 16)],
      ['b.jpg', greyJpeg(3, 5)],
    ]);
    const weight = { dtype: 'F16' as const, shape: [2, 5], data: new Uint8Array(20) };
    const tensors = new Map([['c.weight', weight]]);
    const bytes = writeWjz({ manifest: LONG, jpegs, tensors });
    const entries = { 'model.json': { content: new TextEncoder().encode(JSON.stringify(LONG)) } };
    const full = buildZip(fullEntries(entries, { manifest: LONG, jpegs, tensors }));
    expect(readWjz(full).manifest).toEqual(LONG);
    expect(readWjz(bytes).manifest).toEqual(LONG);
    expect(Buffer.compare(writeWjz(readWjz(full)), bytes)).toBe(0);
    expect(Buffer.compare(writeWjz(readWjz(bytes)), bytes)).toBe(0);
    expect(Buffer.compare(writeWjz({ manifest: SHORT as Manifest, jpegs, tensors }), bytes)).toBe(0);
  });

  test('of an affine map that names its kind, as drafts of the format did, is read the same', () => {
    const draft = structuredClone(FULL) as Alterable;
    draft.layers[0].weight.affineMap.kind = 'min-max';
    draft.layers[2].weight.affineMap.kind = 'symmetric';
    const bytes = buildZip(fullEntries({}, { ...content, manifest: draft }));
    expect(readWjz(bytes).manifest).toEqual(FULL);
  });
});
