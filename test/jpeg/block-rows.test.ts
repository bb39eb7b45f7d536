import { describe, expect, test } from 'vitest';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { ALL_CODINGS } from '../../src/jpeg/scans/all-codings.ts';
import { visitBlockRows } from '../../src/jpeg/scans/decode/block-rows.ts';
import { greyRow } from './any-image.ts';
import { fixture } from './fixtures.ts';
import { bits, EOI, GREY_HEADERS, scan, stream } from './stream-builder.ts';

function collect(
  jpeg: Uint8Array,
): { rows: number[]; coefficients: number[] } & ReturnType<typeof visitBlockRows> {
  const rows: number[] = [];
  const coefficients: number[] = [];
  const frame = visitBlockRows(jpeg, ALL_CODINGS, (blockRow, row) => {
    rows.push(blockRow);
    coefficients.push(...row);
  });
  return { rows, coefficients, ...frame };
}

describe.each([
  'grey.jpg',
  'grey-restart.jpg',
  'grey-progressive.jpg',
  'grey-arithmetic.jpg',
  'grey-arithmetic-restart.jpg',
  'grey-progressive-arithmetic.jpg',
])('%s', (name) => {
  test('the rows are those of the whole image, in order', () => {
    const jpeg = fixture(name);
    const [component] = decodeCoefficients(jpeg).components;
    const visited = collect(jpeg);
    expect(visited.rows).toEqual([...visited.rows.keys()]);
    expect(visited.rows.length).toBe(component.blocksPerColumn);
    expect(Int16Array.from(visited.coefficients)).toEqual(component.coefficients);
    expect(visited).toMatchObject({
      width: component.width,
      height: component.height,
      blocksPerRow: component.blocksPerRow,
      blocksPerColumn: component.blocksPerColumn,
      quantization: component.quantization,
    });
  });
});

test('a sequential stream is visited through one array of one row', () => {
  const arrays = new Set<Int16Array>();
  visitBlockRows(fixture('grey.jpg'), ALL_CODINGS, (_, row) => arrays.add(row));
  expect(arrays.size).toBe(1);
});

test.each(['huffman', 'arithmetic'] as const)(
  '%s: a block is called empty where all of it is zero, and nowhere else',
  (entropy) => {
    // Zero, DC alone, the first AC coefficient alone, the last one alone, DC and all.
    const blocks = [[], [0], [1], [63], [0, ...Array.from({ length: 63 }, (_, k) => k + 1)], []];
    const { image, coefficients } = greyRow(blocks.length);
    for (const [block, places] of blocks.entries())
      for (const place of places) coefficients[block * 64 + place] = 3;
    const jpeg = encodeCoefficients(image, { entropy });
    const seen: number[][] = [];
    visitBlockRows(jpeg, ALL_CODINGS, (_, row, filled) => {
      expect(Int16Array.from(row)).toEqual(coefficients);
      seen.push([...filled]);
    });
    expect(seen).toEqual([[0, 1, 1, 1, 1, 0]]);
  },
);

test('rows do not keep what the one before left in them', () => {
  const coefficients = new Int16Array(3 * 64).fill(5, 0, 64);
  const component = {
    id: 1,
    horizontalSampling: 2,
    verticalSampling: 2,
    quantization: new Uint16Array(64).fill(1),
    coefficients,
  };
  const jpeg = encodeCoefficients({ width: 8, height: 24, components: [component] });
  expect(Int16Array.from(collect(jpeg).coefficients)).toEqual(coefficients);
});

test('more than one component is refused before anything is visited', () => {
  let visits = 0;
  expect(() => visitBlockRows(fixture('colour-420.jpg'), ALL_CODINGS, () => visits++)).toThrowError(
    expect.objectContaining({ kind: 'unsupported', code: 'JPEG_NOT_GREY' }),
  );
  expect(visits).toBe(0);
});

test('a second sequential scan is refused', () => {
  const jpeg = stream(GREY_HEADERS, scan(), bits('0 0'), scan(), bits('0 0'), EOI);
  expect(() => visitBlockRows(jpeg, ALL_CODINGS, () => {})).toThrowError(
    expect.objectContaining({ kind: 'corrupt', code: 'JPEG_SCAN_ORDER' }),
  );
});

test('an error of the visitor passes through', () => {
  const refusal = new Error('enough');
  expect(() =>
    visitBlockRows(fixture('grey.jpg'), ALL_CODINGS, () => {
      throw refusal;
    }),
  ).toThrowError(refusal);
});
