import { describe, expect, it, test } from 'vitest';
import { WjpegError } from '../../../src/errors.ts';
import { DEFAULT_LIMITS } from '../../../src/format/limits.ts';
import { openPicture } from '../../../src/format/picture/open.ts';
import { joinParts, withParts } from '../../../src/format/picture/parts.ts';
import { writePicture } from '../../../src/format/picture/write.ts';
import { readWjz } from '../../../src/format/read.ts';
import { type CoefficientImage, decodeCoefficients, encodeCoefficients } from '../../../src/jpeg/index.ts';
import { fullContent, greyJpeg } from '../contents.ts';
import { graphContent } from '../graph-contents.ts';
import type { Alterable } from '../manifests.ts';
import { bodyOf, contentOf, payloadOf, smallPicture, withBody, withContent } from './pictures.ts';

const good = smallPicture();
const { manifest, tensors } = contentOf(good);

/** What reading a picture throws. */
function errorOf(picture: Uint8Array): WjpegError {
  try {
    readWjz(picture);
  } catch (error) {
    return error as WjpegError;
  }
  return expect.unreachable('nothing was refused');
}

/** The picture with another sheet, and the check value that belongs to it. */
function withSheet(change: (image: Alterable) => void): Uint8Array {
  const image = structuredClone(decodeCoefficients(good)) as CoefficientImage;
  change(image);
  const jpeg = encodeCoefficients(image);
  const { kind, body } = bodyOf(good);
  return withParts(jpeg, payloadOf(kind, body, decodeCoefficients(jpeg).components));
}

describe('a picture that is cut off', () => {
  const scan = good.findIndex((byte, at) => byte === 0xff && good[at + 1] === 0xda);

  it.each([
    ['in its headers', scan - 20],
    ['in its data', good.length - 20],
    ['before its end', good.length - 2],
  ])('%s: that is said, with what to do', (_, length) => {
    const error = errorOf(good.subarray(0, length));
    expect(error).toBeInstanceOf(WjpegError);
    expect(error).toMatchObject({ kind: 'corrupt', code: 'JPEG_TRUNCATED' });
    const cause = error.cause as WjpegError;
    expect(cause).toMatchObject({ kind: 'corrupt', code: 'JPEG_TRUNCATED', offset: expect.any(Number) });
    expect(error.message).toBe(`${cause.message}: the file is cut off, download or copy it again`);
    expect(error.offset).toBe(cause.offset);
  });

  it('no other error says so', () => {
    for (const picture of [greyJpeg(8, 8), withBody(good, 1, new Uint8Array()), new Uint8Array(3)]) {
      const error = errorOf(picture);
      expect(error.code).not.toBe('JPEG_TRUNCATED');
      expect(error.message).not.toContain('cut off');
    }
  });
});

describe('limits', () => {
  const opened = (limits = {}, jpegLimits = {}) =>
    openPicture(good, { ...DEFAULT_LIMITS, ...limits }, jpegLimits, true);
  const { width, height } = decodeCoefficients(good);

  it('of the JPEG are those of the caller', async () => {
    expect((await opened({}, { maxSamples: width * height })).container).toBe('jpeg');
    await expect(opened({}, { maxSamples: width * height - 1 })).rejects.toMatchObject({
      ...{ kind: 'limit', code: 'JPEG_TOO_LARGE' },
    });
  });

  it('of the manifest and of layers are those of the caller', async () => {
    const { length } = new TextEncoder().encode(JSON.stringify(manifest));
    expect((await opened({ maxManifestBytes: length })).container).toBe('jpeg');
    await expect(opened({ maxManifestBytes: length - 1 })).rejects.toMatchObject({ kind: 'limit' });
    await expect(opened({ maxLayers: 2 })).rejects.toMatchObject({ kind: 'limit', code: 'MANIFEST_LIMIT' });
  });
});

