import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../../src/errors.ts';
import { isNetworkPicture, joinParts, withParts } from '../../../src/format/picture/parts.ts';
import { readWjz } from '../../../src/format/read.ts';
import { writeModel } from '../../../src/format/write-model.ts';
import { type CoefficientImage, decodeCoefficients, encodeCoefficients } from '../../../src/jpeg/index.ts';
import { greyJpeg } from '../contents.ts';
import type { Alterable } from '../manifests.ts';
import { expectFileRefused } from '../refusal.ts';
import { concat } from '../zip-builder.ts';
import {
  bodyOf,
  contentOf,
  smallPicture,
  withBody,
  withContent,
  withoutParts,
  withPayload,
} from './pictures.ts';

const good = smallPicture();
const payload = joinParts(good);
const { manifest, tensors } = contentOf(good);
const stream = withoutParts(good);

/** A part: number, count, content. */
const part = (number: number, count: number, data: Uint8Array): Uint8Array => {
  const length = 10 + data.length;
  const name = new TextEncoder().encode('wjpeg\0');
  return concat(
    Uint8Array.of(0xff, 0xe9, length >> 8, length & 255),
    name,
    Uint8Array.of(number, count),
    data,
  );
};

/** The picture with those segments behind SOI. */
const withSegments = (...segments: Uint8Array[]): Uint8Array =>
  concat(stream.subarray(0, 2), ...segments, stream.subarray(2));

/** The picture with other coefficients or another table, its parts unchanged. */
function altered(change: (image: Alterable) => void): Uint8Array {
  const image = structuredClone(decodeCoefficients(good)) as CoefficientImage;
  change(image);
  return withParts(encodeCoefficients(image), payload);
}

const half = Math.floor(payload.length / 2);
const [first, second] = [payload.subarray(0, half), payload.subarray(half)];

test('parts in their order are read, whatever else stands between them', () => {
  const jfif = Uint8Array.of(0xff, 0xe0, 0, 4, 1, 2);
  const comment = Uint8Array.of(0xff, 0xff, 0xfe, 0, 3, 65);
  const others = Uint8Array.of(0xff, 0xe9, 0, 5, 65, 66, 67);
  const picture = withSegments(jfif, others, part(1, 2, first), comment, part(2, 2, second));
  expect(readWjz(picture).manifest).toEqual(readWjz(good).manifest);
});

const deflated = (body: Uint8Array): Uint8Array => withBody(good, 2, deflateSync(body));
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const changed = (change: (manifest: Alterable) => void): Uint8Array => {
  const copy = structuredClone(manifest);
  change(copy);
  return withContent(good, copy, tensors);
};

