import { deflateSync } from 'node:zlib';
import { chunk, headerChunk, pngFile } from './png-builder.ts';

/** A PNG to be written in any form that the format has (W3C PNG clauses 7 to 10). */
export interface PngForm {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly interlaced?: boolean;
  /** Filter type of the row-th row of a pass. */
  readonly filter?: (row: number) => number;
  /** Bytes in each IDAT chunk; they are used by turns. */
  readonly pieces?: readonly number[];
}

export const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Columns and rows of each pass. */
const ADAM7 = ['0/8,0/8', '4/8,0/8', '0/4,4/8', '2/4,0/4', '0/2,2/4', '1/2,0/2', '0/1,1/2'];

/** Indices from `start` on in steps, as "start/step". */
function places(rule: string, end: number): number[] {
  const [start, step] = rule.split('/').map(Number);
  const list: number[] = [];
  for (let at = start; at < end; at += step) list.push(at);
  return list;
}

/** Writes samples, width × height × channels of them, and chunks that come before the image data. */
export function encodePng(
  form: PngForm,
  samples: ArrayLike<number>,
  ...before: readonly Uint8Array[]
): Uint8Array {
  const { width, height, bitDepth, colourType, interlaced = false } = form;
  const data = deflateSync(filteredRows(form, samples));
  const header = headerChunk({ width, height, bitDepth, colourType, interlace: interlaced ? 1 : 0 });
  return pngFile(header, ...before, ...imageData(data, form.pieces ?? [data.length]));
}

/** Image data before compression. */
export function filteredRows(form: PngForm, samples: ArrayLike<number>): Uint8Array {
  const { width, height, bitDepth, colourType, interlaced = false, filter = () => 0 } = form;
  const channels = CHANNELS[colourType];
  const distance = Math.max(1, (bitDepth * channels) >> 3);
  const bytes: number[] = [];
  for (const pass of interlaced ? ADAM7 : ['0/1,0/1']) {
    const [columnRule, rowRule] = pass.split(',');
    const columns = places(columnRule, width);
    if (columns.length === 0) continue;
    let above: number[] | undefined;
    places(rowRule, height).forEach((y, index) => {
      const row = pack(
        columns.flatMap((x) =>
          Array.from({ length: channels }, (_, channel) => samples[(y * width + x) * channels + channel]),
        ),
        bitDepth,
      );
      const type = filter(index);
      bytes.push(type, ...filtered(type, row, above ?? row.map(() => 0), distance));
      above = row;
    });
  }
  return Uint8Array.from(bytes);
}

function pack(samples: readonly number[], bitDepth: number): number[] {
  const bits = samples.map((sample) => sample.toString(2).padStart(bitDepth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

function filtered(
  type: number,
  row: readonly number[],
  above: readonly number[],
  distance: number,
): number[] {
  return row.map((byte, i) => {
    const [a, b, c] = [row[i - distance] ?? 0, above[i], above[i - distance] ?? 0];
    const paeth = [a, b, c].reduce((best, value) =>
      Math.abs(a + b - c - value) < Math.abs(a + b - c - best) ? value : best,
    );
    return (byte - [0, a, b, (a + b) >> 1, paeth][type]) & 255;
  });
}

function imageData(data: Uint8Array, pieces: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < data.length; ) {
    const length = pieces[chunks.length % pieces.length];
    chunks.push(chunk('IDAT', data.subarray(at, at + length)));
    at += length;
  }
  return chunks;
}
