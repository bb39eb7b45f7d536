import { beforeEach, describe, expect, it } from 'vitest';
import {
  decodeLeniently,
  type LenientImage,
  type LenientOptions,
} from '../../src/jpeg/lenient/lenient-decoder.ts';
import type { FrameHeader } from '../../src/jpeg/markers/frame-header.ts';
import {
  AC_TABLE,
  bits,
  DQT,
  EOI,
  type FrameOptions,
  frame,
  huffmanTable,
  SOI,
  scan,
  segment,
  stream,
} from './stream-builder.ts';

/** DC: 0 → 0, 10 → category 1. A block of a DC of one more is 10 1 0, of one less 10 0 0. */
const DC_TABLE = huffmanTable(0, 0, [0, 1]);
const [UP, DOWN, SAME] = ['1010', '1000', '00'];
const exif = segment(
  0xe1,
  ...Array.from('Exif\0\0MM', (letter) => letter.charCodeAt(0)),
  ...[0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0],
);
const adobe = segment(0xee, ...Array.from('Adobe', (letter) => letter.charCodeAt(0)), 0, 100, 0, 0, 0, 0, 0);
const table = (identifier: number, value: number): number[] =>
  segment(0xdb, identifier, ...new Array(64).fill(value));

/** A picture in grey of that many blocks, each with a DC of one more. */
const grey = (blocks: number, data = UP, ...before: (readonly number[])[]): Uint8Array =>
  stream(
    SOI,
    ...before,
    DQT,
    DC_TABLE,
    AC_TABLE,
    frame({ width: 8 * blocks }),
    scan(),
    bits(data.repeat(blocks)),
    EOI,
  );

const dcs = ({ components }: LenientImage): number[][] =>
  components.map(({ coefficients }) => [...coefficients.filter((_, at) => at % 64 === 0)]);

/** Decodes and says what came, and the object that the frame header was. */
function decode(
  jpeg: Uint8Array,
  options: LenientOptions = {},
): { image: LenientImage; header: FrameHeader } {
  let header: FrameHeader | undefined;
  const image = decodeLeniently(jpeg, {
    ...options,
    checkFrame(found) {
      header = found;
    },
  });
  return { image, header: header as FrameHeader };
}

/** Whether the second picture was read by the head of the first: the header is the same object then. */
function isKnown(first: Uint8Array, second: Uint8Array, ...options: LenientOptions[]): boolean {
  const { header } = decode(first, options[0]);
  return decode(second, options[1] ?? options[0]).header === header;
}

/** All that is said of a picture, if nothing is known of the one before. */
const anew = (jpeg: Uint8Array): LenientImage => decodeLeniently(jpeg, { limits: {} });

// No head of another test is known.
beforeEach(() => {
  decodeLeniently(grey(1, UP, segment(0xfe, 1, 2, 3)));
});

describe('a picture that begins as the one before', () => {
  it('is not read anew up to its scan, and is what it would be', () => {
    const all: Uint8Array[] = [
      grey(3),
      grey(3, DOWN),
      stream(SOI, exif, ...[DQT, DC_TABLE, AC_TABLE, frame(), scan(), bits(UP), EOI]),
    ];
    for (const jpeg of all) {
      const known = [decode(jpeg), decode(jpeg)];
      expect(known[1].header).toBe(known[0].header);
      const { image } = known[1];
      expect(image).toEqual(anew(jpeg));
      expect(Object.keys(image).sort()).toEqual(Object.keys(known[0].image).sort());
      expect(image.warnings).toEqual([]);
    }
    expect(isKnown(grey(3), grey(3, DOWN))).toBe(true);
    expect(dcs(decode(grey(3, DOWN)).image)).toEqual([[-1, -2, -3]]);
    expect(decode(all[2]).image.orientation).toBe(6);
  });

  it('in colour, subsampled, with restart markers and tables of its own for each component', () => {
    const components = [
      [1, 0x21, 0],
      [2, 0x11, 1],
      [3, 0x11, 0],
    ] as const;
    const head = [
      ...[SOI, adobe, table(0, 2), table(1, 5), DC_TABLE, huffmanTable(0, 1, [1, 0]), AC_TABLE],
      ...[huffmanTable(1, 1, [1, 0]), segment(0xdd, 0, 1), frame({ width: 32, components })],
      scan({
        components: [
          [1, 0x00],
          [2, 0x11],
          [3, 0x00],
        ],
      }),
    ];
    // Of the second component 0 is category 1, and 10 ends a block.
    const mcu = (second: string) => bits(UP + UP + second + DOWN);
    const jpeg = (second: string) => stream(...head, mcu(second), [0xff, 0xd0], mcu(second), EOI);
    expect(isKnown(jpeg('0110'), jpeg('0010'))).toBe(true);
    const { image } = decode(jpeg('0010'));
    expect(dcs(image)).toEqual([
      [1, 2, 1, 2],
      [-1, -1],
      [-1, -1],
    ]);
    expect(image).toEqual(anew(jpeg('0010')));
    expect(image.adobeTransform).toBe(0);
  });

  it('keeps what the one before was given', () => {
    const first = decodeLeniently(grey(2));
    const second = decodeLeniently(grey(2, DOWN));
    expect([dcs(first), dcs(second)]).toEqual([[[1, 2]], [[-1, -2]]]);
  });

  it('in the same memory is read anew where its head has changed', () => {
    const buffer = grey(2);
    const { header } = decode(buffer);
    // The step of DC.
    buffer[7] = 9;
    const next = decode(buffer);
    expect(next.header).not.toBe(header);
    expect(next.image.components[0].quantization[0]).toBe(9);
  });
});