const CASES: readonly (readonly [
  string,
  Uint8Array,
  kind: 'corrupt' | 'unsupported' | 'limit',
  code: string,
])[] = [
  ['an ordinary picture', greyJpeg(32, 16), 'corrupt', 'MODEL_NO_NETWORK'],
  ['its metadata removed', stream, 'corrupt', 'MODEL_NO_NETWORK'],
  ['SOI alone', Uint8Array.of(0xff, 0xd8), 'corrupt', 'MODEL_NO_NETWORK'],
  [
    'an identifier that is cut',
    withSegments(Uint8Array.of(0xff, 0xe9, 0, 6, 0x77, 0x6a, 0x70, 0x65)),
    'corrupt',
    'MODEL_NO_NETWORK',
  ],
  ['a part missing at the end', withSegments(part(1, 2, first)), 'corrupt', 'MODEL_PARTS'],
  ['a part missing at the start', withSegments(part(2, 2, second)), 'corrupt', 'MODEL_PARTS'],
  [
    'a part twice',
    withSegments(part(1, 2, first), part(1, 2, first), part(2, 2, second)),
    'corrupt',
    'MODEL_PARTS',
  ],
  ['parts out of order', withSegments(part(2, 2, second), part(1, 2, first)), 'corrupt', 'MODEL_PARTS'],
  ['two networks', withSegments(part(1, 1, payload), part(1, 1, payload)), 'corrupt', 'MODEL_PARTS'],
  [
    'parts that count differently',
    withSegments(part(1, 2, first), part(2, 3, second)),
    'corrupt',
    'MODEL_PARTS',
  ],
  ['part 0', withSegments(part(0, 1, payload)), 'corrupt', 'MODEL_PARTS'],
  [
    'a part without a number',
    withSegments(part(1, 1, payload).fill(9, 3, 4).subarray(0, 10)),
    'corrupt',
    'MODEL_PARTS',
  ],
  ['a payload of 4 bytes', withPayload(good, payload.subarray(0, 4)), 'corrupt', 'MODEL_CONTENT'],
  ['a body of a later kind', withBody(good, 3, bodyOf(good).body), 'unsupported', 'MODEL_VERSION'],
  ['a body that is not deflated', withBody(good, 2, Uint8Array.of(7, 1, 2, 3)), 'corrupt', 'MODEL_CONTENT'],
  ['a body that unpacks without end', deflated(new Uint8Array(2 ** 25)), 'limit', 'MODEL_SIZE'],
  ['no manifest', withBody(good, 1, new Uint8Array()), 'corrupt', 'MANIFEST_JSON'],
  [
    'a manifest of another format',
    changed((m) => {
      m.format = 'x';
    }),
    'corrupt',
    'MANIFEST_FORMAT',
  ],
  [
    'a manifest of version 1',
    changed((m) => {
      m.version = '1.0';
    }),
    'corrupt',
    'MANIFEST_FIELD',
  ],
  [
    'layers that are no array',
    changed((m) => {
      m.layers = 5;
    }),
    'corrupt',
    'MANIFEST_FIELD',
  ],
  [
    'layers that are no objects',
    changed((m) => {
      m.layers = [null, 3, [], 'x'];
    }),
    'corrupt',
    'MANIFEST_FIELD',
  ],
  [
    'an affine map that is none',
    changed((m) => {
      m.layers[0].weight.affineMap = 7;
    }),
    'corrupt',
    'MANIFEST_FIELD',
  ],
  [
    'a name that is none',
    changed((m) => {
      m.layers[0].name = 7;
    }),
    'corrupt',
    'MANIFEST_FIELD',
  ],
  [
    'a component that the picture lacks',
    changed((m) => {
      m.layers[0].weight.component = 1;
    }),
    'corrupt',
    'MANIFEST_INCONSISTENT',
  ],
  [
    'a component that is none',
    changed((m) => {
      m.layers[0].weight.component = '0';
    }),
    'corrupt',
    'MANIFEST_INCONSISTENT',
  ],
  [
    'tensors that end early',
    withContent(good, manifest, tensors.subarray(0, -1)),
    'corrupt',
    'MODEL_CONTENT',
  ],
  ['no tensors', withBody(good, 1, text(manifest)), 'corrupt', 'MODEL_CONTENT'],
  [
    'bytes after the tensors',
    withContent(good, manifest, concat(tensors, Uint8Array.of(0))),
    'corrupt',
    'MODEL_CONTENT',
  ],
  [
    'a tensor of type 3',
    withContent(good, manifest, concat(Uint8Array.of(255), tensors.subarray(1))),
    'corrupt',
    'MODEL_CONTENT',
  ],
  [
    'a tensor of a shape beyond all bounds',
    withContent(good, manifest, concat(Uint8Array.of(40), new Uint8Array(200).fill(0xff))),
    'corrupt',
    'MODEL_CONTENT',
  ],
  [
    'a tensor of another shape',
    withContent(good, manifest, concat(Uint8Array.of(2 << 2, 1, 3), tensors.subarray(1))),
    'corrupt',
    'WJZ_TENSOR_SHAPE',
  ],
  [
    'a sheet cut at the bottom',
    altered((image) => {
      image.height -= 8;
      image.components[0].coefficients = image.components[0].coefficients.slice(
        0,
        -64 * image.components[0].blocksPerRow,
      );
    }),
    'corrupt',
    'MODEL_SHEET',
  ],
  [
    'a sheet narrower than its layers',
    altered((image) => {
      const [component] = image.components;
      const column = component.coefficients.filter(
        (_: number, i: number) => (i >> 6) % component.blocksPerRow === 0,
      );
      image.width = 8;
      component.coefficients = column;
    }),
    'corrupt',
    'MODEL_SHEET',
  ],
  [
    'one coefficient changed',
    altered((image) => {
      image.components[0].coefficients[63] += 1;
    }),
    'corrupt',
    'MODEL_RECOMPRESSED',
  ],
  [
    'one step changed',
    altered((image) => {
      image.components[0].quantization[5] += 1;
    }),
    'corrupt',
    'MODEL_RECOMPRESSED',
  ],
  [
    'another check value',
    withPayload(
      good,
      payload.map((byte, at) => (at === 2 ? byte ^ 1 : byte)),
    ),
    'corrupt',
    'MODEL_RECOMPRESSED',
  ],
  [
    'a larger network than the limit',
    changed((m) => {
      Object.assign(m.input, { width: 4096, height: 4096 });
      m.layers[0].outFeatures = 16;
      m.layers[0].weight.tile = {};
    }),
    'limit',
    'MANIFEST_LIMIT',
  ],
];

