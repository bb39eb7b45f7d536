import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { parseGraphManifest } from '../../src/format/graph-manifest.ts';
import { STRUCTURE } from '../../src/format/manifest.ts';
import { manifestSchema } from '../../tools/docs/manifest-schema.ts';
import { GRAPH_FILE } from './graph-contents.ts';
import { type Alterable, altered, FULL } from './manifests.ts';
import { expectRefusal } from './refusal.ts';

/** The published schema and the reader must say the same of every manifest. */
const published = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/wjz-manifest.schema.json'), 'utf8')),
);

function reads(manifest: unknown): boolean {
  try {
    STRUCTURE.chain(manifest, '');
    return true;
  } catch (error) {
    if (error instanceof WjpegError && error.code === 'MANIFEST_FIELD') return false;
    throw error;
  }
}

/** Sets one field, named by a path such as `layers.0.weight.jpeg`; `undefined` takes it away. */
function withField(path: string, value: unknown): Alterable {
  return altered((manifest) => {
    const steps = path.split('.');
    const last = steps.pop() as string;
    const parent = steps.reduce((at, step) => at[step], manifest);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  });
}

const ROWS = 'layers.0.weight';
const MATRIX = 'layers.2.weight';
const astral = '𝔸';
const MAX = 3.4028234663852886e38;
const MIN = 1.401298464324817e-45;

type Case = readonly [path: string, value: unknown];

const GOOD: readonly Case[] = [
  ...['name', 'description', 'license', 'labels', 'origin', 'layers.0.bias'].map(
    (path): Case => [path, undefined],
  ),
  ['name', ''],
  ['name', 'x'.repeat(10_000)],
  ['name', astral.repeat(10_000)],
  ['unknown', { anything: [1, null] }],
  ['input.unknown', null],
  ['layers.0.unknown', 1],
  ['layers.1.unknown', 'for a later version'],
  [`${ROWS}.unknown`, false],
  [`${ROWS}.tile.unknown`, []],
  [`${ROWS}.affineMap.unknown`, {}],
  [`${MATRIX}.tile`, 'nor has a matrix tiles'],
  ['layers.4.weight.jpeg', 7],
  ['origin.unknown', 1],
  ...['2.0', '2.1', '2.10', '2.999999'].map((version): Case => ['version', version]),
  ['input', { kind: 'vector', length: 24 }],
  ['input.width', 2 ** 24],
  ['input.mean', -MAX],
  ['input.std', MAX],
  ['input.std', MIN],
  ['input.channels', 3],
  ['input.mean', [0.485, 0.456, 0.406]],
  ['input.std', [1, 2, 3]],
  ['input.preprocessing', { later: 1 }],
  ['layers.0.name', 'x'.repeat(200)],
  ['layers.0.name', astral.repeat(200)],
  ['layers.0.bias.tensor', astral.repeat(1000)],
  [`${ROWS}.jpeg`, `${'a'.repeat(251)}.jpg`],
  [`${ROWS}.jpeg`, '-a..jpg.jpg'],
  ...['channels', 'mean', 'std', 'preprocessing', 'preprocessing.background', 'preprocessing.fit']
    .map((field) => `input.${field}`)
    .concat('layers.0.inFeatures')
    .map((path): Case => [path, undefined]),
  ...['jpeg', 'tile', 'tile.width', 'tile.height', 'tile.x', 'affineMap.offset'].map(
    (field): Case => [`${ROWS}.${field}`, undefined],
  ),
  [`${ROWS}.tile`, {}],
  [`${MATRIX}.jpeg`, undefined],
  [`${MATRIX}.affineMap.offset`, 0],
  [`${MATRIX}.affineMap.offset`, { tensor: 'b.offset' }],
  [`${ROWS}.tile.x`, 0],
  [`${ROWS}.tile.y`, 7],
  [`${ROWS}.affineMap.scale`, MIN],
  [`${ROWS}.affineMap.offset`, -MAX],
  ['labels', []],
  ['labels.0', ''],
  ['origin', {}],
  ['origin.denseAccuracy', 0],
  ['origin.denseBytes', 0],
  ['origin.settings', {}],
];

