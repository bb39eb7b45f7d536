import { describe, expect, test } from 'vitest';
import { parseGraphManifest } from '../../../src/format/graph-manifest.ts';
import type { LayerSpec, Manifest } from '../../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { openWjz } from '../../../src/format/reading.ts';
import { type WjzContent, writeWjz } from '../../../src/format/write.ts';
import { writeModel } from '../../../src/format/write-model.ts';
import {
  decodeCoefficients,
  encodeCoefficients,
  type JpegEncodeOptions,
  readFrameHeader,
} from '../../../src/jpeg/index.ts';
import { InferenceSession } from '../../../src/runtime/session.ts';
import { storedLayers } from '../../../src/runtime/stored-layers.ts';
import { reconstructWeights } from '../../../src/weights/reconstruct.ts';
import { fullContent, greyJpeg } from '../contents.ts';
import { graphContent } from '../graph-contents.ts';
import { TRAINED, trained } from './pictures.ts';

const CODINGS: readonly (readonly [string, JpegEncodeOptions])[] = [
  ['Huffman', { entropy: 'huffman' }],
  ['progressive', { entropy: 'huffman', progressive: true }],
  ['arithmetic', { entropy: 'arithmetic', conditioning: 'default' }],
];

/** Under `npm run mutation`, where tests run for every change, one will do: the others take seconds and go the same way. */
const WRITTEN = process.env.MUTATION_TESTS === undefined ? TRAINED : TRAINED.slice(1, 2);

const NETWORKS: readonly (readonly [string, WjzContent])[] = [
  ['every feature', fullContent()],
  ['a graph', graphContent()],
  ...WRITTEN.map((name) => [name, trained(name)] as const),
];

/** A manifest without the number of tiles in a row, which a sheet has of its own, and without names of entries. */
function withoutRows(manifest: Manifest): object {
  const layers = manifest.layers.map((layer: LayerSpec) =>
    layer.type === 'linear' && 'layout' in layer.weight
      ? { ...layer, weight: { ...layer.weight, tilesPerRow: 0, jpeg: '' } }
      : layer,
  );
  return { ...manifest, layers };
}

/** The weights of the layers, exactly. */
function weightsOf(file: WjzFile): object[] {
  return storedLayers(file).map((node) => (node.kind === 'dense' ? node.weights : reconstructWeights(node)));
}

async function answers(file: WjzFile): Promise<Float32Array> {
  const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
  const input = Float32Array.from({ length: 3 * session.inFeatures }, (_, i) => ((i * 7) % 32) / 32);
  return session.runBatch(input, 3).finally(() => session.dispose());
}

describe.each(NETWORKS)('%s as one JPEG', (network, content) => {
  const original = readWjz(writeWjz(content));

  // Scans take seconds to write of the larger ones, and are no other.
  const codings = (TRAINED.slice(1) as readonly string[]).includes(network)
    ? CODINGS.filter(([name]) => name !== 'progressive')
    : CODINGS;
  test.each(codings)('%s: the same network, to the bit', async (_name, coding) => {
    const picture = writeModel(content, { file: 'model.jpg', coding });
    const file = readWjz(picture);
    expect(file.container).toBe('jpeg');
    expect(withoutRows(file.manifest)).toEqual(withoutRows(original.manifest));
    expect(file.tensors).toEqual(original.tensors);
    expect(weightsOf(file)).toEqual(weightsOf(original));
    expect(await answers(file)).toEqual(await answers(original));
    expect(await openWjz(picture)).toEqual(file);
  });

  test('what its bytes are spent on adds up', () => {
    const picture = writeModel(content, { file: 'model.jpg' });
    const sum = readWjz(picture).entries.reduce((total, { compressedBytes }) => total + compressedBytes, 0);
    expect(sum).toBe(picture.length);
  });

  test('written again it is the same file, and as a .wjz the same network', () => {
    const picture = writeModel(content, { file: 'model.JPEG', coding: { entropy: 'huffman' } });
    const file = readWjz(picture);
    expect(writeModel(file, { file: 'model.jpg', coding: { entropy: 'huffman' } })).toEqual(picture);
    const archive = readWjz(writeModel(file, { file: 'model.wjz' }));
    expect(archive.container).toBe('zip');
    expect(weightsOf(archive)).toEqual(weightsOf(original));
  });
});

test('without a coding the sheet is coded as the layers are', () => {
  const processOf = (name: string): string =>
    readFrameHeader(writeModel(trained(name), { file: 'm.jpg' })).process;
  expect(processOf('mnist-mlp-512-trained.wjz')).toBe('extended-arithmetic');
  expect(processOf('mnist-mlp-512-q20.wjz')).toBe('baseline');
});

