import { describe, expect, it } from 'vitest';
import {
  decodeLeniently,
  type LenientImage,
  type LenientOptions,
} from '../../src/jpeg/lenient/lenient-decoder.ts';
import type { FrameHeader } from '../../src/jpeg/markers/frame-header.ts';
import {
  AC_TABLE,
  bits,
  type Decide,
  DQT,
  decisions,
  EOI,
  type FrameOptions,
  frame,
  huffmanTable,
  type ScanOptions,
  SOI,
  scan,
  segment,
  stream,
} from './stream-builder.ts';

/**
 * DC: 0 → category 1, so that zero bits are a block of their own, with a DC of one less; 10 → 0, 110 → 2, 1110 → 11. With
 * AC_TABLE, where 0 ends a block, each of these is a block:
 */
const DC_TABLE = huffmanTable(0, 0, [1, 0, 2, 11]);
const [UP, DOWN, SAME] = ['010', '000', '100'];
/** Two blocks, and of a third all but its last bit: a byte. */
const BYTE = '01001001';
const DRI = (interval: number): number[] => segment(0xdd, 0, interval);
const RST = (number: number): number[] => [0xff, 0xd0 + number];
const JUNK = [1, 2, 3, 4, 5];

/** Never with what is kept of the picture before. */
function decode(parts: readonly (readonly number[])[], options: LenientOptions = {}): LenientImage {
  return decodeLeniently(stream(SOI, ...parts), { limits: {}, ...options });
}

const dcs = ({ components }: LenientImage, component = 0): number[] => [
  ...components[component].coefficients.filter((_, at) => at % 64 === 0),
];

const TABLES = [DQT, DC_TABLE, AC_TABLE];
/** A row of grey blocks. */
const row = (blocks: number, ...data: (readonly number[])[]) =>
  decode([...TABLES, frame({ width: 8 * blocks }), scan(), ...data]);
const restarting = (blocks: number, interval: number, ...data: (readonly number[])[]) =>
  decode([...TABLES, DRI(interval), frame({ width: 8 * blocks }), scan(), ...data]);

