import { describe, expect, test } from 'vitest';
import type { ErrorKind } from '../../src/errors.ts';
import { checkManifest } from '../../src/format/check-manifest.ts';
import { DEFAULT_LIMITS, type WjzLimits } from '../../src/format/limits.ts';
import { readWjz } from '../../src/format/read.ts';
import { type WjzContent, writeWjz } from '../../src/format/write.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { fullContent, fullEntries, greyJpeg } from './contents.ts';
import { type Alterable, altered, FULL } from './manifests.ts';
import { expectFileRefused, expectRefusal } from './refusal.ts';
import { buildZip, type RawEntry } from './zip-builder.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The full model with entries replaced or taken away. */
const withEntries = (changes: Record<string, Partial<RawEntry> | undefined>): Uint8Array =>
  buildZip(fullEntries(changes));

/** The full model with this text as manifest. */
const withText = (manifest: string | Uint8Array): Uint8Array =>
  withEntries({ 'model.json': { content: typeof manifest === 'string' ? text(manifest) : manifest } });

const withManifest = (alter: (manifest: Alterable) => void): Uint8Array =>
  withText(JSON.stringify(altered(alter)));

/** The full model with tensors replaced or taken away. */
function withTensors(changes: Record<string, Tensor | undefined>): Uint8Array {
  return withEntries({ 'dense.safetensors': { content: writeSafetensors(changedTensors(changes)) } });
}

function changedTensors(changes: Record<string, Tensor | undefined>): Map<string, Tensor> {
  const tensors = new Map(fullContent().tensors);
  for (const [name, tensor] of Object.entries(changes)) {
    if (tensor) tensors.set(name, tensor);
    else tensors.delete(name);
  }
  return tensors;
}

const floats = (...values: number[]): Tensor =>
  fromFloat32(Float32Array.from(values), [values.length], 'F32');
const doubles = (...values: number[]): Tensor => ({
  dtype: 'F64',
  shape: [values.length],
  data: new Uint8Array(Float64Array.from(values).buffer),
});

type Rule = readonly [
  rule: string,
  kind: ErrorKind,
  code: string,
  file: Uint8Array,
  limits?: Partial<WjzLimits>,
];

function refuses(rules: readonly Rule[]): void {
  test.each(rules.map(([rule, kind, code, file, limits]) => ({ rule, kind, code, file, limits })))(
    '$rule: $code',
    ({ kind, code, file, limits }) => expectFileRefused(file, limits, kind, code),
  );
}

test('what the rules are broken in is right otherwise', () => {
  expect(readWjz(withEntries({})).manifest).toEqual(FULL);
  expect(readWjz(withManifest(() => {})).manifest).toEqual(FULL);
  expect(readWjz(withTensors({})).tensors).toEqual(fullContent().tensors);
});