test('one table for all layers is a grey picture, two are a colour picture', () => {
  const components = (name: string): number =>
    readFrameHeader(writeModel(trained(name), { file: 'm.jpg' })).components.length;
  expect(components('mnist-mlp-512-q20.wjz')).toBe(1);
  expect(components('mnist-mlp-512-trained.wjz')).toBe(3);
});

/** `fullContent` with another table for its layer `b`, whose scale is the number 0.01. */
function withTable(quantization: Uint16Array): WjzContent {
  const content = fullContent();
  const image = decodeCoefficients(content.jpegs.get('b.jpg') as Uint8Array);
  const components = image.components.map((component) => ({ ...component, quantization }));
  return {
    ...content,
    jpegs: new Map([...content.jpegs, ['b.jpg', encodeCoefficients({ ...image, components })]]),
  };
}

test('a factor between two tables moves to a scale that is a number', () => {
  const content = withTable(new Uint16Array(64).fill(6));
  const picture = writeModel(content, { file: 'm.jpg' });
  const { components } = decodeCoefficients(picture);
  expect(components.map(({ quantization }) => quantization[0])).toEqual([3]);
  const [, , b] = readWjz(picture).manifest.layers;
  expect(b).toMatchObject({ weight: { affineMap: { scale: 0.02 } } });
});

test('four different tables are refused with what to do', () => {
  const layers = ['a', 'b', 'c', 'd'].map((name, index) => ({
    type: 'linear' as const,
    name,
    inFeatures: 8,
    outFeatures: 8,
    weight: { jpeg: `${name}.jpg`, layout: 'matrix' as const, affineMap: { scale: 1 + index } },
  }));
  const jpegs = layers.map(({ weight }, index): [string, Uint8Array] => {
    const image = decodeCoefficients(greyJpeg(8, 8));
    const components = image.components.map((component) => ({
      ...component,
      quantization: Uint16Array.from({ length: 64 }, (_, k) => 7 + (k % (index + 2))),
    }));
    return [weight.jpeg, encodeCoefficients({ ...image, components })];
  });
  const manifest: Manifest = { format: 'wjz', version: '2.0', input: { kind: 'vector', length: 8 }, layers };
  const content = { manifest, jpegs: new Map(jpegs), tensors: new Map() };
  expect(() => writeModel(content, { file: 'm.jpg' })).toThrow(
    expect.objectContaining({
      code: 'MODEL_TABLES',
      message: expect.stringMatching(/'a', 'b', 'c', 'd'.*write a \.wjz/),
    }),
  );
});

test('names that are no names of entries, texts beyond ASCII and a net without coefficients', () => {
  const content = graphContent();
  const [first, ...others] = (JSON.parse(JSON.stringify(content.manifest)) as Manifest).layers;
  expect(first).toBeDefined();
  const manifest = { ...content.manifest, name: 'Netz ü 😀', layers: [first, ...others] };
  expect(readWjz(writeModel({ ...content, manifest }, { file: 'm.jpg' })).manifest.name).toBe('Netz ü 😀');
  const { tensors } = fullContent();
  const tensor = tensors.get('c.weight');
  const dense: Manifest = {
    format: 'wjz',
    version: '2.0',
    input: { kind: 'vector', length: 10 },
    layers: [
      { type: 'linear', name: 'two words', inFeatures: 10, outFeatures: 2, weight: { tensor: 'c.weight' } },
    ],
  };
  const only = {
    manifest: dense,
    jpegs: new Map(),
    tensors: new Map([['c.weight', tensor as NonNullable<typeof tensor>]]),
  };
  const file = readWjz(writeModel(only, { file: 'm.jpg' }));
  expect(file.manifest).toEqual(dense);
  expect(file.tensors).toEqual(only.tensors);
});

test('a convolution without a name of its own', () => {
  const manifest = parseGraphManifest({
    format: 'wjz',
    version: '2.0',
    requires: ['graph', 'conv2d'],
    input: { kind: 'image', width: 4, height: 4 },
    layers: [
      {
        type: 'conv2d',
        weight: { jpeg: 'kernels.jpg', layout: 'taps', shape: [8, 1, 3, 3], affineMap: { scale: 0.01 } },
        bias: { tensor: 'b' },
      },
    ],
  });
  const bias = { dtype: 'I8' as const, shape: [8], data: new Uint8Array(8).fill(3) };
  const content = {
    manifest,
    jpegs: new Map([['kernels.jpg', greyJpeg(72, 8)]]),
    tensors: new Map([['b', bias]]),
  };
  const file = readWjz(writeModel(content, { file: 'm.jpg' }));
  expect([...file.jpegs.keys()]).toEqual(['conv2d_0.jpg']);
  expect(decodeCoefficients(file.jpegs.get('conv2d_0.jpg') as Uint8Array).components[0].coefficients).toEqual(
    decodeCoefficients(greyJpeg(72, 8)).components[0].coefficients,
  );
  expect(file.tensors.get('b')).toEqual(bias);
});
