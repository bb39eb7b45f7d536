import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkGraphManifest, parseGraphManifest } from '../../src/format/graph-manifest.ts';
import { DEFAULT_LIMITS } from '../../src/format/limits.ts';
import { readWjz } from '../../src/format/read.ts';
import { openWjz } from '../../src/format/reading.ts';
import { shortGraphManifest } from '../../src/format/short-manifest.ts';
import { writeWjz } from '../../src/format/write.ts';
import { OPERATOR_TYPES } from '../../src/operators/index.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { GRAPH_FILE, graphContent } from './graph-contents.ts';
import type { Alterable } from './manifests.ts';
import { expectFileRefused, expectRefusal } from './refusal.ts';
import { buildZip } from './zip-builder.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/wjz-format.md'), 'utf8');

/** The example of a graph, altered. */
function altered(alter: (manifest: Alterable) => void): Alterable {
  const copy = structuredClone(GRAPH_FILE) as Alterable;
  alter(copy);
  return copy;
}

/** The file of a manifest, right or wrong. */
function graphFile(manifest: object): Uint8Array {
  const { jpegs, tensors } = graphContent();
  return buildZip([
    { name: 'model.json', content: new TextEncoder().encode(JSON.stringify(manifest)) },
    ...[...jpegs].map(([name, content]) => ({ name, content })),
    { name: 'dense.safetensors', content: writeSafetensors(tensors) },
  ]);
}

describe('manifests of graphs', () => {
  it('fill in names, inputs, outputs and attributes', () => {
    const manifest = parseGraphManifest(GRAPH_FILE);
    expect(manifest.layers.map((layer) => ('name' in layer ? layer.name : ''))).toEqual([
      'a',
      'gelu 1',
      'b',
      'sum',
      'leaky-relu 4',
      'p',
      'c',
    ]);
    expect(manifest.layers[3]).toMatchObject({ type: 'node', operator: 'add', inputs: ['b', 'gelu 1'] });
    expect(manifest.layers[4]).toMatchObject({ attributes: { alpha: 0.01 }, inputs: ['sum'] });
    expect(manifest.outputs).toEqual(['c', 'sum']);
    expect(manifest.layers[0]).toMatchObject({ inputs: ['input'] });
  });

  it('come back from a file as they were, by both readers, and shortest', async () => {
    const content = graphContent();
    const bytes = writeWjz(content);
    const read = readWjz(bytes);
    expect(read.manifest).toEqual(content.manifest);
    expect((await openWjz(bytes)).manifest).toEqual(content.manifest);
    expect(writeWjz(read)).toEqual(bytes);
    expect(JSON.parse(JSON.stringify(shortGraphManifest(read.manifest)))).toEqual(GRAPH_FILE);
  });

  it("the page's example is one", () => {
    const [json] = [...page.matchAll(/```json\n(.*?)```/gs)]
      .map(([, text]) => text)
      .filter((text) => text.includes('requires'));
    const manifest = parseGraphManifest(JSON.parse(json));
    const { tensors } = checkGraphManifest(manifest, DEFAULT_LIMITS);
    expect([...tensors]).toEqual([
      ['a.weight', [8, 8]],
      ['b.weight', [2, 8]],
    ]);
  });

  it('the page lists every operator', () => {
    for (const type of OPERATOR_TYPES) expect(page).toContain(`\`${type}\``);
  });

  it.each<[string, string, (manifest: Alterable) => void, RegExp]>([
    [
      'WJZ_REQUIRES',
      'an operator of the future',
      (m) => m.requires.push('loop'),
      /requires "loop", which this version of wjpeg does not know/,
    ],
    [
      'MANIFEST_INCONSISTENT',
      'a requirement that is not listed',
      (m) => (m.requires = ['graph', 'add', 'gelu', 'prelu']),
      /does not list 'leaky-relu'/,
    ],
    ['MANIFEST_INCONSISTENT', 'inputs without requires', (m) => delete m.requires, /does not list 'graph'/],
    [
      'OPERATOR_UNKNOWN',
      'an unknown operator',
      (m) => (m.layers[1].type = 'lstm'),
      /layers.1: unknown operator 'lstm'/,
    ],
    [
      'MANIFEST_INCONSISTENT',
      'a later layer as input',
      (m) => (m.layers[3].inputs = ['p', 'b']),
      /'sum' takes 'p', which is no earlier layer/,
    ],
    [
      'MANIFEST_INCONSISTENT',
      'itself as input',
      (m) => (m.layers[3].inputs = ['sum', 'b']),
      /'sum' takes 'sum'/,
    ],
    [
      'MANIFEST_INCONSISTENT',
      'two layers of one name',
      (m) => (m.layers[5].name = 'b'),
      /two layers are named 'b'/,
    ],
    [
      'MANIFEST_INCONSISTENT',
      'a layer called input',
      (m) => (m.layers[5].name = 'input'),
      /a layer is named 'input'/,
    ],
    ['MANIFEST_INCONSISTENT', 'an output that is no layer', (m) => (m.outputs = ['d']), /outputs lists 'd'/],
    [
      'MANIFEST_INCONSISTENT',
      'no inFeatures',
      (m) => delete m.layers[2].inFeatures,
      /'b' does not say its inFeatures/,
    ],
    ['MANIFEST_INCONSISTENT', 'labels of another length', (m) => (m.labels = ['x']), /1 labels, expected 3/],
    ['MANIFEST_FIELD', 'no outputs at all', (m) => (m.outputs = []), /outputs/],
    ['MANIFEST_FIELD', 'an empty list of inputs', (m) => (m.layers[3].inputs = []), /layers.3.inputs/],
    [
      'MANIFEST_FIELD',
      'an attribute of a wrong kind',
      (m) => (m.layers[4].alpha = 'x'),
      /layers.4.alpha: expected a number/,
    ],
    ['MANIFEST_FIELD', 'no tensor where one is needed', (m) => delete m.layers[5].slope, /layers.5.slope/],
    [
      'GRAPH_SHAPE',
      'too few inputs',
      (m) => (m.layers[3].inputs = ['b']),
      /node 'sum' \(add\): takes two values/,
    ],
    [
      'GRAPH_SHAPE',
      'shapes that do not fit',
      (m) => (m.layers[3].inputs = ['b', 'input']),
      /node 'sum' \(add\): operands of 16 and 1×2×3/,
    ],
    ['WJZ_MISSING_TENSOR', 'a tensor that is missing', (m) => (m.layers[5].slope.tensor = 'gone'), /'gone'/],
  ])('%s: %s', async (code, _what, alter, message) => {
    const kind = code === 'WJZ_REQUIRES' || code === 'OPERATOR_UNKNOWN' ? 'unsupported' : 'corrupt';
    const file = graphFile(altered(alter));
    expectRefusal(() => readWjz(file), kind, code, message);
    await expectFileRefused(file, undefined, kind, code);
  });
});