describe('a picture is read anew', () => {
  it('whichever byte of its head is another', () => {
    const first = grey(2);
    const head = first.length - bits(UP + UP).length - EOI.length;
    for (const [at, byte] of [
      // A step, a symbol of the AC table, the height.
      [7, 2],
      [head - 27, 7],
      // The last byte: Ah and Al, of which is warned.
      [head - 1, 1],
    ]) {
      const second = first.slice();
      second[at] = byte;
      const { header } = decode(first);
      const next = decode(second);
      expect(next.header, `byte ${at}`).not.toBe(header);
      expect(next.image).toEqual(anew(second));
    }
    expect(isKnown(first, first)).toBe(true);
  });

  it('if it ends in its head', () => {
    const first = grey(2);
    decode(first);
    for (let length = 2; length < first.length - 3; length += 5) {
      expect(() => decode(first.subarray(0, length))).toThrow(expect.objectContaining({ kind: 'corrupt' }));
    }
  });

  it('with other limits, which may be lower', () => {
    const limits = { maxSamples: 1000 };
    expect(isKnown(grey(3), grey(3), { limits }, { limits })).toBe(true);
    expect(isKnown(grey(3), grey(3), { limits }, { limits: { ...limits } })).toBe(false);
    expect(isKnown(grey(3), grey(3), { limits }, {})).toBe(false);
    decode(grey(3));
    expect(() => decode(grey(3), { limits: { maxSamples: 100 } })).toThrow(
      expect.objectContaining({ code: 'JPEG_TOO_LARGE' }),
    );
  });

  it('if the caller refuses its size', () => {
    decode(grey(3));
    const checkFrame = ({ width }: FrameHeader): void => {
      throw new Error(`${width} are too many`);
    };
    expect(() => decodeLeniently(grey(3), { checkFrame })).toThrow('24 are too many');
  });

  it('for samples of a smaller size', () => {
    const asked: unknown[] = [];
    const scale = (eighths: number): LenientOptions => ({
      scale: (picture) => {
        asked.push(picture);
        return { eighths };
      },
    });
    const jpeg = grey(2, UP, exif);
    const { header } = decode(jpeg);
    expect(decode(jpeg, scale(8)).header).toBe(header);
    expect(asked).toEqual([{ frame: header, orientation: 6 }]);
    const { image } = decode(jpeg, scale(4));
    expect(image.scale).toEqual({ eighths: 4 });
    expect(image.samples).toHaveLength(1);
    expect(decode(jpeg, scale(8)).image).toEqual(anew(jpeg));
  });

  it('if its data are damaged, end early, or more follows', () => {
    const whole = grey(3);
    for (const jpeg of [
      whole.subarray(0, -2),
      Uint8Array.of(...whole.subarray(0, -3), ...EOI),
      Uint8Array.of(...whole.subarray(0, -2), 1, 2, 3, 4, 5, ...EOI),
      Uint8Array.of(...whole.subarray(0, -2), ...exif, ...EOI),
      Uint8Array.of(...whole.subarray(0, -2), ...segment(0xfe, 1), ...EOI),
    ]) {
      expect(isKnown(whole, whole)).toBe(true);
      const { image } = decode(jpeg);
      expect(image).toEqual(anew(jpeg));
    }
    expect(decode(Uint8Array.of(...whole.subarray(0, -2), ...exif, ...EOI)).image.orientation).toBe(6);
  });
});

