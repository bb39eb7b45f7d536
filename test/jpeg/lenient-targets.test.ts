import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HuffmanDecodingTable } from '../../src/jpeg/entropy/huffman/decoding-table.ts';
import { decodeSoundScan } from '../../src/jpeg/lenient/sound-scan.ts';
import { standardHuffmanTable } from '../../src/jpeg/lenient/standard-huffman.ts';
import { type BlockTarget, CoefficientPlane, SamplePlane } from '../../src/jpeg/lenient/targets.ts';
import { type FrameHeader, layOut } from '../../src/jpeg/markers/frame-header.ts';
import { type ScanHeader, SEQUENTIAL_SCAN } from '../../src/jpeg/markers/scan-header.ts';
import { bits, EOI, stream } from './stream-builder.ts';

/** A frame of components with these sampling factors. */
function framed(width: number, height: number, ...sampling: (readonly [number, number])[]): FrameHeader {
  const declared = sampling.map(([horizontalSampling, verticalSampling], index) => ({
    ...{ id: index + 1, horizontalSampling, verticalSampling, quantizationTable: 0 },
  }));
  return { process: 'baseline', width, height, components: layOut(declared, width, height) };
}

const ones = new Uint16Array(64).fill(1);
/** Blocks of these DCs, each with an AC coefficient of twice as much. */
const blocksOf = (...dcs: number[]): Int16Array => {
  const blocks = new Int16Array(64 * dcs.length);
  for (const [at, dc] of dcs.entries()) blocks.set([dc, 2 * dc], 64 * at);
  return blocks;
};

describe('rows of blocks', () => {
  it('are kept where they belong', () => {
    const [component] = framed(16, 24, [1, 1]).components;
    const plane = new CoefficientPlane(component);
    expect(plane.dcOnly).toBe(false);
    const rows = [blocksOf(1, 2), blocksOf(3, 4), blocksOf(5, 6)];
    for (const at of [2, 0, 1]) plane.row(rows[at], at);
    expect(plane.coefficients).toEqual(blocksOf(1, 2, 3, 4, 5, 6));
    // What was given may be overwritten.
    rows[0].fill(9);
    expect(plane.coefficients[0]).toBe(1);
  });

  it('become one sample per block from their DCs alone', () => {
    // The last block of a row and of a column has one sample of its own at the most.
    const plane = new SamplePlane(
      framed(17, 9, [1, 1]),
      0,
      { eighths: 1 },
      ones.map(() => 8),
    );
    expect(plane.dcOnly).toBe(true);
    plane.row(Int16Array.of(1, -2, 3), 0);
    plane.row(Int16Array.of(200, -200, 0), 1);
    expect(plane.samples).toEqual(Uint8Array.of(129, 126, 131, 255, 0, 128));
  });

  it('become samples of other sizes, cut at the right and at the bottom', () => {
    // 11 × 13 are 6 × 7 at half the size: of 2 × 2 blocks 4 × 4 samples each.
    const plane = new SamplePlane(framed(11, 13, [1, 1]), 0, { eighths: 4 }, ones);
    expect(plane.dcOnly).toBe(false);
    const flat = (...dcs: number[]): Int16Array =>
      blocksOf(...dcs).map((value, at) => (at % 64 === 0 ? value : 0));
    plane.row(flat(80, 160), 0);
    plane.row(flat(-80, -160), 1);
    const line = (a: number, b: number): number[] => [a, a, a, a, b, b];
    expect([...plane.samples]).toEqual([
      ...Array.from({ length: 4 }, () => line(138, 148)).flat(),
      ...Array.from({ length: 3 }, () => line(118, 108)).flat(),
    ]);
  });

  it('have lines of their own within a block', () => {
    const plane = new SamplePlane(framed(8, 8, [1, 1]), 0, { eighths: 4 }, ones);
    const block = new Int16Array(64);
    // The lowest frequency from top to bottom.
    block[8] = 400;
    plane.row(block, 0);
    const lines = Array.from({ length: 4 }, (_, y) => [...plane.samples.subarray(4 * y, 4 * y + 4)]);
    for (const line of lines) expect(new Set(line).size).toBe(1);
    const [first, second, third, fourth] = lines.map(([sample]) => sample - 128);
    expect(first).toBeGreaterThan(second);
    expect(second).toBeGreaterThan(0);
    expect([Math.abs(first + fourth), Math.abs(second + third)].every((sum) => sum <= 1)).toBe(true);
  });

  it('of a component with fewer samples become larger blocks', () => {
    const frame = framed(16, 16, [2, 2], [1, 1]);
    const [luma, chroma] = [0, 1].map((index) => new SamplePlane(frame, index, { eighths: 1 }, ones));
    expect([luma.dcOnly, chroma.dcOnly]).toEqual([true, false]);
    expect([luma.samples.length, chroma.samples.length]).toEqual([4, 4]);
    chroma.row(blocksOf(80).fill(0, 1), 0);
    expect([...chroma.samples]).toEqual([138, 138, 138, 138]);
  });
});

