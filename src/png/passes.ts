import { channelsOf, type PngHeader } from './header.ts';

/** A reduced image of an interlaced PNG, or the whole of another: which pixels its rows hold. */
export interface Pass {
  /** First column and row of the picture, and the distance to the next. */
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes per row, without its filter type. */
  readonly rowBytes: number;
}

/** Adam7: x, y, dx and dy of each pass (W3C PNG 8.2). */
const ADAM7: readonly (readonly [x: number, y: number, dx: number, dy: number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** The passes that have pixels, in the order of the image data. */
export function passesOf(header: PngHeader): Pass[] {
  const { width, height, bitDepth, interlaced } = header;
  const bitsPerPixel = bitDepth * channelsOf(header);
  const steps = interlaced ? ADAM7 : [[0, 0, 1, 1] as const];
  return steps
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((width - x) / dx);
      const rows = Math.ceil((height - y) / dy);
      return { x, y, dx, dy, columns, rows, rowBytes: Math.ceil((columns * bitsPerPixel) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Bytes of the image data once inflated: a filter type and the samples for each row (W3C PNG clause 7). */
export function filteredBytes(passes: readonly Pass[]): number {
  return passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}
