import { describe, expect, it } from 'vitest';
import { componentOf, fromPictureJson, toPictureJson } from '../../../src/format/picture/manifest.ts';

const kernels = (name: string, more: object = {}) => ({
  ...{ layout: 'taps', shape: [4, 3, 3, 3], jpeg: `${name}.jpg` },
  ...{ affineMap: { scale: { tensor: `${name}.scale` } }, ...more },
});

/** Layers that are called by their numbers, and a picture of them in two components. */
const MODEL = {
  version: 2,
  origin: 'trained: é, 数, 😀',
  input: { kind: 'image', width: 20, height: 12 },
  layers: [
    { type: 'conv2d', name: '1', weight: kernels('1'), bias: { tensor: '1.bias' } },
    { type: 'relu' },
    { type: 'linear', name: '2', weight: kernels('2', { layout: 'rows', tilesPerRow: 3 }), outFeatures: 30 },
    { type: 'conv2d', name: 'head', weight: kernels('head'), bias: { tensor: 'elsewhere' } },
    { type: 'linear', name: '4', weight: { tensor: '4.weight' }, outFeatures: 2 },
  ],
};

describe('the manifest within a picture', () => {
  it('leaves out what the picture implies, and is ASCII', () => {
    const text = toPictureJson(MODEL, [0, 0, 1, 0, 0]);
    expect(text).toMatch(/^[\0-\x7f]+$/);
    expect(JSON.parse(text)).toEqual({
      version: 2,
      input: MODEL.input,
      layers: [
        {
          type: 'conv2d',
          weight: { layout: 'taps', shape: [4, 3, 3, 3], affineMap: { scale: {} } },
          bias: {},
        },
        { type: 'relu' },
        {
          type: 'linear',
          weight: { layout: 'rows', shape: [4, 3, 3, 3], affineMap: { scale: {} }, component: 1 },
          outFeatures: 30,
        },
        {
          ...{ type: 'conv2d', name: 'head', bias: { tensor: 'elsewhere' } },
          weight: { layout: 'taps', shape: [4, 3, 3, 3], affineMap: { scale: {} } },
        },
        { type: 'linear', weight: {}, outFeatures: 2 },
      ],
      origin: MODEL.origin,
    });
  });

  it('gives it back: names, entries, tensors, tiles in a row of so many blocks, components', () => {
    // Tiles of 20 pixels are 3 blocks wide: three of them in 11 blocks.
    const { value, components } = fromPictureJson(JSON.parse(toPictureJson(MODEL, [0, 0, 1, 0, 0])), 11);
    expect(value).toEqual(MODEL);
    expect(components).toEqual([0, undefined, 1, 0]);
  });

  it('an unnamed convolution is called by its type and place; a chain keeps what is no number', () => {
    const layers = [{ type: 'relu' }, { type: 'conv2d', weight: kernels('conv2d 1') }];
    const [, layer] = JSON.parse(toPictureJson({ layers }, [0, 0])).layers;
    expect(layer).toMatchObject({ name: 'conv2d 1', weight: { affineMap: { scale: {} } } });
    const named = [{ type: 'linear', name: 'fc', weight: { tensor: 'fc.weight' } }];
    expect(JSON.parse(toPictureJson({ layers: named }, [0])).layers).toEqual([
      { type: 'linear', name: 'fc', weight: {} },
    ]);
  });

  it('tiles lie as many in a row as there is room for: one at least, no more than there are', () => {
    const tiles = (blocksPerRow: number, tile?: object): unknown => {
      const weight = { layout: 'rows', affineMap: {}, ...(tile && { tile }) };
      const layers = [{ type: 'linear', outFeatures: 5, weight }];
      const { value } = fromPictureJson({ input: { width: 16 }, layers }, blocksPerRow);
      return (value as { layers: { weight: { tilesPerRow: number } }[] }).layers[0].weight.tilesPerRow;
    };
    expect([1, 2, 5, 6, 100].map((blocks) => tiles(blocks))).toEqual([1, 1, 2, 3, 5]);
    expect(tiles(6, { x: 1 })).toBe(2);
    expect(tiles(6, { width: 8 })).toBe(5);
    expect(tiles(6, { width: 'x' })).toBe(1);
  });

  it('entries are called as layers are, as far as files can be: each by a name of its own', () => {
    const names = ['a/b', 'a b', '.hidden', 'x'.repeat(300), 'x'.repeat(201)];
    const layers = names.map((name) => ({ type: 'conv2d', name, weight: { layout: 'taps', affineMap: {} } }));
    const { value } = fromPictureJson({ layers }, 1);
    const given = (value as { layers: { weight: { jpeg: string } }[] }).layers.map(
      ({ weight }) => weight.jpeg,
    );
    const long = 'x'.repeat(200);
    expect(given).toEqual(['a_b.jpg', 'a_b-2.jpg', '_hidden.jpg', `${long}.jpg`, `${long}-2.jpg`]);
  });

  it('what is no manifest stays as it is, to be refused by who reads it', () => {
    for (const value of [null, 3, 'text', [], {}, { layers: 3 }, { layers: {} }])
      expect(fromPictureJson(value, 4)).toEqual({ value, components: [] });
    const layers = [null, 7, ['linear'], { type: 'linear', weight: null, bias: [1] }];
    expect((fromPictureJson({ layers }, 4).value as { layers: unknown[] }).layers).toEqual([
      ...[null, 7, ['linear']],
      { type: 'linear', name: '1', weight: null, bias: [1] },
    ]);
  });

  it('a component that the picture does not have is refused', () => {
    expect([0, 2].map((component) => componentOf('fc', component, 3))).toEqual([0, 2]);
    for (const component of [3, -1, 0.5, '1', null, undefined])
      expect(() => componentOf('fc', component, 3)).toThrow(
        `layer 'fc' lies in component ${JSON.stringify(component)}, the picture has 3`,
      );
  });
});