describe('a picture is refused', () => {
  test.each(CASES)('%s', async (_, file, kind, code) => {
    await expectFileRefused(file, undefined, kind, code);
  });

  test('wherever it ends early', () => {
    for (let end = 0; end < good.length; end++) {
      expect(() => readWjz(good.subarray(0, end)), `${end} bytes`).toThrow(WjpegError);
    }
  });

  test('whichever byte of the segments is another', () => {
    // Of the lengths, identifiers and all that stands in the payload.
    for (let at = 2; at < 14 + payload.length; at++) {
      const file = good.map((byte, place) => (place === at ? byte ^ 0x10 : byte));
      expect(() => readWjz(file), `byte ${at}`).toThrow(WjpegError);
    }
  });
});

test('what is a network by its segments, right or not, and what is a picture', () => {
  expect(isNetworkPicture(good)).toBe(true);
  expect(isNetworkPicture(good.subarray(0, 20))).toBe(true);
  expect(isNetworkPicture(stream)).toBe(false);
  expect(isNetworkPicture(new Uint8Array())).toBe(false);
  expect(isNetworkPicture(Uint8Array.of(0x50, 0x4b, 3, 4))).toBe(false);
});

test('more than a JPEG can hold beside its coefficients is refused with what to do', () => {
  const jpeg = greyJpeg(8, 8);
  expect(() => withParts(jpeg, new Uint8Array(255 * 65525 + 1))).toThrow(
    expect.objectContaining({ code: 'MODEL_SIZE', message: expect.stringMatching(/write a \.wjz/) }),
  );
  const two = withParts(jpeg, new Uint8Array(65526).fill(5));
  expect(joinParts(two)).toEqual(new Uint8Array(65526).fill(5));
});

test('layers that no sheet can hold are refused', () => {
  const layer = (name: string, inFeatures: number, outFeatures: number) => ({
    type: 'linear' as const,
    name,
    inFeatures,
    outFeatures,
    weight: { jpeg: `${name}.jpg`, layout: 'matrix' as const, affineMap: { scale: 1 } },
  });
  const layers = [layer('a', 8, 65528), layer('b', 65528, 8)];
  const content = {
    manifest: {
      format: 'wjz' as const,
      version: '2.0',
      input: { kind: 'vector' as const, length: 8 },
      layers,
    },
    jpegs: new Map([
      ['a.jpg', greyJpeg(8, 65528)],
      ['b.jpg', greyJpeg(65528, 8)],
    ]),
    tensors: new Map(),
  };
  expect(() => writeModel(content, { file: 'm.jpg' })).toThrow(
    expect.objectContaining({ code: 'SHEET_TOO_LARGE' }),
  );
});
