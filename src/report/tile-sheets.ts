/** A picture of tiles. */
export interface TileSheet {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: red, green and blue of each pixel beside one another. */
  readonly channels: 1 | 3;
  /** height × width × channels. */
  readonly samples: Uint8Array;
  /** How many tiles lie in a row, and in a column. */
  readonly columns: number;
  readonly rows: number;
}

/** A sheet of kernels; of many, the first ones are shown. */
export interface KernelSheet extends TileSheet {
  /** Output channels that are shown. */
  readonly outputs: number;
  /** Input channels that are shown, 3 in one tile if in colour. */
  readonly inputs: number;
}

/** A sheet of feature maps. */
export interface MapSheet extends TileSheet {
  /** Maps that are shown. */
  readonly maps: number;
}

/** Maximum channels shown per axis. */
const CHANNELS = 64;
/** Maximum samples of a sheet of maps: more are no longer seen. */
const MAP_SAMPLES = 2 ** 20;
/** Level between tiles. */
const GAP = 24;

/**
 * Levels per unit of weight of each output channel, such that black and white are ± its maximum magnitude: kernels of different
 * scale (batch norm folded in) are equally seen.
 *
 * @param kernels all that are to have one scale, each of `shape`, O×I×KH×KW, row-major
 */
export function kernelScales(
  [outputs, ...tile]: readonly number[],
  kernels: readonly ArrayLike<number>[],
): readonly number[] {
  const size = tile.reduce((product, extent) => product * extent, 1);
  return Array.from({ length: outputs }, (_, output) => {
    let max = 0;
    for (const values of kernels)
      for (let i = output * size; i < (output + 1) * size; i++) max = Math.max(max, Math.abs(values[i]));
    return 127.5 / (max || 1);
  });
}

/**
 * Kernels as pictures, mid-grey 0.
 *
 * @param values kernels of `shape`, O×I×KH×KW, row-major
 * @param colour whether I = 3 channels are the red, green and blue of one tile. Otherwise a row of tiles is an output channel and a
 *   column an input channel; kernels of one input channel fill a wide sheet
 * @param scales of the output channels; by default those of these kernels alone
 */
export function kernelSheet(
  values: ArrayLike<number>,
  shape: readonly number[],
  colour: boolean,
  scales: readonly number[] = kernelScales(shape, [values]),
): KernelSheet {
  const [allOutputs, allInputs, height, width] = shape;
  const outputs = Math.min(allOutputs, CHANNELS);
  const inputs = colour ? allInputs : Math.min(allInputs, CHANNELS);
  const tiles = colour ? outputs : outputs * inputs;
  const size = allInputs * height * width;
  const columns = colour || allInputs === 1 ? wideColumns(tiles, width, height) : inputs;
  return {
    ...layTiles({ tiles, width, height, columns, channels: colour ? 3 : 1 }, (tile, pixel, channel) => {
      const output = colour ? tile : Math.floor(tile / inputs);
      const input = colour ? channel : tile % inputs;
      return 127.5 + scales[output] * values[output * size + input * height * width + pixel];
    }),
    outputs,
    inputs,
  };
}

/**
 * The channels of a layer's output as grey tiles, each from black, its minimum, to white, its maximum; a map without
 * any difference is black.
 *
 * @param values `shape`, C×H×W, row-major
 */
export function mapSheet(values: Float32Array, [channels, height, width]: readonly number[]): MapSheet {
  const area = height * width;
  const maps = Math.min(channels, CHANNELS, Math.max(1, Math.floor(MAP_SAMPLES / area)));
  const ranges = Array.from({ length: maps }, (_, map) => {
    const own = values.subarray(map * area, (map + 1) * area);
    const min = own.reduce((least, value) => Math.min(least, value), Infinity);
    const max = own.reduce((most, value) => Math.max(most, value), -Infinity);
    return { min, scale: max > min ? 255 / (max - min) : 0 };
  });
  const columns = wideColumns(maps, width, height);
  return {
    ...layTiles({ tiles: maps, width, height, columns, channels: 1 }, (map, pixel) => {
      const { min, scale } = ranges[map];
      return (values[map * area + pixel] - min) * scale;
    }),
    maps,
  };
}

interface Tiling {
  readonly tiles: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly channels: 1 | 3;
}

/** Tiles in rows, a pixel between them unless they are single pixels. */
function layTiles(
  { tiles, width, height, columns, channels }: Tiling,
  sampleOf: (tile: number, pixel: number, channel: number) => number,
): TileSheet {
  const gap = width * height > 1 ? 1 : 0;
  const rows = Math.ceil(tiles / columns);
  const sheetWidth = columns * (width + gap) - gap;
  const sheetHeight = rows * (height + gap) - gap;
  const samples = new Uint8Array(sheetWidth * sheetHeight * channels).fill(GAP);
  for (let tile = 0; tile < tiles; tile++) {
    const left = (tile % columns) * (width + gap);
    const top = Math.floor(tile / columns) * (height + gap);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const y = top + Math.floor(pixel / width);
      const start = (y * sheetWidth + left + (pixel % width)) * channels;
      for (let channel = 0; channel < channels; channel++)
        samples[start + channel] = Math.round(sampleOf(tile, pixel, channel));
    }
  }
  return { width: sheetWidth, height: sheetHeight, channels, samples, columns, rows };
}

/** Tiles in a row of a sheet that is twice as wide as it is high. */
function wideColumns(tiles: number, width: number, height: number): number {
  return Math.min(tiles, Math.max(1, Math.ceil(Math.sqrt((2 * tiles * height) / width))));
}
