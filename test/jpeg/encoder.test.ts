import { describe, expect, test } from 'vitest';
import { decodeCoefficients, type EncoderComponent, encodeCoefficients } from '../../src/jpeg/index.ts';
import { fixture } from './fixtures.ts';

function component(changes: Partial<EncoderComponent> = {}): EncoderComponent {
  return {
    id: 1,
    horizontalSampling: 1,
    verticalSampling: 1,
    quantization: new Uint16Array(64).fill(1),
    coefficients: new Int16Array(64),
    ...changes,
  };
}

/** Codes of the markers of a stream, in order, without restart markers. */
function markers(jpeg: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at + 1 < jpeg.length; at++) {
    const code = jpeg[at + 1];
    if (jpeg[at] !== 0xff || code === 0 || code === 0xff || (code >= 0xd0 && code <= 0xd7)) continue;
    found.push(code);
    if (code !== 0xd8 && code !== 0xd9) at += 1 + jpeg[at + 2] * 256 + jpeg[at + 3];
  }
  return found;
}

describe('what is written', () => {
  test('a grey picture: SOI, DQT, SOF0, DHT, SOS, EOI and nothing else', () => {
    const jpeg = encodeCoefficients({ width: 8, height: 8, components: [component()] });
    expect(markers(jpeg)).toEqual([0xd8, 0xdb, 0xc0, 0xc4, 0xda, 0xd9]);
    // 2 + 69 + 13 + (4 + 2 · 18) + 10 + 1 + 2: an empty block takes two bits.
    expect(jpeg.length).toBe(137);
  });

  test('DRI with a restart interval, APP14 with an Adobe transform, SOF1 with a large table entry', () => {
    const quantization = new Uint16Array(64).fill(256);
    const image = { width: 8, height: 8, components: [component({ quantization })], adobeTransform: 0 };
    expect(markers(encodeCoefficients(image, { restartInterval: 1 }))).toEqual([
      0xd8, 0xee, 0xdb, 0xc1, 0xc4, 0xdd, 0xda, 0xd9,
    ]);
  });

  test('one scan for components of up to 10 blocks an MCU, a scan each for more', () => {
    const image = (sampling: number) => {
      const components = [1, 2, 3].map((id) => {
        const factor = id === 1 ? sampling : 1;
        const coefficients = new Int16Array(id === 1 ? sampling * sampling * 64 : 64);
        return component({ id, horizontalSampling: factor, verticalSampling: factor, coefficients });
      });
      return { width: 8 * sampling, height: 8 * sampling, components };
    };
    const scans = (sampling: number) =>
      markers(encodeCoefficients(image(sampling))).filter((code) => code === 0xda).length;
    expect([1, 2, 3, 4].map(scans)).toEqual([1, 1, 3, 3]);
  });

  test('equal quantisation tables are written once', () => {
    const components = [1, 2, 3].map((id) => component({ id }));
    const once = encodeCoefficients({ width: 8, height: 8, components });
    const [first, ...others] = components;
    const different = { ...first, quantization: new Uint16Array(64).fill(2) };
    const twice = encodeCoefficients({ width: 8, height: 8, components: [different, ...others] });
    expect(twice.length - once.length).toBe(65);
  });

  test('the same image gives the same bytes', () => {
    const image = decodeCoefficients(fixture('colour-420.jpg'));
    expect(encodeCoefficients(image)).toEqual(encodeCoefficients(image));
  });
});

describe('misuse', () => {
  const refused = (image: Parameters<typeof encodeCoefficients>[0], restartInterval = 0) =>
    expect(() => encodeCoefficients(image, { restartInterval }));
  const size = { width: 8, height: 8 };
  const misuse = (message: RegExp, code = 'JPEG_ENCODE') =>
    expect.objectContaining({ kind: 'misuse', code, message: expect.stringMatching(message) });

  test.each([0, 65536, 1.5, Number.NaN])('width %s', (width) => {
    refused({ width, height: 8, components: [component()] }).toThrowError(misuse(/width/));
  });

  test.each([0, 65536])('height %s', (height) => {
    refused({ width: 8, height, components: [component()] }).toThrowError(misuse(/height/));
  });

  test.each([0, 5])('%i components', (count) => {
    const components = Array.from({ length: count }, (_, id) => component({ id }));
    refused({ ...size, components }).toThrowError(misuse(/number of components/));
  });

  test.each([
    ['id 256', { id: 256 }, /components\[0\]\.id/],
    ['sampling 0', { horizontalSampling: 0 }, /sampling/],
    ['sampling 5', { verticalSampling: 5 }, /sampling/],
    ['63 table entries', { quantization: new Uint16Array(63).fill(1) }, /64 entries/],
    ['a table entry of 0', { quantization: new Uint16Array(64) }, /from 1 up/],
    [
      'too few coefficients',
      { coefficients: new Int16Array(63) },
      /expected 1×1 blocks, 64 coefficients, got 63/,
    ],
    [
      'too many coefficients',
      { coefficients: new Int16Array(128) },
      /expected 1×1 blocks, 64 coefficients, got 128/,
    ],
  ] as const)('%s', (_, changes, message) => {
    refused({ ...size, components: [component(changes)] }).toThrowError(misuse(message));
  });

  test('the same id twice', () => {
    refused({ ...size, components: [component(), component()] }).toThrowError(misuse(/id 1 occurs twice/));
  });

  test('an Adobe transform that does not exist', () => {
    refused({ ...size, components: [component()], adobeTransform: 3 }).toThrowError(misuse(/adobeTransform/));
  });

  test.each([-1, 65536, 0.5])('restart interval %s', (restartInterval) => {
    refused({ ...size, components: [component()] }, restartInterval).toThrowError(misuse(/restartInterval/));
  });

  test.each([1024, -1024, 32767, -32768])('an AC coefficient of %i', (value) => {
    const coefficients = new Int16Array(64);
    coefficients[63] = value;
    refused({ ...size, components: [component({ coefficients })] }).toThrowError(
      misuse(new RegExp(`component 1, block 0: coefficient 63 .* is ${value},`), 'JPEG_COEFFICIENT_RANGE'),
    );
  });

  test.each([2048, -2048])('a DC difference of %i', (difference) => {
    const coefficients = new Int16Array(128);
    coefficients[0] = -difference / 2;
    coefficients[64] = difference / 2;
    refused({ width: 16, height: 8, components: [component({ coefficients })] }).toThrowError(
      misuse(new RegExp(`block 1: DC difference is ${difference},`), 'JPEG_COEFFICIENT_RANGE'),
    );
  });
});