describe('model.json as text', () => {
  const json = JSON.stringify(FULL);
  refuses([
    ['an empty text', 'corrupt', 'MANIFEST_JSON', withText('')],
    ['no JSON', 'corrupt', 'MANIFEST_JSON', withText('format: wjz')],
    ['JSON that ends early', 'corrupt', 'MANIFEST_JSON', withText(json.slice(0, -1))],
    ['something after the JSON', 'corrupt', 'MANIFEST_JSON', withText(`${json}}`)],
    ['NaN, which is no JSON', 'corrupt', 'MANIFEST_JSON', withText(json.replace('0.1', 'NaN'))],
    ['a byte order mark', 'corrupt', 'MANIFEST_JSON', withText(`\ufeff${json}`)],
    [
      'no UTF-8',
      'corrupt',
      'MANIFEST_JSON',
      withText(Uint8Array.from([...text('{"a":"'), 0xff, ...text('"}')])),
    ],
    ['UTF-16', 'corrupt', 'MANIFEST_JSON', withText(new Uint8Array(Buffer.from(json, 'utf16le')))],
    [
      'another format',
      'corrupt',
      'MANIFEST_FORMAT',
      withManifest((m) => Object.assign(m, { format: 'npz' })),
    ],
    ['no format', 'corrupt', 'MANIFEST_FORMAT', withManifest((m) => delete m.format)],
    ['an array', 'corrupt', 'MANIFEST_FORMAT', withText(`[${json}]`)],
    ['null', 'corrupt', 'MANIFEST_FORMAT', withText('null')],
    [
      'a format nested 200,000 deep',
      'corrupt',
      'MANIFEST_FORMAT',
      withText(`{"format":${'['.repeat(2e5)}${']'.repeat(2e5)}}`),
    ],
    ['a format of a mebibyte', 'corrupt', 'MANIFEST_FORMAT', withText(`{"format":"${'\\n'.repeat(4e5)}"}`)],
    ...['0.9', '3.0', '10.0', '3', '3.0\n'].map(
      (version): Rule => [
        `major version of ${JSON.stringify(version)}`,
        'unsupported',
        'MANIFEST_VERSION',
        withText(JSON.stringify({ format: 'wjz', version, layers: 'whatever they look like then' })),
      ],
    ),
    ...['x', '3x.0', 'x3.0', 3].map(
      (version): Rule => [
        `a version of ${JSON.stringify(version)}, which is none`,
        'corrupt',
        'MANIFEST_FIELD',
        withManifest((m) => Object.assign(m, { version })),
      ],
    ),
    ['a wrong structure', 'corrupt', 'MANIFEST_FIELD', withManifest((m) => delete m.layers[0].weight.layout)],
    [
      'a name with line ends',
      'corrupt',
      'MANIFEST_FIELD',
      withManifest((m) => Object.assign(m.input, { kind: 'a\nb\u2028' })),
    ],
  ]);

  test('a later minor version with fields that are not known here is read', () => {
    const file = withManifest((m) => {
      m.version = '2.7';
      m.postprocessing = { crop: true };
      m.layers[1].slope = 0.1;
    });
    expect(readWjz(file).manifest).toEqual({ ...FULL, version: '2.7' });
  });

  const jpegName = 'a name of letters, digits, ., _ and - that ends in .jpg';
  test.each<[string, (manifest: Alterable) => unknown]>([
    ['name: expected text of at most 10000 characters, got 5', (m) => (m.name = 5)],
    ['name: expected text of at most 10000 characters, got an empty array', (m) => (m.name = [])],
    ['name: expected text of at most 10000 characters, got an object', (m) => (m.name = {})],
    ['name: expected text of at most 10000 characters, got null', (m) => (m.name = null)],
    ['labels.1: expected text of at most 10000 characters, got 7', (m) => (m.labels = ['a', 7])],
    ['input: expected an object, got nothing', (m) => delete m.input],
    ['input: expected an object, got an empty array', (m) => (m.input = [])],
    ['input: expected an object, got "x"', (m) => (m.input = 'x')],
    ['input.kind: expected "image" or "vector", got "sound"', (m) => (m.input.kind = 'sound')],
    [
      'layers.1.type: expected "linear" or "relu" or "softmax", got "tanh"',
      (m) => (m.layers[1].type = 'tanh'),
    ],
    [
      'layers.0.weight.tile.width: expected a whole number, 1 to 16777216, got 0.5',
      (m) => (m.layers[0].weight.tile.width = 0.5),
    ],
    [`layers.0.weight.jpeg: expected ${jpegName}, got false`, (m) => (m.layers[0].weight.jpeg = false)],
    [
      'origin.settings.quality: expected a string, a number or a boolean, got an empty array',
      (m) => (m.origin.settings.quality = []),
    ],
  ])('says what is wrong, and where: %s', (message, alter) => {
    expect(() => readWjz(withManifest(alter))).toThrow(
      expect.objectContaining({ code: 'MANIFEST_FIELD', message: `model.json: ${message}` }),
    );
  });

  test('messages are short, however long what they quote', () => {
    for (const file of [
      withText(`{"format":"${'x'.repeat(1e6)}"}`),
      withManifest((m) => Object.assign(m.input, { kind: 'y'.repeat(9e5) })),
    ]) {
      expectRefusal(
        () => readWjz(file),
        'corrupt',
        expect.stringMatching(/^MANIFEST_/) as unknown as string,
        /^.{1,1001}$/u,
      );
    }
  });
});