describe('what has changed', () => {
  it('is told by the check value', () => {
    const image = decodeCoefficients(good);
    image.components[0].coefficients[0] += 1;
    const picture = withParts(encodeCoefficients(image), joinParts(good));
    expect(errorOf(picture)).toMatchObject({
      ...{ kind: 'corrupt', code: 'MODEL_RECOMPRESSED' },
      message:
        'this JPEG no longer is the network that it was: its coefficients have changed; it was recompressed or edited ' +
        '(as messengers and picture editors do): use the original file',
    });
  });

  it('is not looked for in a picture of which scans are missing', async () => {
    const image = decodeCoefficients(good);
    image.components[0].coefficients[0] += 1;
    const picture = withParts(encodeCoefficients(image), joinParts(good));
    const file = await openPicture(picture, DEFAULT_LIMITS, undefined, false);
    expect(file.manifest).toEqual(readWjz(good).manifest);
    await expect(openPicture(picture, DEFAULT_LIMITS, undefined, true)).rejects.toMatchObject({
      code: 'MODEL_RECOMPRESSED',
    });
  });
});

describe('a sheet of another size than its network takes', () => {
  const { width, height } = decodeCoefficients(good);

  it.each<[what: string, change: (image: Alterable) => void, size: string]>([
    [
      'cut at the right, within a block',
      (image) => {
        image.width -= 1;
      },
      `${width - 1}×${height}`,
    ],
    [
      'cut at the bottom, within a block',
      (image) => {
        image.height -= 7;
      },
      `${width}×${height - 7}`,
    ],
    [
      'with a row of blocks more',
      (image) => {
        const [component] = image.components;
        image.height += 8;
        component.coefficients = Int16Array.of(...component.coefficients, ...new Array(8 * width).fill(0));
      },
      `${width}×${height + 8}`,
    ],
    [
      'with a component of fewer samples',
      (image) => {
        const [component] = image.components;
        const half = Math.ceil(width / 16) * Math.ceil(height / 8) * 64;
        image.components = [
          { ...component, horizontalSampling: 2 },
          { ...component, id: 2, coefficients: new Int16Array(half) },
          { ...component, id: 3, coefficients: new Int16Array(half) },
        ];
      },
      `${width}×${height}`,
    ],
    [
      'with a component of fewer rows of samples',
      (image) => {
        const [component] = image.components;
        const half = Math.ceil(width / 8) * Math.ceil(height / 16) * 64;
        image.components = [
          { ...component, verticalSampling: 2 },
          { ...component, id: 2, verticalSampling: 2 },
          { ...component, id: 3, coefficients: new Int16Array(half) },
        ];
      },
      `${width}×${height}`,
    ],
  ])('%s', (_, change, size) => {
    expect(errorOf(withSheet(change))).toMatchObject({
      ...{ kind: 'corrupt', code: 'MODEL_SHEET' },
      message: expect.stringContaining(`it is ${size}, expected ${width}×${height} without subsampling`),
    });
  });
});

describe('what a manifest says of tensors', () => {
  const changed = (change: (copy: Alterable) => void): Uint8Array => {
    const copy = structuredClone(manifest);
    change(copy);
    return withContent(good, copy, tensors);
  };

  // The first tensor is the scale of the first layer: a byte, and three numbers.
  it.each<[what: string, byte: number, code: string, message: string]>([
    ['scales of zero', 0, 'WJZ_SCALE', "tensor 'a.scale' is not positive at element 0"],
    ['numbers that are none', 255, 'WJZ_NOT_FINITE', "tensor 'a.scale' is not finite at element 0"],
  ])('is checked: %s', (_, byte, code, message) => {
    expect(errorOf(withContent(good, manifest, tensors.slice().fill(byte, 1, 13)))).toMatchObject({
      ...{ kind: 'corrupt', code },
      message: expect.stringContaining(message),
    });
  });

  it('is checked: a graph whose labels are not as many as its outputs', () => {
    const picture = writePicture(graphContent());
    expect(readWjz(picture).manifest.outputs).toEqual(['c', 'sum']);
    const content = contentOf(picture);
    content.manifest.labels.push('more');
    expect(errorOf(withContent(picture, content.manifest, content.tensors))).toMatchObject({
      ...{ kind: 'corrupt', code: 'MANIFEST_INCONSISTENT' },
      message: expect.stringContaining("4 labels, expected 3, one per element of 'c'"),
    });
  });

  it('is checked: components', () => {
    const picture = changed((copy) => {
      copy.layers[2].weight.component = 2;
    });
    expect(errorOf(picture)).toMatchObject({
      code: 'MANIFEST_INCONSISTENT',
      message: expect.stringContaining("layer 'b' lies in component 2, the picture has 1"),
    });
  });
});