const BAD: readonly Case[] = [
  ...['format', 'version', 'input', 'layers'].flatMap((path): Case[] => [
    [path, undefined],
    [path, null],
    [path, 1],
    [path, []],
    [path, {}],
  ]),
  ['format', 'WJZ'],
  ...[
    '2',
    '2.',
    '2.00',
    '2.01',
    '2.0.0',
    '02.0',
    '1.0',
    '3.0',
    '2.1000000',
    ' 2.0',
    '2.0\n',
    '2.-1',
    '2.x',
  ].map((version): Case => ['version', version]),
  ...['name', 'description', 'license', 'origin.tool'].flatMap((path): Case[] => [
    [path, null],
    [path, 1],
    [path, 'x'.repeat(10_001)],
    [path, astral.repeat(10_001)],
  ]),
  ['labels', 'yes'],
  ['labels', null],
  ['labels.1', 3],
  ['labels.1', 'x'.repeat(10_001)],
  ['input.kind', 'sound'],
  ['input.kind', undefined],
  ['input', { kind: 'vector' }],
  ['input', { kind: 'vector', length: 0 }],
  ...['input.width', 'input.height', 'layers.0.inFeatures', 'layers.4.outFeatures', `${ROWS}.tilesPerRow`]
    .concat([`${ROWS}.tile.width`, `${ROWS}.tile.height`])
    .flatMap((path) => [null, 0, -1, 1.5, 2 ** 24 + 1, '8', Infinity].map((value): Case => [path, value])),
  ...['input.width', 'input.height', 'layers.4.outFeatures', `${ROWS}.tilesPerRow`].map(
    (path): Case => [path, undefined],
  ),
  ...[2, 4, '1', null].map((value): Case => ['input.channels', value]),
  ...[[], [null], ['0'], [0, Infinity]].map((value): Case => ['input.mean', value]),
  ...[[], [0], [1, -1, 1]].map((value): Case => ['input.std', value]),
  ...[null, 'dark', []].map((value): Case => ['input.preprocessing', value]),
  ...[null, '0', Infinity, -3.5e38].map((value): Case => ['input.mean', value]),
  ...[null, 0, -1, 1e-46, 3.5e38, Infinity].map((value): Case => ['input.std', value]),
  ...[null, 'grey'].map((value): Case => ['input.preprocessing.background', value]),
  ...[null, 'cover', 'centre-of-mass'].map((value): Case => ['input.preprocessing.fit', value]),
  ...[undefined, null, 'conv2d', 1].map((value): Case => ['layers.0.type', value]),
  ...[undefined, null, '', 'x'.repeat(201), astral.repeat(201), 3].map(
    (value): Case => ['layers.0.name', value],
  ),
  ...[undefined, null, 'a.jpg', {}, []].map((value): Case => ['layers.0.weight', value]),
  ...[null, 'a.bias', {}, [], 0].map((value): Case => ['layers.0.bias', value]),
  ...[undefined, null, '', 5, 'x'.repeat(1001), ['a']].map((value): Case => ['layers.0.bias.tensor', value]),
  ...[null, '', 5].map((value): Case => ['layers.4.weight.tensor', value]),
  [`${ROWS}.tensor`, null],
  ...[null, 'a.png', '.jpg', '.a.jpg', 'x/a.jpg', '../a.jpg', 'a b.jpg', 'ä.jpg', 'a.JPG', 'a.jpg\n'].map(
    (value): Case => [`${ROWS}.jpeg`, value],
  ),
  [`${ROWS}.jpeg`, `${'a'.repeat(252)}.jpg`],
  ...[undefined, null, 'columns', 2].map((value): Case => [`${ROWS}.layout`, value]),
  ...[null, [], 8].map((value): Case => [`${ROWS}.tile`, value]),
  ...[null, -1, 8, 0.5, '1'].map((value): Case => [`${ROWS}.tile.x`, value]),
  ...[undefined, null, [], 'min-max'].map((value): Case => [`${ROWS}.affineMap`, value]),
  ...[undefined, null, 0, -1, 1e-46, 3.5e38, '1', {}, []].flatMap((value): Case[] => [
    [`${ROWS}.affineMap.scale`, value],
    [`${MATRIX}.affineMap.scale`, value],
  ]),
  ...[null, Infinity, '1', {}, { tensor: '' }].flatMap((value): Case[] => [
    [`${ROWS}.affineMap.offset`, value],
    [`${MATRIX}.affineMap.offset`, value],
  ]),
  ...[null, [], 'me'].map((value): Case => ['origin', value]),
  ...[null, -1, 0.5, '3', Infinity].map((value): Case => ['origin.denseBytes', value]),
  ...[null, -0.1, 1.1, '1'].map((value): Case => ['origin.denseAccuracy', value]),
  ...[null, [], [1], 'q', { quality: null }, { quality: [20] }, { quality: {} }, { quality: Infinity }].map(
    (value): Case => ['origin.settings', value],
  ),
];

const named = (cases: readonly Case[]): { path: string; value: unknown; shown: string }[] =>
  cases.map(([path, value]) => {
    const shown = JSON.stringify(value) ?? 'absent';
    return { path, value, shown: shown.length > 40 ? `${shown.slice(0, 30)}… (${shown.length})` : shown };
  });

test('docs/wjz-manifest.schema.json is what npm run docs:schema makes', async () => {
  const path = join(import.meta.dirname, '../../docs/wjz-manifest.schema.json');
  // However it is laid out.
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(await manifestSchema()));
});

