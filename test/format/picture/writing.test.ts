import { deflateSync, inflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseGraphManifest } from '../../../src/format/graph-manifest.ts';
import type { LinearSpec, Manifest } from '../../../src/format/manifest.ts';
import { checkValue } from '../../../src/format/picture/check-value.ts';
import { joinParts } from '../../../src/format/picture/parts.ts';
import { fromPhrases, toPhrases } from '../../../src/format/picture/phrases.ts';
import { moveTiles, type SheetLayer } from '../../../src/format/picture/sheet.ts';
import { widthsToTry } from '../../../src/format/picture/widths.ts';
import { writePicture } from '../../../src/format/picture/write.ts';
import { readWjz } from '../../../src/format/read.ts';
import type { WjzContent } from '../../../src/format/write.ts';
import { decodeCoefficients, encodeCoefficients, type JpegEncodeOptions } from '../../../src/jpeg/index.ts';
import { mulberry32 } from '../../../src/random.ts';
import type { Tensor } from '../../../src/safetensors/tensor.ts';
import { scanData } from '../../jpeg/scan-data.ts';
import { fullContent, greyJpeg } from '../contents.ts';
import { bodyOf, contentOf } from './pictures.ts';

interface Layer {
  /** Blocks across and down. */
  readonly size?: readonly [number, number];
  /** Coefficient `k` of block `block`. */
  readonly value?: (k: number, block: number) => number;
  readonly step?: number;
  readonly scale?: number;
  readonly coding?: JpegEncodeOptions;
}

/** A chain of layers that are matrices, called m0, m1, … */
function chain(...layers: readonly Layer[]): WjzContent {
  const jpegs = new Map<string, Uint8Array>();
  const specs = layers.map(
    (
      { size: [across, down] = [1, 1], value = () => 0, step = 3, scale = 0.5, coding },
      index,
    ): LinearSpec => {
      const coefficients = Int16Array.from({ length: across * down * 64 }, (_, at) =>
        value(at % 64, at >> 6),
      );
      const component = {
        ...{ id: 1, horizontalSampling: 1, verticalSampling: 1 },
        ...{ quantization: new Uint16Array(64).fill(step), coefficients },
      };
      const name = `m${index}`;
      const image = { width: 8 * across, height: 8 * down, components: [component] };
      jpegs.set(`${name}.jpg`, encodeCoefficients(image, coding));
      return {
        ...{ type: 'linear', name, inFeatures: 8 * across, outFeatures: 8 * down },
        weight: { jpeg: `${name}.jpg`, layout: 'matrix', affineMap: { scale } },
      };
    },
  );
  const [{ inFeatures }] = specs;
  const manifest: Manifest = {
    ...{ format: 'wjz', version: '2.0' },
    input: { kind: 'vector', length: inFeatures },
    layers: specs,
  };
  return { manifest, jpegs, tensors: new Map() };
}

/** In which component each layer lies, by the manifest as it is written. */
const componentsOf = (picture: Uint8Array): number[] =>
  contentOf(picture).manifest.layers.map(
    ({ weight }: { weight: { component?: number } }) => weight.component ?? 0,
  );

/** Small values everywhere, and large ones in a few places: an entropy coder does better with each by itself. */
const noise = (seed: number): NonNullable<Layer['value']> => {
  const random = mulberry32(seed);
  return () => Math.floor(5 * random()) - 2;
};
const sparse = (seed: number): NonNullable<Layer['value']> => {
  const random = mulberry32(seed);
  return (k) => (k % 16 === 0 && random() < 0.5 ? Math.floor(600 * random()) - 300 : 0);
};

const ARITHMETIC: JpegEncodeOptions = { entropy: 'arithmetic', conditioning: 'default' };

