import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import { LayerNames } from '../../src/compress/layer-names.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { options } from './networks.ts';

function namesOf(...layers: string[]): { name: string; jpeg: string }[] {
  const names = new LayerNames();
  return layers.map((layer) => names.next(layer));
}

describe('names', () => {
  test.each([
    ['0', '0', '0.jpg'],
    ['fc1', 'fc1', 'fc1.jpg'],
    ['model', 'model', 'model.jpg'],
    ['net.layers.0', 'net.layers.0', 'net.layers.0.jpg'],
    ['', 'layer', 'layer.jpg'],
    ['.', '.', '_.jpg'],
    ['..', '..', '_..jpg'],
    ['.hidden', '.hidden', '_hidden.jpg'],
    ['-rf', '-rf', '_rf.jpg'],
    ['a/b', 'a/b', 'a_b.jpg'],
    ['../../etc', '../../etc', '_._.._etc.jpg'],
    ['Schicht ä', 'Schicht ä', 'Schicht__.jpg'],
    ['𝔸', '𝔸', '_.jpg'],
    ['__proto__', '__proto__', '__proto__.jpg'],
    ['x'.repeat(300), 'x'.repeat(200), `${'x'.repeat(200)}.jpg`],
    ['𝔸'.repeat(300), '𝔸'.repeat(200), `${'_'.repeat(200)}.jpg`],
  ])('%j is stored as %j in %j', (layer, name, jpeg) => {
    expect(namesOf(layer)).toEqual([{ name, jpeg }]);
  });

  test.each([
    [
      'the same characters replaced',
      ['a/b', 'a_b', 'a b'],
      ['a/b', 'a_b', 'a b'],
      ['a_b.jpg', 'a_b-2.jpg', 'a_b-3.jpg'],
    ],
    ['a difference by case alone', ['fc', 'FC'], ['fc', 'FC'], ['fc.jpg', 'FC-2.jpg']],
    ['one layer used twice', ['fc', 'fc'], ['fc', 'fc-2'], ['fc.jpg', 'fc-2.jpg']],
    [
      'a number that is taken',
      ['fc', 'fc-2', 'fc'],
      ['fc', 'fc-2', 'fc-3'],
      ['fc.jpg', 'fc-2.jpg', 'fc-3.jpg'],
    ],
    [
      'two long names',
      ['x'.repeat(201), 'x'.repeat(202)],
      ['x'.repeat(200), `${'x'.repeat(198)}-2`],
      [`${'x'.repeat(200)}.jpg`, `${'x'.repeat(198)}-2.jpg`],
    ],
  ])('collide by %s', (_, layers, names, jpegs) => {
    const stored = namesOf(...layers);
    expect(stored.map(({ name }) => name)).toEqual(names);
    expect(stored.map(({ jpeg }) => jpeg)).toEqual(jpegs);
  });

  test('are valid and unique for any layers', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
      fc.stringMatching(/^[aA/_.-]{0,4}$/),
      fc.constantFrom('x'.repeat(199), 'x'.repeat(200), 'x'.repeat(201), 'a', 'a-2', 'A-2'),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (layers) => {
        const stored = namesOf(...layers);
        for (const { name, jpeg } of stored) {
          expect(jpeg).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.jpg$/);
          expect(jpeg.length).toBeLessThanOrEqual(255);
          expect(Array.from(name).length).toBeGreaterThan(0);
          expect(Array.from(name).length).toBeLessThanOrEqual(200);
        }
        expect(new Set(stored.map((s) => s.name)).size).toBe(layers.length);
        expect(new Set(stored.map((s) => s.jpeg.toLowerCase())).size).toBe(layers.length);
      }),
    );
  });
});

describe('a network of a state_dict', () => {
  const weight = (): Tensor =>
    fromFloat32(
      Float32Array.from({ length: 16 }, (_, k) => Math.sin(k)),
      [4, 4],
      'F32',
    );
  const everyLayer = (layers: string[]) => options(2, 2, { layers, rest: 'F32' });

  test.each([
    [''],
    ['.'],
    ['a/b', 'a_b'],
    ['../../x'],
    ['Fc', 'fC'],
    ['model', 'dense.safetensors'],
    ['__proto__', 'constructor'],
    ['ä', 'ö', 'ü'],
    ['l\nine', 'z\0ero'],
    ['x'.repeat(500), 'x'.repeat(501)],
  ])('with layers %j, %j is written and read', (...names) => {
    const layers = names.filter((name) => name !== undefined);
    const network = networkFromStateDict(
      new Map(layers.map((name) => [`${name}.weight`, weight()])),
      layers.map((name) => `layer:${name}`),
    );
    const { content, layers: reports } = compress(network, everyLayer(layers));
    const file = readWjz(writeWjz(content));
    expect(file.jpegs.size).toBe(layers.length);
    const stored = file.manifest.layers.flatMap((layer) => (layer.type === 'linear' ? [layer.name] : []));
    expect(reports.map((report) => report.name)).toEqual(stored);
  });

  test('that uses a layer twice is written with both', () => {
    const tensors = new Map([
      ['fc.weight', weight()],
      ['fc.bias', fromFloat32(new Float32Array(4), [4], 'F32')],
    ]);
    const network = networkFromStateDict(tensors, ['fc', 'relu', 'fc']);
    const file = readWjz(writeWjz(compress(network, everyLayer(['fc'])).content));
    expect([...file.jpegs.keys()]).toEqual(['fc.jpg', 'fc-2.jpg']);
    expect(file.jpegs.get('fc.jpg')).toEqual(file.jpegs.get('fc-2.jpg'));
    expect([...file.tensors.keys()]).toContain('fc-2.bias');
  });
});