describe('both schemas', () => {
  test('accept the full manifest', () => {
    expect(published(FULL)).toBe(true);
    expect(STRUCTURE.chain(FULL, '')).toEqual(FULL);
  });

  test.each(named(GOOD))('accept $path: $shown', ({ path, value }) => {
    const manifest = withField(path, value);
    expect({ published: published(manifest), reader: reads(manifest) }).toEqual({
      published: true,
      reader: true,
    });
  });

  test.each(named(BAD))('refuse $path: $shown', ({ path, value }) => {
    const manifest = withField(path, value);
    expect({ published: published(manifest), reader: reads(manifest) }).toEqual({
      published: false,
      reader: false,
    });
  });

  test.each([null, 1, 'wjz', [], {}, [FULL]])('refuse what is no manifest: %j', (value) => {
    expect(published(value)).toBe(false);
    expect(reads(value)).toBe(false);
  });

  test('agree on manifests altered at random', () => {
    const paths = allPaths(FULL);
    const value = fc.oneof(
      fc.constantFrom(undefined, null, true, '', 'rows', 'matrix', 'image', 'vector', 'min-max', 'symmetric'),
      fc.constantFrom(
        'linear',
        'relu',
        'softmax',
        'a.jpg',
        '2.2',
        'dark',
        0,
        1,
        -1,
        0.5,
        7,
        8,
        1e-50,
        1e39,
        2 ** 24,
      ),
      fc.constantFrom({}, [], { tensor: 't' }, { tensor: 1 }, { kind: 'vector', length: 3 }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ path: fc.constantFrom(...paths), value }), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const changed = structuredClone(FULL) as Alterable;
          // Later changes may lie within earlier ones, and must not reach the values that were drawn.
          for (const { path, value } of changes) setIfThere(changed, path, structuredClone(value));
          // An array with a field, as changes may make, is nothing that JSON can say.
          const manifest = JSON.parse(JSON.stringify(changed));
          const verdict = published(manifest);
          if (verdict) accepted++;
          expect(reads(manifest)).toBe(verdict);
        },
      ),
      { numRuns: 3000 },
    );
    // The alterations must leave manifests of both kinds, or this test would prove nothing.
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(2900);
  });
});

describe('the reader', () => {
  test('names the field that is wrong', () => {
    expectRefusal(
      () => STRUCTURE.chain(withField('layers.0.weight.tile.width', 'wide'), ''),
      'corrupt',
      'MANIFEST_FIELD',
      /layers\.0\.weight\.tile\.width/,
    );
  });

  test('leaves out fields that it does not know', () => {
    const manifest = altered((m) => {
      m.unknown = 1;
      m.input.unknown = 1;
      m.layers[0].unknown = 1;
      m.layers[0].weight.affineMap.unknown = 1;
      m.layers[1].unknown = 1;
    });
    expect(STRUCTURE.chain(manifest, '')).toEqual(FULL);
  });
});

/** Every path to a field or an element. */
function allPaths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...allPaths(inner, `${prefix}${key}.`),
  ]);
}

function setIfThere(manifest: Alterable, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() as string;
  const parent = steps.reduce((at, step) => (at === null ? undefined : at?.[step]), manifest);
  if (typeof parent !== 'object' || parent === null) return;
  if (value === undefined && !Array.isArray(parent)) delete parent[last];
  else if (value !== undefined) parent[last] = value;
}

describe('graphs', () => {
  const readsGraph = (manifest: unknown): boolean => {
    try {
      parseGraphManifest(manifest);
      return true;
    } catch (error) {
      if (error instanceof WjpegError && error.code === 'MANIFEST_FIELD') return false;
      throw error;
    }
  };

  test.each<[string, boolean, (manifest: Alterable) => void]>([
    ['the example', true, () => {}],
    ['unknown fields', true, (m) => Object.assign(m.layers[1], { future: 1 })],
    ['a type that is no text', false, (m) => Object.assign(m.layers[1], { type: 7 })],
    ['an empty name', false, (m) => Object.assign(m.layers[1], { name: '' })],
    ['no inputs', false, (m) => Object.assign(m.layers[3], { inputs: [] })],
    ['an input that is no name', false, (m) => Object.assign(m.layers[3], { inputs: [3] })],
    ['a linear layer without outFeatures', false, (m) => delete m.layers[0].outFeatures],
    ['an empty list of outputs', false, (m) => Object.assign(m, { outputs: [] })],
    ['requires that is no list', false, (m) => Object.assign(m, { requires: 'graph' })],
  ])('%s: both say %s', (_what, valid, alter) => {
    const manifest = structuredClone(GRAPH_FILE);
    alter(manifest);
    expect(published(manifest)).toBe(valid);
    expect(readsGraph(manifest)).toBe(valid);
  });
});