describe('what a picture says of its network', () => {
  /** The ways to store a body, by its length; those that are deflated have 2. */
  const ways = (json: string, tensors: Uint8Array): [length: number, kind: number][] =>
    [toPhrases(json), new TextEncoder().encode(json)].flatMap((manifest): [number, number][] => {
      const body = tensors.length > 0 ? Uint8Array.of(...manifest, 0, ...tensors) : manifest;
      return [
        [body.length, 1],
        [deflateSync(body, { level: 9 }).length, 2],
      ];
    });

  it.each<[what: string, content: () => WjzContent, deflated: boolean]>([
    ['a short manifest', () => chain({}), false],
    ['a manifest and tensors', fullContent, true],
    ['many layers of a kind', () => chain(...Array.from({ length: 40 }, () => ({}))), true],
    [
      'a long text, which is no phrase',
      () => ({ ...chain({}), manifest: { ...chain({}).manifest, description: 'abcd '.repeat(200) } }),
      true,
    ],
  ])('takes the fewest bytes: %s', (_, content, deflated) => {
    const picture = writePicture(content());
    const { kind, body } = bodyOf(picture);
    const unpacked = kind === 2 ? inflateSync(body) : body;
    const end = unpacked.indexOf(0);
    const json = new TextDecoder().decode(
      fromPhrases(end < 0 ? unpacked : unpacked.subarray(0, end), 2 ** 20),
    );
    const tensors = end < 0 ? new Uint8Array() : unpacked.slice(end + 1);
    const shortest = Math.min(...ways(json, tensors).map(([length]) => length));
    expect(body.length).toBe(shortest);
    expect(kind).toBe(deflated ? 2 : 1);
    expect(ways(json, tensors)).toContainEqual([shortest, kind]);
    expect(readWjz(picture).manifest).toBeDefined();
  });

  it('has the check value of the body as stored, then of the coefficients', () => {
    const picture = writePicture(fullContent());
    const payload = joinParts(picture);
    const { components } = decodeCoefficients(picture);
    expect(new DataView(payload.buffer).getUint32(1)).toBe(checkValue(payload.slice(5), components));
    expect(payload[0]).toBe(bodyOf(picture).kind);
  });

  it('ends with the manifest where there are no tensors', () => {
    const { kind, body } = bodyOf(writePicture(chain({})));
    expect(kind).toBe(1);
    expect(body.indexOf(0)).toBe(-1);
    const full = inflateSync(bodyOf(writePicture(fullContent())).body);
    expect(full.subarray(full.indexOf(0) + 1)).toEqual(contentOf(writePicture(fullContent())).tensors);
  });

  it('is not deflated where a reader would take it for a bomb', () => {
    // A tensor of zeros, which deflates a thousandfold; readers unpack a hundredfold at most, beyond a mebibyte.
    const dense = (inFeatures: number): Uint8Array => {
      const weight: Tensor = { dtype: 'I8', shape: [1, inFeatures], data: new Uint8Array(inFeatures) };
      const manifest: Manifest = {
        ...{ format: 'wjz', version: '2.0', input: { kind: 'vector', length: inFeatures } },
        layers: [{ type: 'linear', name: 'd', inFeatures, outFeatures: 1, weight: { tensor: 'd.weight' } }],
      };
      return writePicture({ manifest, jpegs: new Map(), tensors: new Map([['d.weight', weight]]) });
    };
    const beside = inflateSync(bodyOf(dense(1_048_000)).body).length - 1_048_000;
    const [most, tooMuch] = [dense(2 ** 20 - beside), dense(2 ** 20 - beside + 1)];
    expect(bodyOf(most).kind).toBe(2);
    expect(most.length).toBeLessThan(10_000);
    expect(bodyOf(tooMuch).kind).toBe(1);
    expect(bodyOf(tooMuch).body).toHaveLength(2 ** 20 + 1);
    for (const picture of [most, tooMuch]) expect(readWjz(picture).tensors.size).toBe(1);
  });
});