describe('what fields ask of each other', () => {
  const wrong = (rule: string, alter: (manifest: Alterable) => void): Rule => [
    rule,
    'corrupt',
    'MANIFEST_INCONSISTENT',
    withManifest(alter),
  ];
  const chain = (rule: string, ...types: string[]): Rule => [
    rule,
    'unsupported',
    'MODEL_BAD_CHAIN',
    withManifest((m) => {
      const linear = m.layers.filter((layer: { type: string }) => layer.type === 'linear');
      m.layers = types.map((type) => (type === 'linear' ? linear.shift() : { type }));
    }),
  ];
  refuses([
    wrong('the first layer does not take the picture', (m) => Object.assign(m.input, { width: 7 })),
    wrong('the first layer does not take the vector', (m) =>
      Object.assign(m, { input: { kind: 'vector', length: 23 } }),
    ),
    wrong('a layer does not take what the one before gives', (m) =>
      Object.assign(m.layers[2], { inFeatures: 4 }),
    ),
    wrong('two layers of one name', (m) => Object.assign(m.layers[2], { name: 'a' })),
    wrong('a picture of more than 2^24 values', (m) => {
      Object.assign(m.input, { width: 2 ** 13, height: 2 ** 12 });
      delete m.layers[0].inFeatures;
    }),
    wrong('a JPEG named after its layer, and named by another', (m) => {
      delete m.layers[2].weight.jpeg;
      m.layers[0].weight.jpeg = 'b.jpg';
    }),
    wrong('two layers in one JPEG', (m) => Object.assign(m.layers[2].weight, { jpeg: 'a.jpg' })),
    wrong('too few labels', (m) => m.labels.pop()),
    wrong('too many labels', (m) => m.labels.push('maybe')),
    wrong('tiles of another size than the inputs', (m) =>
      Object.assign(m.layers[0].weight.tile, { width: 5 }),
    ),
    wrong('more tiles a row than tiles', (m) => Object.assign(m.layers[0].weight, { tilesPerRow: 4 })),
    wrong('a number for the scale, a tensor for the offset', (m) =>
      Object.assign(m.layers[0].weight.affineMap, { scale: 1 }),
    ),
    wrong('a tensor for the scale, a number for the offset', (m) =>
      Object.assign(m.layers[0].weight.affineMap, { offset: 1 }),
    ),
    wrong('one tensor in two shapes', (m) => Object.assign(m.layers[4].bias, { tensor: 'a.bias' })),
    wrong('a matrix wider than a JPEG', (m) => {
      m.input = { kind: 'vector', length: 65_536 };
      m.layers[2].inFeatures = 65_536;
      m.layers.splice(0, 2);
    }),
    wrong('a matrix higher than a JPEG', (m) => Object.assign(m.layers[2], { outFeatures: 65_536 })),
    [
      'a contact sheet wider than a JPEG',
      'unsupported',
      'SHEET_TOO_LARGE',
      withManifest((m) => {
        m.layers[0].outFeatures = 4096;
        m.layers[0].weight.tilesPerRow = 4096;
      }),
    ],
    chain('no linear layer', 'softmax'),
    chain('a ReLU first', 'relu', 'linear', 'linear', 'linear'),
    chain('two ReLUs', 'linear', 'relu', 'relu', 'linear', 'linear'),
    chain('a softmax in the middle', 'linear', 'softmax', 'linear', 'linear'),
    chain('a ReLU after a softmax', 'linear', 'linear', 'linear', 'softmax', 'relu'),
    chain('two softmaxes', 'linear', 'linear', 'linear', 'softmax', 'softmax'),
  ]);

  test('two layers may share a tensor of one shape', () => {
    const file = withManifest((m) => {
      m.layers[0].weight.affineMap.offset = { tensor: 'a.bias' };
    });
    expect(readWjz(file).manifest.layers[0]).toMatchObject({ bias: { tensor: 'a.bias' } });
  });
});