describe('a scan that is decoded at once', () => {
  /** T.81 Tables K.3 and K.5: 010 is category 1, 00 none; 1010 ends a block. */
  const tables = {
    dc: standardHuffmanTable(0, 0) as HuffmanDecodingTable,
    ac: standardHuffmanTable(1, 0) as HuffmanDecodingTable,
  };
  const [UP, SAME] = ['010 1 1010', '00 1010'];

  /** Keeps which rows came, with the DCs of their blocks. */
  class Rows implements BlockTarget {
    readonly dcOnly: boolean;
    readonly seen: [row: number, dcs: number[]][] = [];

    constructor(dcOnly = false) {
      this.dcOnly = dcOnly;
    }

    row(blocks: Int16Array, blockRow: number): void {
      this.seen.push([blockRow, [...blocks.filter((_, at) => this.dcOnly || at % 64 === 0)]]);
    }
  }

  function decode(
    frame: FrameHeader,
    data: readonly number[],
    targets: readonly BlockTarget[],
    interval = 0,
    indices = frame.components.map((_, index) => index),
  ): number | undefined {
    const components = indices.map((index) => ({
      ...{ index, frame: frame.components[index], dcTable: 0, acTable: 0 },
    }));
    const header: ScanHeader = { components, ...SEQUENTIAL_SCAN, dataOffset: 3 };
    return decodeSoundScan(
      stream([7, 7, 7], data),
      header,
      interval,
      targets,
      components.map(() => tables),
    );
  }

  it('of one component: its rows of blocks, whatever its sampling factors', () => {
    const rows = new Rows();
    const data = bits(UP.repeat(6));
    expect(decode(framed(24, 16, [2, 2]), [...data, ...EOI], [rows])).toBe(3 + data.length);
    expect(rows.seen).toEqual([
      [0, [1, 2, 3]],
      [1, [4, 5, 6]],
    ]);
  });

  it('of a component that is smaller than the frame says: those that it has', () => {
    const rows = new Rows();
    const frame = framed(40, 24, [2, 2], [1, 1]);
    expect(decode(frame, [...bits(UP.repeat(6)), ...EOI], [rows], 0, [1])).toBeGreaterThan(0);
    expect(rows.seen).toEqual([
      [0, [1, 2, 3]],
      [1, [4, 5, 6]],
    ]);
  });

  it.each([false, true])('of several: without the blocks that only pad an MCU (DC only: %s)', (dcOnly) => {
    // Three columns and rows of blocks, so that there are 2 × 2 MCUs.
    const [luma, chroma] = [new Rows(dcOnly), new Rows()];
    const data = bits((UP.repeat(4) + UP).repeat(4));
    expect(decode(framed(24, 24, [2, 2], [1, 1]), [...data, ...EOI], [luma, chroma])).toBe(3 + data.length);
    expect(luma.seen).toEqual([
      [0, [1, 2, 5]],
      [1, [3, 4, 7]],
      [2, [9, 10, 13]],
    ]);
    expect(chroma.seen).toEqual([
      [0, [1, 2]],
      [1, [3, 4]],
    ]);
  });

  it('with restart markers', () => {
    const rows = new Rows();
    const data = [...bits(UP + UP), 0xff, 0xd0, ...bits(UP + SAME), 0xff, 0xd1, ...bits(UP)];
    expect(decode(framed(40, 8, [1, 1]), [...data, ...EOI], [rows], 2)).toBe(3 + data.length);
    expect(rows.seen).toEqual([[0, [1, 2, 1, 1, 1]]]);
  });

  it.each<[what: string, data: number[], interval: number]>([
    ['that ends early', [...bits(UP + UP), ...EOI], 0],
    ['after which no marker comes', bits(UP.repeat(3)), 0],
    ['with bytes left over', [...bits(UP.repeat(3)), 1, 2, ...EOI], 0],
    ['with a code that is none', [...bits('1'.repeat(200)), ...EOI], 0],
    ['without its restart marker', [...bits(UP.repeat(3)), ...EOI], 2],
    ['with another one', [...bits(UP + UP), 0xff, 0xd1, ...bits(UP), ...EOI], 2],
  ])('nothing is said of one %s', (_, data, interval) => {
    expect(decode(framed(24, 8, [1, 1]), data, [new Rows()], interval)).toBeUndefined();
  });

  describe('where a page forbids WebAssembly', () => {
    afterEach(() => {
      vi.unstubAllGlobals();
      vi.resetModules();
    });

    it('nothing is said of any', async () => {
      vi.resetModules();
      const fresh = await import('../../src/jpeg/lenient/sound-scan.ts');
      vi.stubGlobal('WebAssembly', {
        Memory: class {
          constructor() {
            throw new Error('forbidden');
          }
        },
      });
      const frame = framed(8, 8, [1, 1]);
      const components = [{ index: 0, frame: frame.components[0], dcTable: 0, acTable: 0 }];
      const header = { components, ...SEQUENTIAL_SCAN, dataOffset: 0 };
      const target = new CoefficientPlane(frame.components[0]);
      const bytes = stream(bits(UP), EOI);
      expect(fresh.decodeSoundScan(bytes, header, 0, [target], [tables])).toBeUndefined();
      vi.unstubAllGlobals();
      expect(fresh.decodeSoundScan(bytes, header, 0, [target], [tables])).toBe(bytes.length - 2);
    });
  });
});