describe('the coding of the sheet', () => {
  const process = (content: WjzContent, coding?: JpegEncodeOptions): string =>
    decodeCoefficients(writePicture(content, coding)).process;

  it('is that of the layers by default: arithmetic or progressive if one of them is', () => {
    const coded = (...codings: JpegEncodeOptions[]) => chain(...codings.map((coding) => ({ coding })));
    const progressive = { progressive: true };
    expect(process(coded({}, {}))).toBe('baseline');
    expect(process(coded({}, progressive))).toBe('progressive');
    expect(process(coded(progressive, ARITHMETIC))).toBe('extended-arithmetic');
    expect(process(coded(progressive, ARITHMETIC), { entropy: 'huffman' })).toBe('baseline');
    expect(process(coded({}), ARITHMETIC)).toBe('extended-arithmetic');
  });

  const two = chain({ size: [4, 4], value: noise(1) }, { size: [4, 4], value: sparse(2), step: 5 });

  it.each<[what: string, coding: JpegEncodeOptions, as: JpegEncodeOptions]>([
    ['Huffman', { entropy: 'huffman' }, { entropy: 'huffman', interleaved: false }],
    ['in one scan, if wanted', { interleaved: true }, { interleaved: true }],
    ['progressive', { progressive: true }, { progressive: true, interleaved: false }],
    [
      'arithmetic, the conditioning searched',
      { entropy: 'arithmetic' },
      { entropy: 'arithmetic', interleaved: false },
    ],
    ['arithmetic, a conditioning given', ARITHMETIC, { ...ARITHMETIC, interleaved: false }],
    ['the shorter of both', { entropy: 'auto' }, { entropy: 'auto', interleaved: false }],
    [
      'progressive, the shorter of both',
      { entropy: 'auto', progressive: true },
      { entropy: 'auto', progressive: true, interleaved: false },
    ],
  ])('%s: the sheet has the bytes that it has alone', (_, coding, as) => {
    const picture = writePicture(two, coding);
    const image = decodeCoefficients(picture);
    expect(Buffer.compare(without(picture), encodeCoefficients(image, as))).toBe(0);
  });

  it('a script of progressive scans is that of the caller, whatever else may be tried', () => {
    const scans = [
      { components: [0], spectralStart: 0, spectralEnd: 0, approximationHigh: 0, approximationLow: 0 },
      { components: [0], spectralStart: 1, spectralEnd: 63, approximationHigh: 0, approximationLow: 0 },
    ];
    for (const coding of [{ scans }, { scans, progressive: true }, { scans, entropy: 'auto' }] as const) {
      const picture = writePicture(two, coding);
      expect(decodeCoefficients(picture).process).toBe('progressive');
      expect(scanData(picture)).toHaveLength(2);
    }
  });

  it('a searched conditioning takes fewer bytes than the default', () => {
    const random = mulberry32(3);
    const steep = chain({ size: [8, 8], value: (k) => Math.round(((random() - 0.5) * 900) / (1 + k)) });
    const [searched, byDefault] = [{ entropy: 'arithmetic' } as const, ARITHMETIC].map((coding) =>
      writePicture(steep, coding),
    );
    expect(searched.length).toBeLessThan(byDefault.length);
    expect(decodeCoefficients(searched).components.map(({ coefficients }) => coefficients)).toEqual(
      decodeCoefficients(byDefault).components.map(({ coefficients }) => coefficients),
    );
  });

  /** The stream without its parts, as it is. */
  function without(picture: Uint8Array): Uint8Array {
    const length = 2 + picture[4] * 256 + picture[5];
    expect([...picture.subarray(2, 4)]).toEqual([0xff, 0xe9]);
    return Uint8Array.of(...picture.subarray(0, 2), ...picture.subarray(2 + length));
  }
});