describe('entries', () => {
  const [manifest, a, b, tensors] = fullEntries();
  refuses([
    ['no manifest', 'corrupt', 'WJZ_NO_MANIFEST', withEntries({ 'model.json': undefined })],
    ['the manifest not first', 'corrupt', 'WJZ_NO_MANIFEST', buildZip([a, manifest, b, tensors])],
    ['a JPEG that is not there', 'corrupt', 'WJZ_MISSING_ENTRY', withEntries({ 'b.jpg': undefined })],
    ['no tensors', 'corrupt', 'WJZ_MISSING_ENTRY', withEntries({ 'dense.safetensors': undefined })],
    [
      'a JPEG that the manifest does not name',
      'corrupt',
      'WJZ_EXTRA_ENTRY',
      withEntries({ 'c.jpg': { content: a.content } }),
    ],
    ['any other entry', 'corrupt', 'WJZ_EXTRA_ENTRY', withEntries({ README: { content: text('hello') } })],
    [
      'a JPEG whose name differs by case',
      'corrupt',
      'WJZ_MISSING_ENTRY',
      buildZip([manifest, { ...a, name: 'A.jpg' }, b, tensors]),
    ],
    ['a deflated JPEG', 'corrupt', 'WJZ_JPEG_METHOD', withEntries({ 'a.jpg': { method: 8 } })],
  ]);

  test('the order of the entries after the first is free', () => {
    expect(readWjz(buildZip([manifest, tensors, b, a]))).toMatchObject({ manifest: FULL });
  });
});

describe('tensors', () => {
  const brain: Tensor = { dtype: 'BF16', shape: [3], data: new Uint8Array(6) };
  const bytes: Tensor = { dtype: 'U8', shape: [3], data: new Uint8Array(3) };
  const half = (...values: number[]): Tensor =>
    fromFloat32(Float32Array.from(values), [values.length], 'F16');
  refuses([
    ['a bias that is not there', 'corrupt', 'WJZ_MISSING_TENSOR', withTensors({ 'a.bias': undefined })],
    ['scales that are not there', 'corrupt', 'WJZ_MISSING_TENSOR', withTensors({ 'a.scale': undefined })],
    ['weights that are not there', 'corrupt', 'WJZ_MISSING_TENSOR', withTensors({ 'c.weight': undefined })],
    ['a bias too short', 'corrupt', 'WJZ_TENSOR_SHAPE', withTensors({ 'a.bias': floats(1, 2) })],
    ['offsets too many', 'corrupt', 'WJZ_TENSOR_SHAPE', withTensors({ 'a.offset': floats(1, 2, 3, 4) })],
    [
      'weights the other way round',
      'corrupt',
      'WJZ_TENSOR_SHAPE',
      withTensors({ 'c.weight': { ...(fullContent().tensors.get('c.weight') as Tensor), shape: [10, 2] } }),
    ],
    [
      'weights in one dimension',
      'corrupt',
      'WJZ_TENSOR_SHAPE',
      withTensors({ 'c.weight': { ...(fullContent().tensors.get('c.weight') as Tensor), shape: [20] } }),
    ],
    ['float64', 'unsupported', 'WJZ_TENSOR_TYPE', withTensors({ 'a.bias': doubles(1, 2, 3) })],
    ['bfloat16', 'unsupported', 'WJZ_TENSOR_TYPE', withTensors({ 'a.bias': brain })],
    ['unsigned bytes', 'unsupported', 'WJZ_TENSOR_TYPE', withTensors({ 'a.bias': bytes })],
    ['NaN in a bias', 'corrupt', 'WJZ_NOT_FINITE', withTensors({ 'a.bias': floats(1, NaN, 3) })],
    ['NaN at the start', 'corrupt', 'WJZ_NOT_FINITE', withTensors({ 'a.bias': floats(NaN, 2, 3) })],
    ['infinity in weights', 'corrupt', 'WJZ_NOT_FINITE', withTensors({ 'c.bias': floats(1, -Infinity) })],
    ['infinity in float16', 'corrupt', 'WJZ_NOT_FINITE', withTensors({ 'a.offset': half(0, 0, Infinity) })],
    ['NaN for a scale', 'corrupt', 'WJZ_NOT_FINITE', withTensors({ 'a.scale': floats(1, NaN, 1) })],
    ['a scale of 0', 'corrupt', 'WJZ_SCALE', withTensors({ 'a.scale': floats(1, 1, 0) })],
    ['a scale of 0 at the start', 'corrupt', 'WJZ_SCALE', withTensors({ 'a.scale': floats(0, 1, 1) })],
    ['a negative scale', 'corrupt', 'WJZ_SCALE', withTensors({ 'a.scale': half(1, -1, 1) })],
    [
      'no safetensors',
      'corrupt',
      'SAFETENSORS_TRUNCATED',
      withEntries({ 'dense.safetensors': { content: text('x') } }),
    ],
  ]);

  test('a tensor that the manifest does not name is ignored, whatever is in it', () => {
    expect(readWjz(withTensors({ more: doubles(NaN) })).manifest).toEqual(FULL);
  });
});

