import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkManifest } from '../../src/format/check-manifest.ts';
import { DEFAULT_LIMITS } from '../../src/format/limits.ts';
import { parseManifest } from '../../src/format/manifest.ts';
import { shortManifest } from '../../src/format/short-manifest.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/wjz-format.md'), 'utf8');

const sources = (...folders: string[]): string =>
  folders
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name)))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');

/** Error codes of the archive, the manifest, the tensors and the file as a whole. */
const codesIn = (text: string): string[] =>
  [...new Set(text.match(/(?<=['`])(ZIP|MANIFEST|WJZ|SAFETENSORS)_[A-Z0-9_]+(?=['`])/g))].sort();

/** Not of the format: what a caller of the library did wrong. */
const MISUSE = ['SAFETENSORS_LIMITS', 'WJZ_LIMITS'];

describe('docs/wjz-format.md', () => {
  const codes = codesIn(sources('src/format', 'src/safetensors'));

  test('names every error code of the readers, and no other', () => {
    expect(codes.length).toBeGreaterThan(40);
    expect(codesIn(page)).toEqual(codes.filter((code) => !MISUSE.includes(code)));
  });

  test('each of them has a test', () => {
    expect(codesIn(sources('test/format', 'test/safetensors'))).toEqual(expect.arrayContaining(codes));
  });

  test('its example is a manifest', () => {
    const example = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '');
    const manifest = parseManifest(example);
    expect(shortManifest(manifest)).toEqual(example);
    const { jpegs, tensors } = checkManifest(manifest, DEFAULT_LIMITS);
    expect([...jpegs]).toEqual([['0.jpg', { width: 1024, height: 512 }]]);
    expect([...tensors.keys()]).toEqual(['0.scale', '0.offset', '0.bias', '2.weight', '2.bias']);
  });

  test('its example with all defaults written out is the same', () => {
    const [example, input, layer] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) =>
      JSON.parse(json),
    );
    const full = { ...example, input, layers: [layer, ...example.layers.slice(1)] };
    const manifest = parseManifest(example);
    expect(parseManifest(full)).toEqual(manifest);
    expect([input, layer]).toEqual([manifest.input, manifest.layers[0]]);
  });

  test.each([
    ['entries', DEFAULT_LIMITS.maxEntries],
    ['bytes of `model.json`, unpacked', DEFAULT_LIMITS.maxManifestBytes],
    ['bytes of any other entry, unpacked', DEFAULT_LIMITS.maxEntryBytes],
    ['bytes of all entries, unpacked', DEFAULT_LIMITS.maxTotalBytes],
    ['unpacked bytes of a deflated entry', DEFAULT_LIMITS.maxRatio],
    ['layers, of any type', DEFAULT_LIMITS.maxLayers],
    ['weights of a layer (O·I)', DEFAULT_LIMITS.maxLayerWeights],
  ])('says the limit of %s', (what, limit) => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${what} |`));
    expect(row).toContain(`| ${limit.toLocaleString('en-US')}`);
  });
});