describe('the sheet', () => {
  const planes = (picture: Uint8Array) => decodeCoefficients(picture).components;

  it('is grey for one table; for more it has three components, the last like the first', () => {
    const [a, b] = [3, 5].map((step): Layer => ({ value: noise(step), step }));
    // Which no other divides: a scale that is a number takes common factors over.
    const other: Layer = { value: (k) => k % 3, step: 3, scale: 0.25 };
    const content = chain(a, b, other);
    const [grey] = planes(writePicture(content));
    expect(planes(writePicture(content))).toHaveLength(1);
    expect(grey).toMatchObject({ id: 1, horizontalSampling: 1, verticalSampling: 1 });
    const low: Layer = { value: (k) => +(k < 2) };
    const two = planes(
      writePicture(withTables(chain(low, low), (layer, k) => (layer === 1 && k > 0 ? 6 : 3))),
    );
    expect(two.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(two.map(({ quantization }) => [...quantization.subarray(0, 2)])).toEqual([
      [3, 3],
      [3, 6],
      [3, 3],
    ]);
    expect(two[2].coefficients.every((value) => value === 0)).toBe(true);
    expect(two[1].coefficients.some((value) => value !== 0)).toBe(true);
  });

  /** A chain of layers with tables of their own, by what `step` says of layer and frequency. */
  function withTables(content: WjzContent, step: (layer: number, k: number) => number): WjzContent {
    const jpegs = [...content.jpegs].map(([name, jpeg], layer): [string, Uint8Array] => {
      const image = decodeCoefficients(jpeg);
      const quantization = Uint16Array.from({ length: 64 }, (_, k) => step(layer, k));
      const components = image.components.map((component) => ({ ...component, quantization }));
      return [name, encodeCoefficients({ ...image, components })];
    });
    return { ...content, jpegs: new Map(jpegs) };
  }

  it('has one table for layers that differ where they have no coefficients', () => {
    const ac: Layer = { value: (k) => +(k > 0 && k < 8) };
    // Of the first the table differs at its DC, of the second at the last frequency.
    const tables = (layer: number, k: number) =>
      k === 0 && layer === 0 ? 7 : k === 63 && layer === 1 ? 11 : 3;
    expect(planes(writePicture(withTables(chain(ac, ac), tables)))).toHaveLength(1);
    const whole: Layer = { value: () => 1 };
    expect(planes(writePicture(withTables(chain(whole, whole), tables)))).toHaveLength(3);
  });

  it('a scale that is a tensor takes no factor over: the others do', () => {
    const content = withTables(fullContent(), (layer) => (layer === 0 ? 6 : 3));
    const file = readWjz(writePicture(content));
    expect(file.manifest.layers[2]).toMatchObject({ weight: { affineMap: { scale: 0.005 } } });
    expect(planes(file.jpegs.get('a.jpg') as Uint8Array)[0].quantization[0]).toBe(6);
    expect(file.tensors).toEqual(readWjz(writePicture(fullContent())).tensors);
  });

  it('layers of several tables stay where their tables are', () => {
    const [a, b] = [noise(1), sparse(2)];
    // The first and the last are alike, but for their tables.
    const content = chain(...[a, b, a].map((value): Layer => ({ size: [6, 6], value })));
    const picture = writePicture(
      withTables(content, (layer, k) => (layer === 0 ? 3 : 3 + k)),
      ARITHMETIC,
    );
    expect(componentsOf(picture)).toEqual([0, 1, 1]);
  });

  it('of a network without coefficients is one empty block', () => {
    const weight: Tensor = { dtype: 'I8', shape: [2, 8], data: new Uint8Array(16).fill(1) };
    const manifest: Manifest = {
      ...{ format: 'wjz', version: '2.0', input: { kind: 'vector', length: 8 } },
      layers: [{ type: 'linear', name: 'd', inFeatures: 8, outFeatures: 2, weight: { tensor: 'd.weight' } }],
    };
    const image = decodeCoefficients(
      writePicture({ manifest, jpegs: new Map(), tensors: new Map([['d.weight', weight]]) }),
    );
    expect([image.width, image.height]).toEqual([8, 8]);
    expect(image.components).toMatchObject([
      { quantization: new Uint16Array(64).fill(1), coefficients: new Int16Array(64) },
    ]);
  });

  /** Twelve tiles of two blocks, one above the other, four in a row. Means differ between tiles and between their blocks. */
  function tiled(): WjzContent & { readonly layer: SheetLayer } {
    const random = mulberry32(5);
    const coefficients = Int16Array.from({ length: 24 * 64 }, (_, at) => {
      const block = at >> 6;
      return at % 64 === 0
        ? 90 * ((block * 5) % 12) + (block % 8 < 4 ? 0 : 300)
        : at % 64 < 8
          ? Math.floor(random() * 3)
          : 0;
    });
    const component = {
      ...{ id: 1, horizontalSampling: 1, verticalSampling: 1 },
      ...{ quantization: new Uint16Array(64).fill(1), coefficients },
    };
    const layer: SheetLayer = {
      ...{ type: 'linear', name: 't', inFeatures: 128, outFeatures: 12 },
      weight: {
        ...{ jpeg: 't.jpg', layout: 'rows', affineMap: { scale: 0.5 }, tilesPerRow: 4 },
        tile: { width: 8, height: 16, x: 0, y: 0 },
      },
    };
    const preprocessing = { background: 'dark', fit: 'contain' } as const;
    const input = {
      kind: 'image',
      width: 8,
      height: 16,
      channels: 1,
      mean: 0,
      std: 1,
      preprocessing,
    } as const;
    return {
      manifest: { format: 'wjz', version: '2.0', input, layers: [layer] },
      jpegs: new Map([['t.jpg', encodeCoefficients({ width: 32, height: 48, components: [component] })]]),
      tensors: new Map(),
      layer,
    };
  }

  it('has the width at which its JPEG takes the fewest bytes', () => {
    const { layer, ...content } = tiled();
    const { components } = decodeCoefficients(content.jpegs.get('t.jpg') as Uint8Array);
    const [{ quantization, coefficients }] = components;
    const lengths = new Map(
      widthsToTry([layer], [0]).map((width) => {
        const moved = moveTiles(coefficients, layer, width);
        const component = { ...components[0], quantization, coefficients: moved };
        const size = { width: 8 * width, height: moved.length / 8 / width };
        return [width, encodeCoefficients({ ...size, components: [component] }).length];
      }),
    );
    expect(new Set(lengths.values()).size).toBeGreaterThan(2);
    const picture = writePicture(content);
    const written = decodeCoefficients(picture).components[0].blocksPerRow;
    expect(lengths.get(written)).toBe(Math.min(...lengths.values()));
    // Not the first that was tried.
    expect(written).not.toBe([...lengths.keys()][0]);
    const file = readWjz(picture);
    expect(file.manifest.layers).toMatchObject([{ weight: { tilesPerRow: written } }]);
    const [{ coefficients: read }] = planes(file.jpegs.get('t.jpg') as Uint8Array);
    expect(read).toEqual(moveTiles(coefficients, layer, written));
  });

  it('has every layer, with its factor', () => {
    const content = chain(
      { size: [2, 1], value: noise(4), step: 3, scale: 0.5 },
      { size: [1, 3], value: sparse(5), step: 12, scale: 0.25 },
      { size: [3, 2], value: noise(6), step: 6, scale: 2 },
    );
    for (const coding of [undefined, ARITHMETIC]) {
      const file = readWjz(writePicture(content, coding));
      expect(file.manifest.layers).toMatchObject(
        [0.5, 1, 4].map((scale) => ({ weight: { affineMap: { scale } } })),
      );
      for (const [name, jpeg] of content.jpegs) {
        const [own] = planes(file.jpegs.get(name) as Uint8Array);
        const [given] = planes(jpeg);
        expect(own.coefficients).toEqual(given.coefficients);
        expect([own.blocksPerRow, own.quantization[0]]).toEqual([given.blocksPerRow, 3]);
      }
    }
  });

  it('kernels take a factor over, too, and nothing else does', () => {
    const steps = (jpeg: Uint8Array, step: number): Uint8Array => {
      const image = decodeCoefficients(jpeg);
      const quantization = new Uint16Array(64).fill(step);
      return encodeCoefficients({
        ...image,
        components: image.components.map((component) => ({ ...component, quantization })),
      });
    };
    const manifest = parseGraphManifest({
      format: 'wjz',
      version: '2.0',
      requires: ['graph', 'conv2d'],
      input: { kind: 'image', width: 4, height: 4 },
      layers: [3, 6].map((_, index) => ({
        type: 'conv2d',
        name: `k${index}`,
        weight: {
          ...{ jpeg: `k${index}.jpg`, layout: 'taps', shape: [8, index === 0 ? 1 : 8, 1, 1] },
          affineMap: { scale: 0.5, offset: 0.125 },
        },
      })),
    });
    const jpegs = new Map([
      ['k0.jpg', steps(greyJpeg(8, 8), 3)],
      ['k1.jpg', steps(greyJpeg(8, 8), 6)],
    ]);
    const { layers } = readWjz(writePicture({ manifest, jpegs, tensors: new Map() })).manifest;
    expect(layers).toMatchObject([
      { constants: { weight: { affineMap: { scale: 0.5, offset: 0.125 } } } },
      { constants: { weight: { affineMap: { scale: 1, offset: 0.125 } } } },
    ]);
  });

  it('that no JPEG can be is refused with what to do', () => {
    const content = chain({ size: [1, 8191] }, { size: [8191, 1] });
    expect(() => writePicture(content)).toThrow(
      expect.objectContaining({
        ...{ kind: 'unsupported', code: 'SHEET_TOO_LARGE' },
        message: 'no JPEG can hold all layers on one sheet of at most 65535 samples per side: write a .wjz',
      }),
    );
  });
});

describe('layers of one table are spread over components', () => {
  const a: Layer = { size: [6, 6], value: noise(1) };
  const b: Layer = { size: [6, 6], value: sparse(2) };
  const spread = (layers: readonly Layer[], coding: JpegEncodeOptions = ARITHMETIC): number[] =>
    componentsOf(writePicture(chain(...layers), coding));

  it('where that takes fewer bytes', () => {
    const picture = writePicture(chain(a, b), ARITHMETIC);
    expect(componentsOf(picture)).toEqual([0, 1]);
    expect(decodeCoefficients(picture).components).toHaveLength(3);
    const same = writePicture(chain(a, { ...a, value: noise(3) }), ARITHMETIC);
    expect(componentsOf(same)).toEqual([0, 0]);
    expect(decodeCoefficients(same).components).toHaveLength(1);
  });

  it('up to five of them in any way, more in runs', () => {
    expect(spread([a, b, a, b, a])).toEqual([0, 1, 0, 1, 0]);
    expect(spread([a, a, a, b, b, b])).toEqual([0, 0, 0, 1, 1, 1]);
    expect(spread([a, b, a, b, a, b])).toEqual([...spread([a, b, a, b, a, b])].sort());
  });

  it('up to 24 layers', () => {
    const spreadOf = (count: number): number[] =>
      spread(Array.from({ length: count }, (_, at) => ({ ...(at < 12 ? a : b), size: [2, 2] as const })));
    expect(spreadOf(24)).toEqual(Array.from({ length: 24 }, (_, at) => (at < 12 ? 0 : 1)));
    expect(spreadOf(25)).toEqual(new Array(25).fill(0));
  });

  it('not in progressive scans, whose script is for those that there are', () => {
    const large = [a, b].map((layer): Layer => ({ ...layer, size: [16, 16] }));
    expect(spread(large, {})).toEqual([0, 1]);
    expect(spread(large, { progressive: true })).toEqual([0, 0]);
  });

  it('by what the coding takes that is wanted', () => {
    // Huffman codes of its own take more bytes than a small layer saves by them.
    const small = [a, b].map((layer): Layer => ({ ...layer, size: [4, 4] }));
    expect(spread(small, {})).toEqual([0, 0]);
    expect(spread(small, { entropy: 'arithmetic' })).toEqual([0, 1]);
  });

  it('up to 16,384 blocks', () => {
    const few = (value: NonNullable<Layer['value']>) => (k: number, block: number) =>
      block < 40 ? value(k, block) : 0;
    const layers = (rows: number): Layer[] => [
      { size: [128, 64], value: few(noise(1)) },
      { size: [64, rows], value: few(sparse(2)) },
    ];
    expect(spread(layers(128))).toEqual([0, 1]);
    expect(spread(layers(129))).toEqual([0, 0]);
  });
});