describe('JPEGs', () => {
  const jpeg = greyJpeg(32, 16);
  const withJpeg = (content: Uint8Array): Uint8Array => withEntries({ 'a.jpg': { content } });
  const twelveBit = jpeg.slice();
  const frame = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0);
  twelveBit[frame + 1] = 0xc1;
  twelveBit[frame + 4] = 12;
  const lossless = jpeg.slice();
  lossless[frame + 1] = 0xc3;
  refuses([
    ['too wide', 'corrupt', 'WJZ_JPEG_SIZE', withJpeg(greyJpeg(40, 16))],
    ['too narrow by one sample', 'corrupt', 'WJZ_JPEG_SIZE', withJpeg(greyJpeg(31, 16))],
    ['too low', 'corrupt', 'WJZ_JPEG_SIZE', withJpeg(greyJpeg(32, 15))],
    ['the other way round', 'corrupt', 'WJZ_JPEG_SIZE', withJpeg(greyJpeg(16, 32))],
    [
      'a matrix in whole blocks',
      'corrupt',
      'WJZ_JPEG_SIZE',
      withEntries({ 'b.jpg': { content: greyJpeg(8, 16) } }),
    ],
    ['in colour', 'corrupt', 'WJZ_JPEG_COLOUR', withJpeg(greyJpeg(32, 16, 3))],
    ['of two components', 'corrupt', 'WJZ_JPEG_COLOUR', withJpeg(greyJpeg(32, 16, 2))],
    ['12-bit', 'unsupported', 'JPEG_UNSUPPORTED_PRECISION', withJpeg(twelveBit)],
    ['lossless', 'unsupported', 'JPEG_UNSUPPORTED_PROCESS', withJpeg(lossless)],
    ['no JPEG', 'corrupt', 'JPEG_SIGNATURE', withJpeg(text('\x89PNG'))],
    ['empty', 'corrupt', 'JPEG_EMPTY', withJpeg(new Uint8Array())],
    ['cut off before its frame', 'corrupt', 'JPEG_TRUNCATED', withJpeg(jpeg.subarray(0, 20))],
  ]);

  test('the error says which JPEG it is', () => {
    expectRefusal(() => readWjz(withJpeg(text('GIF89a'))), 'corrupt', 'JPEG_SIGNATURE', /'a\.jpg'/);
  });
});

describe('limits', () => {
  /** The last layer, a tensor, has 600 weights, more than any sheet has samples. */
  const wideTensor = withManifest((m) => {
    m.layers[4].outFeatures = 60;
    delete m.labels;
  });
  const file = withEntries({});
  const tall = (sides: number): Uint8Array =>
    withManifest((m) => {
      m.input = { kind: 'vector', length: sides };
      m.layers = [{ ...m.layers[2], inFeatures: sides, outFeatures: sides }];
      delete m.labels;
    });
  refuses([
    ['layers', 'limit', 'MANIFEST_LIMIT', file, { maxLayers: 5 }],
    ['weights of a layer', 'limit', 'MANIFEST_LIMIT', file, { maxLayerWeights: 71 }],
    ['weights of a layer that is no JPEG', 'limit', 'MANIFEST_LIMIT', wideTensor, { maxLayerWeights: 599 }],
    ['as many as the limit', 'corrupt', 'WJZ_TENSOR_SHAPE', wideTensor, { maxLayerWeights: 600 }],
    // Layer a has 72 weights, but its sheet has 512 samples; b has 30 weights in 128 samples.
    ['samples of a contact sheet', 'limit', 'MANIFEST_LIMIT', file, { maxLayerWeights: 511 }],
    [
      'samples of a matrix in whole blocks',
      'limit',
      'MANIFEST_LIMIT',
      withManifest((m) => {
        m.input = { kind: 'vector', length: 3 };
        m.layers.splice(0, 2);
      }),
      { maxLayerWeights: 127 },
    ],
    [
      'layers above the default',
      'limit',
      'MANIFEST_LIMIT',
      withManifest((m) => {
        m.layers = Array.from({ length: 1001 }, () => ({ type: 'relu' }));
      }),
    ],
    ['weights above the default', 'limit', 'MANIFEST_LIMIT', tall(11_586)],
    ['samples of a JPEG above the default of its decoder', 'limit', 'JPEG_TOO_LARGE', buildZip(hugeMatrix())],
  ]);

  test('what is just within them is read', () => {
    expect(readWjz(file, { maxLayers: 6, maxLayerWeights: 512 }).manifest).toEqual(FULL);
  });

  /** 8200 × 8200 is below 2^27, and above 2^26. */
  function hugeMatrix(): RawEntry[] {
    const manifest = altered((m) => {
      m.input = { kind: 'vector', length: 8200 };
      m.layers = [{ ...m.layers[2], inFeatures: 8200, outFeatures: 8200 }];
      delete m.labels;
    });
    const jpeg = greyJpeg(8, 8);
    const frame = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0);
    jpeg.set([8200 >> 8, 8200 & 255, 8200 >> 8, 8200 & 255], frame + 5);
    return [
      { name: 'model.json', content: text(JSON.stringify(manifest)) },
      { name: 'b.jpg', content: jpeg },
    ];
  }
});