describe('what is read', () => {
  it('has its bytes in entries, stored or deflated', () => {
    const names = (picture: Uint8Array): string[] => readWjz(picture).entries.map(({ name }) => name);
    const rest = ['quantization tables', 'entropy coding tables', 'coefficients', 'markers and check value'];
    const stored = withContent(good, manifest, tensors);
    const [json, data] = readWjz(stored).entries;
    const text = JSON.stringify(manifest);
    expect(json).toEqual({ name: 'model.json', bytes: text.length, compressedBytes: text.length + 1 });
    expect(data).toEqual({ name: 'tensors', bytes: tensors.length, compressedBytes: tensors.length });
    expect(names(stored).slice(2)).toEqual(rest);
    const { kind, body } = bodyOf(good);
    expect(kind).toBe(2);
    const [both] = readWjz(good).entries;
    expect(both).toEqual({
      name: 'model.json and tensors',
      bytes: text.length + tensors.length,
      compressedBytes: body.length,
    });
    expect(names(good).slice(1)).toEqual(rest);
  });

  it('has layers that lie in components of their own', () => {
    const content = fullContent();
    const image = decodeCoefficients(content.jpegs.get('b.jpg') as Uint8Array);
    const quantization = Uint16Array.from({ length: 64 }, (_, k) => 3 + (k % 2));
    const components = image.components.map((component) => ({ ...component, quantization }));
    const other = encodeCoefficients({ ...image, components });
    const picture = writePicture({ ...content, jpegs: new Map([...content.jpegs, ['b.jpg', other]]) });
    expect(decodeCoefficients(picture).components).toHaveLength(3);
    const file = readWjz(picture);
    expect(decodeCoefficients(file.jpegs.get('b.jpg') as Uint8Array)).toEqual(decodeCoefficients(other));
  });

  test.each([
    ['a chain', fullContent],
    ['a graph', graphContent],
  ])('has the layers of %s as JPEGs of their own, sequential and with Huffman codes', (_, content) => {
    const { jpegs } = content();
    const file = readWjz(writePicture(content(), { entropy: 'arithmetic', conditioning: 'default' }));
    expect([...file.jpegs.keys()]).toEqual([...jpegs.keys()]);
    expect(file.container).toBe('jpeg');
    for (const [name, jpeg] of file.jpegs) {
      const own = decodeCoefficients(jpeg);
      expect(own.process).toBe('baseline');
      expect(own.components).toHaveLength(1);
      expect(own.components[0]).toMatchObject({ id: 1, horizontalSampling: 1, verticalSampling: 1 });
      // As small as it can be: with codes of its own, without restart markers.
      expect(encodeCoefficients(own)).toEqual(jpeg);
      const given = decodeCoefficients(jpegs.get(name) as Uint8Array);
      expect(own.components[0].quantization).toEqual(given.components[0].quantization);
    }
    const given = decodeCoefficients(jpegs.get('b.jpg') as Uint8Array);
    expect(decodeCoefficients(file.jpegs.get('b.jpg') as Uint8Array)).toEqual(given);
  });
});