describe('a scan that ends too early', () => {
  it.each<[what: string, data: number[], expected: number[], warnings: RegExp[]]>([
    ['not', bits(UP.repeat(5)), [1, 2, 3, 4, 5], []],
    [
      'in a block: it is completed by zeros, the others are left',
      bits(BYTE),
      [1, 2, 3, 0, 0],
      [/end at EOI/],
    ],
    [
      'between blocks: one comes of zeros',
      bits(UP.repeat(8)),
      [1, 2, 3, 4, 5, 6, 7, 8, 7, 0],
      [/end at EOI/],
    ],
    ['by the last bit of the last block', bits(BYTE), [1, 2, 3], [/end at EOI/]],
    ['before all blocks', [], [-1, 0, 0, 0, 0], [/end at EOI \(FFD9\) at byte/]],
  ])('%s', (_, data, expected, warnings) => {
    const image = row(expected.length, data, EOI);
    expect(dcs(image)).toEqual(expected);
    expect(image.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
  });

  it('with the file: that is said as well', () => {
    const image = row(3, bits(BYTE));
    expect(dcs(image)).toEqual([1, 2, 3]);
    expect(image.warnings).toEqual([
      expect.stringMatching(/^JPEG scan data end with the file at byte \d+/),
      expect.stringMatching(/^JPEG ends at byte \d+ without EOI$/),
    ]);
  });

  it('of one component alone: its blocks count one by one, whatever its sampling factors', () => {
    const sampled = frame({ width: 40, components: [[1, 0x22, 0]] });
    expect(dcs(decode([...TABLES, sampled, scan(), bits(BYTE), EOI]))).toEqual([1, 2, 3, 0, 0]);
  });

  it('in the middle of an MCU: the rest of it comes of zeros', () => {
    const components = [
      [1, 0x22, 0],
      [2, 0x11, 0],
      [3, 0x11, 0],
    ] as const;
    const header = scan({ components: components.map(([id]) => [id, 0] as const) });
    // An MCU and two blocks: 24 bits.
    const image = decode([
      ...TABLES,
      frame({ width: 48, height: 16, components }),
      header,
      bits(UP.repeat(8)),
      EOI,
    ]);
    expect(dcs(image)).toEqual([1, 2, 5, 6, 0, 0, 3, 4, 5, 4, 0, 0]);
    expect([dcs(image, 1), dcs(image, 2)]).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    expect(image.warnings).toEqual([
      expect.stringMatching(/before the end of the last block of their segment/),
    ]);
  });
});

describe('data that mean nothing', () => {
  it('a code that is none is warned of, and decoding goes on', () => {
    // 1111… is none of the DC codes.
    const image = row(3, bits(UP), [0xff, 0], bits(UP.repeat(20)), EOI);
    expect(image.warnings.length).toBeGreaterThan(0);
    expect(image.warnings[0]).toMatch(/^JPEG scan data near byte \d+: /);
    expect(dcs(image)[0]).toBe(1);
  });

  it('bytes that are left over are skipped with a warning', () => {
    const image = row(2, bits(UP + DOWN), JUNK, EOI);
    expect(dcs(image)).toEqual([1, 0]);
    expect(image.warnings).toEqual([expect.stringMatching(/^JPEG has 5 extraneous bytes before EOI/)]);
  });

  it('blocks that only pad an MCU go nowhere', () => {
    const components = [
      [1, 0x21, 0],
      [2, 0x11, 0],
    ] as const;
    const header = scan({
      components: [
        [1, 0],
        [2, 0],
      ],
    });
    // The fourth of the first component is none, but the next one’s prediction.
    const data = UP + UP + UP + UP + UP + DOWN;
    for (const extra of [[], JUNK]) {
      const image = decode([...TABLES, frame({ width: 24, components }), header, bits(data), extra, EOI]);
      expect([dcs(image), dcs(image, 1)]).toEqual([
        [1, 2, 3],
        [1, 0],
      ]);
      expect(image.warnings).toHaveLength(extra.length === 0 ? 0 : 1);
    }
  });
});

describe('restart markers', () => {
  const two = bits(UP + UP);
  const three = bits(UP + UP + UP);
  const expected = (marker: number, got: number) =>
    expect.stringMatching(new RegExp(`^JPEG byte \\d+: expected RST${marker} .*, got RST${got} `));

  it('in their order, of which the tenth is RST1 again; also before damage', () => {
    const segments = Array.from({ length: 10 }, (_, at) => [...two, ...RST(at & 7)]).flat();
    for (const last of [two, [...two, ...JUNK]]) {
      const image = restarting(22, 2, segments, last, EOI);
      expect(dcs(image)).toEqual(Array.from({ length: 22 }, (_, at) => 1 + (at % 2)));
      expect(image.warnings).toHaveLength(last === two ? 0 : 1);
    }
  });

  it('of another number: the segment counts, with a warning', () => {
    const image = restarting(4, 2, two, RST(5), two, EOI);
    expect(dcs(image)).toEqual([1, 2, 1, 2]);
    expect(image.warnings).toEqual([expected(0, 5)]);
  });

  it('a segment that is missing is one block of zeros where the data before it are all there', () => {
    const image = restarting(6, 2, two, RST(1), two, EOI);
    expect(dcs(image)).toEqual([1, 2, -1, 0, 1, 2]);
    expect(image.warnings).toEqual([expected(0, 1), expect.stringMatching(/^JPEG scan data end at RST1/)]);
  });

  it('and nothing where they ended early', () => {
    const image = restarting(9, 3, bits(BYTE), RST(1), three, EOI);
    expect(dcs(image)).toEqual([1, 2, 3, 0, 0, 0, 1, 2, 3]);
    expect(image.warnings).toEqual([expect.stringMatching(/^JPEG scan data end at RST1/), expected(0, 1)]);
  });

  it('so are two that are missing', () => {
    const image = restarting(12, 3, bits(BYTE), RST(2), three, EOI);
    expect(dcs(image)).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    // The second of them is as little of a surprise: one line.
    expect(image.warnings).toEqual([
      expect.stringMatching(/^JPEG scan data end at RST2/),
      expect.stringMatching(/expected RST0 .* got RST2 .* \(and 1 more like it\)$/),
    ]);
  });

  it('a segment that ends early does not take the next one with it', () => {
    const image = restarting(9, 3, bits(BYTE), RST(0), bits(BYTE), RST(1), three, EOI);
    expect(dcs(image)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(image.warnings).toEqual([expect.stringMatching(/\(and 1 more like it\)$/)]);
    const short = restarting(9, 3, RST(0), three, RST(1), three, EOI);
    expect(dcs(short)).toEqual([-1, 0, 0, 1, 2, 3, 1, 2, 3]);
  });

  it('in a scan that should have none end its data', () => {
    const image = row(4, bits(BYTE), RST(0), two, EOI);
    expect(dcs(image)).toEqual([1, 2, 3, 0]);
    expect(image.warnings[0]).toMatch(/^JPEG scan data end at RST0/);
  });
});

describe('several scans', () => {
  const components = [
    [1, 0x11, 0],
    [2, 0x11, 1],
  ] as const;
  const table = (identifier: number, value: number): number[] =>
    segment(0xdb, identifier, ...new Array(64).fill(value));
  const of = (id: number, options: ScanOptions = {}) => scan({ components: [[id, 0]], ...options });
  const start = [table(0, 3), DC_TABLE, AC_TABLE, frame({ width: 16, components })];

  it('each brings its component; one that does not come is zero', () => {
    const image = decode([...start, table(1, 5), of(1), bits(UP + UP), of(2), bits(DOWN + DOWN), EOI]);
    expect([dcs(image), dcs(image, 1)]).toEqual([
      [1, 2],
      [-1, -2],
    ]);
    expect(image.components.map(({ quantization }) => quantization[9])).toEqual([3, 5]);
    expect(image.warnings).toEqual([]);
    expect(image.components[0]).toEqual({
      ...{ id: 1, horizontalSampling: 1, verticalSampling: 1, width: 16, height: 8 },
      ...{ blocksPerRow: 2, blocksPerColumn: 1 },
      ...{ quantization: new Uint16Array(64).fill(3), coefficients: expect.any(Int16Array) },
    });
    const one = decode([...start, table(1, 5), of(1), bits(UP + UP), EOI]);
    expect([dcs(one, 1), one.components[1].quantization[9]]).toEqual([[0, 0], 5]);
    expect(one.warnings).toEqual([]);
    const none = decode([...start, of(1), bits(UP + UP), EOI]);
    expect(none.components[1].quantization).toEqual(new Uint16Array(64).fill(1));
  });

  it('what a later one lacks ends the picture with a warning', () => {
    const parts = [...start, of(1), bits(UP + UP)];
    const at = 2 + parts.flat().length + 10;
    const image = decode([...parts, of(2), bits(UP + UP), of(1), bits(UP + UP), EOI]);
    expect([dcs(image), dcs(image, 1)]).toEqual([
      [1, 2],
      [0, 0],
    ]);
    expect(image.warnings).toEqual([
      `JPEG scans from byte ${at} on are left out: JPEG scan at byte ${at} uses quantisation table 1, which is not defined`,
    ]);
    // Of the first scan it is an error.
    expect(() => decode([...start, of(2), bits(UP + UP), EOI])).toThrow(
      expect.objectContaining({ code: 'JPEG_MISSING_TABLE' }),
    );
    expect(() => decode([...start, of(1, { components: [[1, 0x02]] }), bits(UP + UP), EOI])).toThrow(
      /AC Huffman table 2, which is not defined/,
    );
    expect(() => decode([...start, of(1, { components: [[1, 0x20]] }), bits(UP + UP), EOI])).toThrow(
      /DC Huffman table 2, which is not defined/,
    );
  });

  it('a component that comes twice: what the second says is put over the first, with a warning', () => {
    const [first, second] = [bits('01 1101 0 010'), bits('000 000')];
    for (const extra of [[], JUNK]) {
      const parts = [...start, of(1), first, extra, table(0, 7)];
      const at = 2 + parts.flat().length + 10;
      const image = decode([...parts, of(1), second, EOI]);
      expect(dcs(image)).toEqual([-1, -2]);
      expect(image.components[0].coefficients[1]).toBe(1);
      // Its table is that of the first.
      expect(image.components[0].quantization[0]).toBe(3);
      expect(image.warnings.at(-1)).toBe(
        `JPEG scan at byte ${at}: coefficient 0 of component 1 is already coded down to bit 0`,
      );
    }
  });

  it('so is one that comes again beside another', () => {
    const three = frame({ components: [1, 2, 3].map((id) => [id, 0x11, 0] as const) });
    const image = decode([
      ...[DQT, DC_TABLE, AC_TABLE, three, of(1), bits('01 1101 0')],
      ...[
        scan({
          components: [
            [1, 0],
            [2, 0],
          ],
        }),
        bits(DOWN + UP),
        EOI,
      ],
    ]);
    expect([0, 1, 2].map((component) => dcs(image, component)[0])).toEqual([-1, 1, 0]);
    expect(image.components[0].coefficients[1]).toBe(1);
    expect(image.warnings).toEqual([expect.stringMatching(/component 1 is already coded down to bit 0$/)]);
  });

  it('each has the restart interval and the tables that stand before it', () => {
    const other = huffmanTable(0, 0, [0, 1]);
    const image = decode([
      ...start,
      ...[table(1, 5), DRI(1), of(1), bits(UP), RST(0), bits(UP)],
      ...[DRI(0), other, of(2), bits('1010 00'), EOI],
    ]);
    expect([dcs(image), dcs(image, 1)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(image.warnings).toEqual([]);
  });

  it('a damaged one does not keep the next from being read', () => {
    const image = decode([...start, table(1, 5), of(1), bits(UP + UP), JUNK, of(2), bits(DOWN + DOWN), EOI]);
    expect([dcs(image), dcs(image, 1)]).toEqual([
      [1, 2],
      [-1, -2],
    ]);
    expect(image.warnings).toEqual([expect.stringMatching(/^JPEG has 5 extraneous bytes before SOS/)]);
  });

  it('after one with all components, none is read', () => {
    const parts = [...TABLES, frame({ width: 16 }), scan(), bits(UP + UP)];
    const at = 2 + parts.flat().length + 10;
    const image = decode([...parts, scan(), bits(DOWN + DOWN), EOI]);
    expect(dcs(image)).toEqual([1, 2]);
    expect(image.warnings).toEqual([`JPEG scan at byte ${at} is left out: the first has all of the picture`]);
  });

  it('no scan at all is an error', () => {
    expect(() => decode([...start, EOI])).toThrow(
      expect.objectContaining({
        ...{ kind: 'corrupt', code: 'JPEG_MISSING_SCAN' },
        message: 'JPEG ends without any scan of component 1',
      }),
    );
  });

  it('components in another order than the frame’s', () => {
    const swapped = scan({
      components: [
        [2, 0],
        [1, 0],
      ],
    });
    for (const extra of [[], JUNK]) {
      const image = decode([...start, table(1, 5), swapped, bits(UP + DOWN + UP + DOWN), extra, EOI]);
      expect([dcs(image), dcs(image, 1)]).toEqual([
        [-1, -2],
        [1, 2],
      ]);
      expect(image.components.map(({ quantization }) => quantization[0])).toEqual([3, 5]);
    }
  });
});

describe('progressive scans', () => {
  const dc = (high: number, low: number) => scan({ parameters: [0, 0, high * 16 + low] });
  const ac = scan({ parameters: [1, 63, 0] });
  const start = [DQT, DC_TABLE, AC_TABLE, frame({ marker: 0xc2, width: 16 })];
  /** DC of 2 and 4, AC of 1 at the first place of the first block, an end of band of two; a last bit of each DC. */
  const scans = [dc(0, 1), bits('01 01'), ac, bits('1101 0 0'), dc(1, 0), bits('10')];

  it('each brings some bits of some coefficients', () => {
    const image = decode([...start, ...scans, EOI]);
    expect(dcs(image)).toEqual([3, 4]);
    expect([1, 8, 65].map((at) => image.components[0].coefficients[at])).toEqual([1, 0, 0]);
    expect(image.warnings).toEqual([]);
    expect(image.samples).toBeUndefined();
  });

  it('those of coefficients that samples of the wanted size do not depend on are skipped', () => {
    const acOf = (eighths: number) => {
      const image = decode([...start, ...scans, EOI], { scale: () => ({ eighths }) });
      expect(dcs(image)).toEqual([3, 4]);
      expect(image).toMatchObject({ scale: { eighths }, warnings: [] });
      return image.components[0].coefficients[1];
    };
    expect([1, 2, 4, 8].map(acOf)).toEqual([0, 1, 1, 1]);
  });

  it('a component with fewer samples needs more of them', () => {
    const components = [
      [1, 0x22, 0],
      [2, 0x11, 0],
    ] as const;
    const parts = [
      ...[DQT, DC_TABLE, AC_TABLE, frame({ marker: 0xc2, width: 16, height: 16, components })],
      ...[
        scan({
          components: [
            [1, 0],
            [2, 0],
          ],
          parameters: [0, 0, 0],
        }),
        bits('01'.repeat(5)),
      ],
      ...[scan({ components: [[1, 0]], parameters: [1, 63, 0] }), bits('1101 0 0 0 0')],
      ...[scan({ components: [[2, 0]], parameters: [1, 63, 0] }), bits('1101 0')],
      EOI,
    ];
    const { components: planes } = decode(parts, { scale: () => ({ eighths: 1 }) });
    expect(planes.map(({ coefficients }) => [coefficients[0], coefficients[1]])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    // Where half of the size is enough, they are not needed of it either.
    const enough = decode(parts, { scale: () => ({ eighths: 1, least: 0.5 }) });
    expect(enough.components[1].coefficients[1]).toBe(0);
  });

  it('out of order they are warned of, and read', () => {
    const parts = [...start, dc(0, 1), bits('01 01')];
    const at = 2 + parts.flat().length + 10;
    const image = decode([...parts, dc(1, 0), bits('10'), dc(1, 0), bits('01'), EOI]);
    expect(dcs(image)).toEqual([3, 5]);
    expect(image.warnings).toEqual([
      `JPEG scan at byte ${at + 1 + 10}: coefficient 0 of component 1 is already coded down to bit 0`,
    ]);
  });

  it('one without its table ends the picture', () => {
    const other = scan({ components: [[1, 1]], parameters: [1, 63, 0] });
    for (const scale of [{ eighths: 8 }, { eighths: 1 }]) {
      const image = decode(
        [...start, dc(0, 1), bits('01 01'), other, bits('0 0'), dc(1, 0), bits('10'), EOI],
        {
          scale: () => scale,
        },
      );
      expect(dcs(image)).toEqual([2, 4]);
      expect(image.warnings).toEqual([
        expect.stringMatching(/on are left out: .*AC Huffman table 1, which is/),
      ]);
    }
  });

  it('cut off, it has what has come', () => {
    const image = decode([...start, ...scans.slice(0, 2)]);
    expect(dcs(image)).toEqual([2, 4]);
    expect(image.warnings).toEqual([expect.stringMatching(/without EOI$/)]);
  });
});

describe('arithmetic coding', () => {
  /** A DC of one more, and the end of the block. */
  const codeUp = (dc: Decide, ac: Decide): void => {
    dc(0, 1);
    dc(1, 0);
    dc(2, 0);
    ac(0, 1);
  };
  /** A DC of 0, and a run of zeros beyond the last coefficient. */
  const codeEndless = (dc: Decide, ac: Decide): void => {
    dc(0, 0);
    ac(0, 0);
    for (let k = 1; k < 64; k++) ac(3 * k - 2, 0);
  };
  const [up, endless] = [decisions(codeUp), decisions(codeEndless)];
  const upTwice = decisions((dc, ac) => {
    codeUp(dc, ac);
    codeUp(dc, ac);
  });
  /** Were it read on, there would be two blocks more. */
  const lost = decisions((dc, ac) => {
    codeEndless(dc, ac);
    codeUp(dc, ac);
    codeUp(dc, ac);
  });
  const start = (options: FrameOptions) => [DQT, DRI(1), frame({ marker: 0xc9, ...options })];

  it('a segment that means nothing is given up, the next one is read', () => {
    const image = decode([...start({ width: 24 }), scan(), up, RST(0), endless, RST(1), up, EOI]);
    expect(dcs(image)).toEqual([1, 0, 1]);
    expect(image.warnings).toEqual([
      expect.stringMatching(/^JPEG scan data near byte \d+: a run of zeros exceeds its block$/),
    ]);
  });

  it('with the rest of its MCU, and those that follow up to the next restart marker', () => {
    const components = [
      [1, 0x11, 0],
      [2, 0x11, 0],
    ] as const;
    const header = scan({
      components: [
        [1, 0],
        [2, 0],
      ],
    });
    const parts = [DQT, DRI(2), frame({ marker: 0xc9, width: 24, components }), header];
    const image = decode([...parts, lost, RST(0), upTwice, EOI]);
    expect([dcs(image), dcs(image, 1)]).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(image.warnings).toEqual([expect.stringMatching(/a run of zeros exceeds its block$/)]);
  });

  it('a lost segment is zero', () => {
    const image = decode([...start({ width: 24 }), scan(), up, RST(1), up, EOI]);
    expect([dcs(image)[0], dcs(image)[2]]).toEqual([1, 1]);
    expect(image.warnings[0]).toMatch(/expected RST0 .*, got RST1/);
  });

  it('conditioning counts', () => {
    // Its first block has the same code with any; the second one’s depends on what counts as a large difference.
    const parts = (dac: number[]) => [DQT, dac, frame({ marker: 0xc9, width: 8 }), scan(), up, EOI];
    expect(dcs(decode(parts(segment(0xcc, 0x00, 0x10))))).toEqual([1]);
    expect(() => decode(parts(segment(0xcc, 0x00, 0x01)))).toThrow(/L must not be above U/);
  });
});

describe('a picture for samples below its size', () => {
  const table = (identifier: number, value: number): number[] =>
    segment(0xdb, identifier, ...new Array(64).fill(value));
  const components = [
    [1, 0x11, 0],
    [2, 0x11, 1],
    [3, 0x11, 2],
  ] as const;
  const start = [
    table(0, 8),
    table(1, 16),
    table(2, 24),
    DC_TABLE,
    AC_TABLE,
    frame({ width: 16, components }),
  ];
  const of = (...ids: readonly number[]) => scan({ components: ids.map((id) => [id, 0] as const) });
  const eighth: LenientOptions = { scale: () => ({ eighths: 1 }) };

  it.each([
    ['in the order of the frame', [1, 2, 3]],
    ['in another', [3, 1, 2]],
  ])('has samples of each component, %s', (_, ids) => {
    const image = decode([...start, of(...ids), bits((UP + UP + UP).repeat(2)), EOI], eighth);
    expect(image.samples).toEqual(
      [
        [129, 130],
        [130, 132],
        [131, 134],
      ].map((samples) => Uint8Array.from(samples)),
    );
    expect(image.components.map(({ coefficients }) => coefficients.length)).toEqual([0, 0, 0]);
    expect(image.components.map(({ quantization }) => quantization[0])).toEqual([8, 16, 24]);
    expect(image.scale).toEqual({ eighths: 1 });
  });

  it('has coefficients if it is damaged, in several scans, or wanted whole', () => {
    const cases: [readonly (readonly number[])[], LenientOptions][] = [
      [[of(1, 2, 3), bits((UP + UP + UP).repeat(2)), JUNK], eighth],
      [[1, 2, 3].flatMap((id) => [of(id), bits(UP + UP)]), eighth],
      [[of(1, 2, 3), bits((UP + UP + UP).repeat(2))], {}],
      [[of(1, 2, 3), bits((UP + UP + UP).repeat(2))], { scale: () => ({ eighths: 8 }) }],
    ];
    for (const [parts, options] of cases) {
      const image = decode([...start, ...parts, EOI], options);
      expect(image).not.toHaveProperty('samples');
      expect([0, 1, 2].map((component) => dcs(image, component))).toEqual(new Array(3).fill([1, 2]));
      expect(image.scale).toEqual({ eighths: options === eighth ? 1 : 8 });
    }
  });

  it('is asked for with its frame and its orientation', () => {
    const exif = segment(
      0xe1,
      ...Array.from('Exif\0\0MM', (letter) => letter.charCodeAt(0)),
      ...[0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0],
    );
    const asked: unknown[] = [];
    const frames: FrameHeader[] = [];
    const options: LenientOptions = {
      checkFrame: (header) => frames.push(header),
      scale: (picture) => {
        asked.push(picture);
        return { eighths: 8 };
      },
    };
    const parts = [of(1, 2, 3), bits((UP + UP + UP).repeat(2))];
    expect(decode([...start, ...parts, EOI], options).orientation).toBe(1);
    expect(decode([exif, ...start, ...parts, EOI], options).orientation).toBe(6);
    // Behind the first scan it comes too late for the size.
    expect(decode([...start, ...parts, exif, EOI], options).orientation).toBe(6);
    expect(asked).toEqual([1, 6, 1].map((orientation, at) => ({ frame: frames[at], orientation })));
    expect(frames).toHaveLength(3);
    expect(frames[0]).toMatchObject({ width: 16, height: 8, process: 'baseline' });
  });

  it('is refused by its frame', () => {
    const refuse = (): never => {
      throw new Error('too large');
    };
    expect(() => decode([...start, of(1), EOI], { checkFrame: refuse })).toThrow('too large');
  });
});

describe('what the components mean', () => {
  const adobe = (transform: number): number[] =>
    segment(0xee, ...Array.from('Adobe', (letter) => letter.charCodeAt(0)), 0, 100, 0, 0, 0, 0, transform);
  const jfif = segment(
    0xe0,
    ...Array.from('JFIF\0', (letter) => letter.charCodeAt(0)),
    1,
    1,
    0,
    0,
    1,
    0,
    1,
    0,
    0,
  );
  const meaning = (count: number, before: number[][], behind: number[][] = []) => {
    const components = Array.from({ length: count }, (_, at) => [at + 1, 0x11, 0] as const);
    const header = scan({ components: components.map(([id]) => [id, 0] as const) });
    const image = decode([
      ...before,
      ...TABLES,
      frame({ components }),
      header,
      bits(SAME.repeat(count)),
      ...behind,
      EOI,
    ]);
    return [image.adobeTransform, image.jfif, ...image.warnings];
  };

  it.each<[components: number, transform: number, expected: number, warns: boolean]>([
    [1, 2, 2, false],
    [2, 1, 1, false],
    [3, 0, 0, false],
    [3, 1, 1, false],
    [3, 2, 1, true],
    [3, 9, 1, true],
    [4, 0, 0, false],
    [4, 2, 2, false],
    [4, 1, 2, true],
  ])('%i components, Adobe transform %i', (components, transform, expected, warns) => {
    expect(meaning(components, [adobe(transform)])).toEqual([
      ...[expected, false],
      ...(warns
        ? [
            `JPEG has an Adobe segment of colour transform ${transform}, expected 0 or ${expected} for ${components} ` +
              `components; read as ${expected}`,
          ]
        : []),
    ]);
  });

  it('with JFIF the transform does not matter', () => {
    expect(meaning(3, [jfif, adobe(9)])).toEqual([9, true]);
    expect(meaning(3, [])).toEqual([undefined, false]);
  });

  it('segments behind the first scan come too late', () => {
    expect(meaning(3, [], [adobe(0), jfif])).toEqual([undefined, false]);
    expect(meaning(3, [adobe(0)], [adobe(1), jfif])).toEqual([0, false]);
  });
});
