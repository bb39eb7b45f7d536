import { describe, expect, test } from 'vitest';
import {
  decodeCoefficients,
  type EncoderComponent,
  encodeCoefficients,
  type JpegEncodeOptions,
  type ProgressiveScan,
} from '../../src/jpeg/index.ts';
import { greyRow } from './any-image.ts';
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

  test('SOF1 where one component of several has a large table entry', () => {
    const large = component({ id: 2, quantization: new Uint16Array(64).fill(256) });
    for (const components of [
      [component(), large],
      [large, component()],
    ]) {
      const jpeg = encodeCoefficients({ width: 8, height: 8, components });
      expect(markers(jpeg)).toContain(0xc1);
      expect(decodeCoefficients(jpeg).components.map(({ quantization }) => quantization[0])).toEqual(
        components.map(({ quantization }) => quantization[0]),
      );
    }
  });

  test('Cb and Cr are coded with tables of their own where Y is different', () => {
    const blocks = 200;
    const components = [0, 1, 2, 3].map((index) => {
      const isChroma = index === 1 || index === 2;
      const coefficients = new Int16Array(blocks * 64).map((_, at) => {
        const k = at % 64;
        if (isChroma) return k === 9 ? 100 + (at % 7) : 0;
        return k > 0 && k < 6 ? 1 + ((at * at) % 3) : 0;
      });
      return component({ id: index + 1, coefficients });
    });
    const jpeg = encodeCoefficients({ width: blocks * 8, height: 8, components });
    // SOS says who uses which.
    const sos = jpeg.findIndex((byte, index) => byte === 0xff && jpeg[index + 1] === 0xda);
    expect([...jpeg.subarray(sos + 4, sos + 13)]).toEqual([4, 1, 0x00, 2, 0x11, 3, 0x11, 4, 0x00]);
    expect(decodeCoefficients(jpeg).components.map(({ coefficients }) => coefficients)).toEqual(
      components.map(({ coefficients }) => coefficients),
    );
  });

  test('a table entry of 255 still is a byte: SOF0', () => {
    const quantization = new Uint16Array(64).fill(255);
    const image = { width: 8, height: 8, components: [component({ quantization })] };
    const jpeg = encodeCoefficients(image);
    expect(markers(jpeg)[2]).toBe(0xc0);
    // A DQT segment of 65 bytes after its length: Pq and Tq, 64 bytes.
    expect([...jpeg.subarray(2, 7)]).toEqual([0xff, 0xdb, 0, 67, 0]);
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

describe('the codings', () => {
  const image = decodeCoefficients(fixture('grey.jpg'));
  const colour = decodeCoefficients(fixture('colour-420.jpg'));
  const encoded = (options: JpegEncodeOptions) => markers(encodeCoefficients(image, options));

  test("'huffman' is the default", () => {
    expect(encodeCoefficients(image, { entropy: 'huffman', progressive: false })).toEqual(
      encodeCoefficients(image),
    );
  });

  test('arithmetic: no tables; DAC only where the conditioning is not the default', () => {
    const plain = [0xd8, 0xdb, 0xc9, 0xda, 0xd9];
    expect(encoded({ entropy: 'arithmetic', conditioning: 'default' })).toEqual(plain);
    const usual = { dcLower: 0, dcUpper: 1, acThreshold: 5 };
    expect(encoded({ entropy: 'arithmetic', conditioning: usual })).toEqual(plain);
    const conditioned = encodeCoefficients(image, {
      entropy: 'arithmetic',
      conditioning: { dcLower: 2, dcUpper: 4, acThreshold: 9 },
    });
    expect(markers(conditioned)).toEqual([0xd8, 0xdb, 0xc9, 0xcc, 0xda, 0xd9]);
    const at = conditioned.findIndex((byte, index) => byte === 0xff && conditioned[index + 1] === 0xcc);
    expect([...conditioned.subarray(at + 2, at + 8)]).toEqual([0, 6, 0x00, 0x42, 0x10, 9]);
  });

  test('arithmetic: a conditioning that pays for its segment is found', () => {
    // Large coefficients at place 1, and at place 4, which the default puts together with it, small ones.
    const { image: row, coefficients } = greyRow(1000);
    for (let block = 0; block < 1000; block++) {
      coefficients[block * 64 + 1] = 200 + ((block * block) % 50);
      coefficients[block * 64 + 9] = 3 + (block % 2);
    }
    const options = { entropy: 'arithmetic' } as const;
    const best = encodeCoefficients(row, options);
    expect(markers(best)).toContain(0xcc);
    expect(decodeCoefficients(best).components[0].coefficients).toEqual(coefficients);
    expect(best.length).toBeLessThan(encodeCoefficients(row, { ...options, conditioning: 'default' }).length);
  });

  test('progressive: DHT and SOS for each scan, no DHT for a later scan of DC', () => {
    const scans: ProgressiveScan[] = [
      { components: [0], spectralStart: 0, spectralEnd: 0, approximationHigh: 0, approximationLow: 1 },
      { components: [0], spectralStart: 1, spectralEnd: 63, approximationHigh: 0, approximationLow: 0 },
      { components: [0], spectralStart: 0, spectralEnd: 0, approximationHigh: 1, approximationLow: 0 },
    ];
    expect(encoded({ scans })).toEqual([0xd8, 0xdb, 0xc2, 0xc4, 0xda, 0xc4, 0xda, 0xda, 0xd9]);
    expect(encoded({ scans, restartInterval: 2 })[3]).toBe(0xdd);
  });

  test('progressive: a run of more blocks than one symbol can stand for', () => {
    const { image: row, coefficients } = greyRow(8191);
    const component = { ...row.components[0], coefficients: new Int16Array(coefficients.length * 5) };
    component.coefficients[component.coefficients.length - 1] = 1;
    const tall = { ...row, height: 40, components: [component] };
    const jpeg = encodeCoefficients(tall, { progressive: true });
    // 40,955 blocks: two runs in each AC scan, and nothing but zeros in the DC.
    expect(jpeg.length).toBeLessThan(40_955 / 8 + 600);
    const back = decodeCoefficients(jpeg).components[0].coefficients;
    expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(component.coefficients.buffer))).toBe(0);
  });

  test('progressive: blocks that are only corrected take a bit a correction, and one run', () => {
    const { image: row, coefficients } = greyRow(200);
    // At the last place: zeros before a correction are no reason for a code either.
    for (let block = 0; block < 200; block++) coefficients[block * 64 + 63] = block % 2 === 0 ? 4 : -5;
    const dc = {
      components: [0],
      spectralStart: 0,
      spectralEnd: 0,
      approximationHigh: 0,
      approximationLow: 0,
    };
    const ac = { ...dc, spectralStart: 1, spectralEnd: 63 };
    const length = (scans: ProgressiveScan[]) => {
      const jpeg = encodeCoefficients(row, { scans });
      expect(decodeCoefficients(jpeg).components[0].coefficients).toEqual(coefficients);
      return jpeg.length;
    };
    const first = { ...ac, approximationLow: 1 };
    const refinement = { ...ac, approximationHigh: 1 };
    // Instead of 200 values of 3 bits, values of 2 bits; then DHT of a symbol, SOS, the run, and 200 bits.
    expect(length([dc, first, refinement])).toBeLessThanOrEqual(length([dc, ac]) + 2 + 20 + 10 + 3);
  });

  test('progressive: DC of several components in two scans, with blocks that only fill up MCUs', () => {
    const image = {
      width: 17,
      height: 9,
      components: [1, 2].map((id) => {
        const factor = 3 - id;
        const blocks = Math.ceil((17 * factor) / 16) * Math.ceil((9 * factor) / 16);
        const coefficients = Int16Array.from({ length: blocks * 64 }, (_, at) =>
          at % 64 === 0 ? at / 64 - 3 : 0,
        );
        return component({ id, horizontalSampling: factor, verticalSampling: factor, coefficients });
      }),
    };
    const dc = { components: [0, 1], spectralStart: 0, spectralEnd: 0 };
    const scans: ProgressiveScan[] = [
      { ...dc, approximationHigh: 0, approximationLow: 1 },
      { ...dc, approximationHigh: 1, approximationLow: 0 },
      ...[0, 1].map((index) => ({
        components: [index],
        spectralStart: 1,
        spectralEnd: 63,
        approximationHigh: 0,
        approximationLow: 0,
      })),
    ];
    const back = decodeCoefficients(encodeCoefficients(image, { scans }));
    expect(back.components.map(({ coefficients }) => coefficients)).toEqual(
      image.components.map(({ coefficients }) => coefficients),
    );
  });

  test('an MCU of 10 blocks in a scan script is one that T.81 B.2.3 lets be', () => {
    const size = { width: 16, height: 16 };
    const luma = component({ horizontalSampling: 2, verticalSampling: 2, coefficients: new Int16Array(256) });
    const four = { ...luma, id: 2 };
    const small = [3, 4].map((id) => component({ id }));
    const all = { approximationHigh: 0, approximationLow: 0 };
    const scans: ProgressiveScan[] = [
      { components: [0, 1, 2, 3], spectralStart: 0, spectralEnd: 0, ...all },
      ...[0, 1, 2, 3].map((index) => ({ components: [index], spectralStart: 1, spectralEnd: 63, ...all })),
    ];
    const jpeg = encodeCoefficients({ ...size, components: [luma, four, ...small] }, { scans });
    expect(decodeCoefficients(jpeg).components).toHaveLength(4);
    expect(markers(jpeg).filter((code) => code === 0xda)).toHaveLength(5);
  });

  test("'auto' takes the smallest, of those that `progressive` leaves", () => {
    const length = (options: JpegEncodeOptions) => encodeCoefficients(colour, options).length;
    const sizes = [{}, { progressive: true }, { entropy: 'arithmetic' }] as const;
    expect(length({ entropy: 'auto' })).toBe(Math.min(...sizes.map(length)));
    expect(encodeCoefficients(colour, { entropy: 'auto', progressive: true })).toEqual(
      encodeCoefficients(colour, { progressive: true }),
    );
    expect(length({ entropy: 'auto', progressive: false })).toBe(
      Math.min(length({}), length({ entropy: 'arithmetic' })),
    );
  });

  test('the same image gives the same bytes', () => {
    expect(encodeCoefficients(colour, { entropy: 'auto' })).toEqual(
      encodeCoefficients(colour, { entropy: 'auto' }),
    );
  });
});

