import { deflateSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { readPng } from '../../src/png/decode.ts';
import { inflateRows } from '../../src/png/inflate-rows.ts';
import type { PngRow } from '../../src/png/rows.ts';
import { chunk, type Header, headerChunk, pngFile } from '../image/png-builder.ts';
import { seededRandom } from '../jpeg/pictures.ts';

afterEach(() => vi.restoreAllMocks());

const [WIDTH, HEIGHT] = [145, 203];

/** Bytes per row of each pass of a picture, its filter type not included. */
const PLAIN = (bits: number): number[] => new Array(HEIGHT).fill(Math.ceil((WIDTH * bits) / 8));
const ADAM7 = ['0/8,0/8', '4/8,0/8', '0/4,4/8', '2/4,0/4', '0/2,2/4', '1/2,0/2', '0/1,1/2'];
const interlaced = (bits: number): number[] =>
  ADAM7.flatMap((pass) => {
    const [[x, dx], [y, dy]] = pass.split(',').map((axis) => axis.split('/').map(Number));
    return new Array(Math.ceil((HEIGHT - y) / dy)).fill(Math.ceil((Math.ceil((WIDTH - x) / dx) * bits) / 8));
  });

/** All rows of a PNG, as they were visited. */
function rowsOf(bytes: Uint8Array): unknown[] {
  const rows: unknown[] = [];
  readPng(bytes, () => {}, inflateRows).visitRows(({ samples, ...place }: PngRow) =>
    rows.push({ ...place, samples: [...samples] }),
  );
  return rows;
}

// Node.js inflates a picture at once; a page a little at a time, so that rows are cut anywhere.
test.each<[string, Partial<Header>, number[]]>([
  ['grey', {}, PLAIN(8)],
  ['grey of one bit', { bitDepth: 1 }, PLAIN(1)],
  ['colour of 16 bits', { colourType: 2, bitDepth: 16 }, PLAIN(48)],
  ['interlaced, with opacity', { colourType: 6, interlace: 1 }, interlaced(32)],
  ['interlaced, grey of two bits', { bitDepth: 2, interlace: 1 }, interlaced(2)],
])('%s: a page has the rows that Node.js has', (_, form, rowBytes) => {
  const random = seededRandom(5);
  const noise = (): number => Math.floor(random() * 16);
  const data = rowBytes.flatMap((length, row) => [row % 5, ...Array.from({ length }, noise)]);
  const header = headerChunk({ width: WIDTH, height: HEIGHT, ...form });
  const bytes = pngFile(header, chunk('IDAT', deflateSync(Uint8Array.from(data))));
  const atOnce = rowsOf(bytes);
  expect(atOnce).toHaveLength(rowBytes.length);
  const zlib = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  expect(rowsOf(bytes)).toEqual(atOnce);
  expect(zlib).toHaveBeenCalled();
});