describe('nothing is kept of', () => {
  const imageAfter = (first: Uint8Array, second: Uint8Array): LenientImage => {
    expect(isKnown(first, second)).toBe(false);
    decodeLeniently(first);
    return decodeLeniently(second);
  };

  it('a picture that says more behind its scan', () => {
    const plain = grey(2);
    const turned = Uint8Array.of(...plain.subarray(0, -2), ...exif, ...EOI);
    expect(imageAfter(turned, plain).orientation).toBe(1);
  });

  it('a damaged one', () => {
    const plain = grey(3);
    expect(isKnown(plain.subarray(0, -2), plain)).toBe(false);
    expect(isKnown(Uint8Array.of(...plain.subarray(0, -2), 1, 2, 3, 4, 5, ...EOI), plain)).toBe(false);
  });

  it('one in several scans: tables of later ones may be others', () => {
    const components = [
      [1, 0x11, 0],
      [2, 0x11, 0],
    ] as const;
    const of = (id: number) => scan({ components: [[id, 0]] });
    const begin = [SOI, table(0, 2), DC_TABLE, AC_TABLE, frame({ components }), of(1), bits(UP)];
    const both = stream(...begin, table(0, 7), of(2), bits(UP), EOI);
    const image = imageAfter(both, stream(...begin, EOI));
    expect(image.components.map(({ quantization }) => quantization[0])).toEqual([2, 2]);
  });

  it('one whose scan has its components in another order than the frame', () => {
    const components = [1, 2, 3].map((id) => [id, 0x11, id - 1] as const);
    const tables = [0, 1, 2].map((identifier) => table(identifier, 2 + identifier));
    const inOrder = (...ids: number[]) =>
      stream(
        ...[SOI, ...tables, DC_TABLE, AC_TABLE, frame({ components })],
        ...[scan({ components: ids.map((id) => [id, 0] as const) }), bits(UP + DOWN + SAME), EOI],
      );
    expect(isKnown(inOrder(1, 2, 3), inOrder(1, 2, 3))).toBe(true);
    expect(dcs(imageAfter(inOrder(2, 3, 1), inOrder(2, 3, 1)))).toEqual([[0], [1], [-1]]);
    // The first stands in its place.
    expect(dcs(imageAfter(inOrder(1, 3, 2), inOrder(1, 3, 2)))).toEqual([[1], [0], [-1]]);
  });

  it.each<[what: string, options: FrameOptions, known: boolean]>([
    ['baseline', {}, true],
    ['extended', { marker: 0xc1 }, true],
    ['progressive', { marker: 0xc2 }, false],
    ['arithmetic', { marker: 0xc9 }, false],
  ])('a process other than Huffman-coded and sequential: %s', (_, options, known) => {
    const parameters = options.marker === 0xc2 ? ([0, 0, 0] as const) : ([0, 63, 0] as const);
    const jpeg = stream(SOI, DQT, DC_TABLE, AC_TABLE, frame(options), scan({ parameters }), bits(UP), EOI);
    expect(isKnown(jpeg, jpeg)).toBe(known);
  });

  it('heads of more than 4,096 bytes', () => {
    const without = grey(1).length - bits(UP).length - EOI.length;
    const withHead = (bytes: number): Uint8Array =>
      grey(1, UP, segment(0xfe, ...new Array(bytes - without - 4).fill(7)));
    expect(isKnown(withHead(4096), withHead(4096))).toBe(true);
    expect(isKnown(withHead(4097), withHead(4097))).toBe(false);
  });

  it('pictures of more than 4,096 blocks', () => {
    expect(isKnown(grey(4096), grey(4096))).toBe(true);
    expect(isKnown(grey(4097), grey(4097))).toBe(false);
    const components = [
      [1, 0x11, 0],
      [2, 0x11, 0],
    ] as const;
    const two = (blocks: number) =>
      stream(
        ...[SOI, DQT, DC_TABLE, AC_TABLE, frame({ width: 8 * blocks, components })],
        ...[
          scan({
            components: [
              [1, 0],
              [2, 0],
            ],
          }),
          bits('00'.repeat(2 * blocks)),
          EOI,
        ],
      );
    expect(isKnown(two(2048), two(2048))).toBe(true);
    expect(isKnown(two(2049), two(2049))).toBe(false);
  });

  it('a picture before the last', () => {
    const [first, second] = [grey(2), grey(3)];
    const { header } = decode(first);
    decode(second);
    expect(decode(first).header).not.toBe(header);
  });
});