describe('misuse of the options', () => {
  const { image } = greyRow(2);
  const colour = decodeCoefficients(fixture('colour-420.jpg'));
  const dc = { components: [0], spectralStart: 0, spectralEnd: 0, approximationHigh: 0, approximationLow: 0 };
  const ac = { ...dc, spectralStart: 1, spectralEnd: 63 };
  const conditioning = { dcLower: 0, dcUpper: 1, acThreshold: 5 };
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['an unknown entropy', { entropy: 'lzw' }, /entropy/],
    ['progressive arithmetic', { entropy: 'arithmetic', progressive: true }, /read but not written/],
    ['arithmetic with scans', { entropy: 'arithmetic', scans: [dc, ac] }, /read but not written/],
    ['scans that are not progressive', { progressive: false, scans: [dc, ac] }, /option scans needs/],
    ['conditioning of Huffman coding', { conditioning: 'default' }, /option conditioning needs/],
    [
      'conditioning of scans',
      { entropy: 'auto', scans: [dc, ac], conditioning },
      /option conditioning needs/,
    ],
    ['L above U', { entropy: 'arithmetic', conditioning: { ...conditioning, dcLower: 2 } }, /dcLower/],
    ['L below 0', { entropy: 'arithmetic', conditioning: { ...conditioning, dcLower: -1 } }, /dcLower/],
    ['U 16', { entropy: 'arithmetic', conditioning: { ...conditioning, dcUpper: 16 } }, /dcUpper/],
    ['Kx 0', { entropy: 'arithmetic', conditioning: { ...conditioning, acThreshold: 0 } }, /acThreshold/],
    ['Kx 64', { entropy: 'auto', conditioning: { ...conditioning, acThreshold: 64 } }, /acThreshold/],
    ['no scans', { scans: [] }, /omit a bit of coefficient 0/],
    ['scans without AC', { scans: [dc] }, /omit a bit of coefficient 1 /],
    ['scans without the last bit', { scans: [{ ...dc, approximationLow: 1 }, ac] }, /coefficient 0 /],
    ['a band that is missing', { scans: [dc, { ...ac, spectralEnd: 9 }] }, /coefficient 10 /],
    ['a band twice', { scans: [dc, ac, ac] }, /scans\[2\]: coefficient 1 .* already coded/],
    ['AC before DC', { scans: [ac, dc] }, /before its DC/],
    ['DC and AC together', { scans: [{ ...dc, spectralEnd: 63 }] }, /Ss = Se = 0/],
    ['Se 64', { scans: [dc, { ...ac, spectralEnd: 64 }] }, /spectralEnd/],
    ['half a coefficient', { scans: [dc, { ...ac, spectralStart: 1.5 }] }, /spectralStart/],
    ['Al 14', { scans: [{ ...dc, approximationLow: 14 }] }, /Al is at most 13/],
    ['Ah that is not Al + 1', { scans: [{ ...dc, approximationHigh: 3 }] }, /Ah is 0 or Al \+ 1/],
    ['a scan of nothing', { scans: [{ ...dc, components: [] }] }, /number of components/],
    ['a component that is not there', { scans: [{ ...dc, components: [1] }] }, /components\[0\]/],
  ];

  test.each(cases)('%s', (_, options, message) => {
    expect(() => encodeCoefficients(image, options as JpegEncodeOptions)).toThrowError(
      expect.objectContaining({
        kind: 'misuse',
        code: 'JPEG_ENCODE',
        message: expect.stringMatching(message),
      }),
    );
  });

  test.each<[string, readonly ProgressiveScan[], RegExp]>([
    ['components out of order', [{ ...dc, components: [1, 0] }], /increasing order/],
    ['a component twice', [{ ...dc, components: [1, 1] }], /increasing order/],
    ['two components of AC', [dc, { ...ac, components: [0, 1] }], /has one component/],
    ['a component without scans', [dc, ac], /components\[1\]/],
  ])('%s', (_, scans, message) => {
    expect(() => encodeCoefficients(colour, { scans })).toThrowError(
      expect.objectContaining({ kind: 'misuse', message: expect.stringMatching(message) }),
    );
  });

  test('an MCU of more than 10 blocks', () => {
    const coefficients = new Int16Array(16 * 64);
    const components = [1, 2].map((id) =>
      component({ id, horizontalSampling: 4, verticalSampling: 4, coefficients }),
    );
    const large = { width: 32, height: 32, components };
    expect(() => encodeCoefficients(large, { scans: [{ ...dc, components: [0, 1] }] })).toThrowError(
      expect.objectContaining({
        kind: 'misuse',
        message: expect.stringMatching(/at most 10 blocks, got 32/),
      }),
    );
    expect(() => encodeCoefficients(large, { progressive: true })).not.toThrow();
  });

  test.each<JpegEncodeOptions>([{ entropy: 'arithmetic' }, { progressive: true }])(
    'coefficients out of range, with %o',
    (options) => {
      const tooLarge = new Int16Array(64);
      tooLarge[63] = -4096;
      const jump = new Int16Array(64);
      jump[0] = 5000;
      for (const coefficients of [tooLarge, jump]) {
        const image = { width: 8, height: 8, components: [component({ coefficients })] };
        expect(() => encodeCoefficients(image, options)).toThrowError(
          expect.objectContaining({ kind: 'misuse', code: 'JPEG_COEFFICIENT_RANGE' }),
        );
      }
    },
  );
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