describe('the writer refuses what no reader would take', () => {
  const full = fullContent();
  const cases: [rule: string, kind: ErrorKind, code: string, content: WjzContent][] = [
    [
      'a manifest of the wrong structure',
      'corrupt',
      'MANIFEST_FIELD',
      { ...full, manifest: altered((m) => delete m.input) },
    ],
    [
      'an inconsistent manifest',
      'corrupt',
      'MANIFEST_INCONSISTENT',
      { ...full, manifest: altered((m) => m.labels.pop()) },
    ],
    [
      'a JPEG that is not given',
      'misuse',
      'WJZ_MISSING_ENTRY',
      { ...full, jpegs: new Map([['a.jpg', greyJpeg(32, 16)]]) },
    ],
    [
      'a JPEG of another size',
      'corrupt',
      'WJZ_JPEG_SIZE',
      { ...full, jpegs: new Map([...full.jpegs, ['b.jpg', greyJpeg(8, 8)]]) },
    ],
    [
      'a tensor that is not given',
      'corrupt',
      'WJZ_MISSING_TENSOR',
      { ...full, tensors: changedTensors({ 'a.bias': undefined }) },
    ],
    [
      'a tensor of another type',
      'unsupported',
      'WJZ_TENSOR_TYPE',
      { ...full, tensors: changedTensors({ 'a.bias': doubles(1, 2, 3) }) },
    ],
    [
      'a scale of 0',
      'corrupt',
      'WJZ_SCALE',
      { ...full, tensors: changedTensors({ 'a.scale': floats(0, 1, 2) }) },
    ],
    [
      'a manifest of over a mebibyte',
      'limit',
      'ZIP_ENTRY_SIZE',
      {
        ...full,
        manifest: altered((m) => {
          m.origin.settings = Object.fromEntries(
            Array.from({ length: 200 }, (_, k) => [`s${k}`, 'x'.repeat(6000)]),
          );
        }),
      },
    ],
  ];
  test.each(cases.map(([rule, kind, code, content]) => ({ rule, kind, code, content })))(
    '$rule: $code',
    ({ kind, code, content }) => {
      expectRefusal(() => writeWjz(content), kind, code);
    },
  );
});

test('a matrix may be as long as a JPEG', () => {
  const manifest = (outFeatures: number) =>
    altered((m) => {
      m.layers[2].outFeatures = outFeatures;
      m.layers[4].inFeatures = outFeatures;
    });
  expect(checkManifest(manifest(65535), DEFAULT_LIMITS).jpegs.get('b.jpg')).toEqual({
    width: 3,
    height: 65535,
  });
  expectRefusal(
    () => checkManifest(manifest(65536), DEFAULT_LIMITS),
    'corrupt',
    'MANIFEST_INCONSISTENT',
    /65535 samples per side/,
  );
});
