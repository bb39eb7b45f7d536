import { WjpegError } from '../errors.ts';
import { DCT_BASIS } from '../jpeg/dct-basis.ts';
import type { CoefficientComponent, CoefficientImage } from '../jpeg/index.ts';
import type { Orientation } from '../jpeg/lenient/exif-orientation.ts';
import type { TileGeometry } from '../model/network.ts';
import type { ImageInputSpec } from '../wjz/manifest.ts';
import { jpegColourModel } from './decode-jpeg.ts';
import { estimateGround, type Ground, type GroundEstimate } from './ground.ts';
import { linearNormalization } from './normalization.ts';
import { turnedSize, turnOf } from './orientation.ts';
import { indicatorFrequencies, placeOnTile } from './tile-placement.ts';

/**
 * A JPEG of the model's own size as the model's transformed input, with no pixels on the way. Its samples are
 * p = 128 + IDCT(C∘Q), neither rounded nor clamped, the input is factor·p + addend inside the picture and 0 around it
 * on the tile; every step is linear. With M the block DCT of the picture's area (1 inside, 0 outside):
 * X = factor·place(C∘Q) + (128·factor + addend)·M.
 */
export interface CoefficientInput {
  /** 64 · blocksPerRow · blocksPerColumn of the tile: block raster order, natural order within a block. */
  readonly coefficients: Float64Array;
  readonly ground: Ground;
  readonly inverted: boolean;
}

/** A picture's coefficients, as stored, and how it is turned to be upright. */
export type PictureImage = CoefficientImage & {
  readonly orientation?: Orientation;
  readonly jfif?: boolean;
};

/** Why a JPEG cannot enter a model as coefficients; undefined if it can. */
export function coefficientObstacle(
  image: PictureImage,
  spec: Pick<ImageInputSpec, 'width' | 'height'>,
): string | undefined {
  const { width, height } = turnedSize(image, turnOf(image.orientation ?? 1));
  if (width !== spec.width || height !== spec.height) {
    return `the JPEG is ${width}×${height}, the model takes ${spec.width}×${spec.height}`;
  }
  const model = jpegColourModel(image);
  if (model !== 'grey' && model !== 'YCbCr') return `the JPEG is ${model}, which has no luma component`;
  const luma = image.components[0];
  if (luma.width !== image.width || luma.height !== image.height) {
    return `the luma component is subsampled to ${luma.width}×${luma.height}`;
  }
  return undefined;
}

/**
 * The luma of a JPEG as the model's transformed input. Requires that `coefficientObstacle` finds none.
 *
 * @param tile where the model's first layer places the picture; of the same width and height as the model's input
 */
export function jpegCoefficientInput(
  image: PictureImage,
  spec: ImageInputSpec,
  tile: TileGeometry,
  ground: Ground | 'auto',
): CoefficientInput {
  if (tile.width !== spec.width || tile.height !== spec.height) {
    throw new WjpegError(
      'misuse',
      'PICTURE_TILE',
      `tile is for ${tile.width}×${tile.height}, the model takes ${spec.width}×${spec.height}`,
    );
  }
  const placed = placeOnTile(dequantized(image.components[0]), tile, turnOf(image.orientation ?? 1));
  const seen = ground === 'auto' ? estimateGroundOfCoefficients(placed, tile).ground : ground;
  const inverted = seen !== spec.ground;
  const { factor, addend } = linearNormalization(spec, inverted);
  const constant = 128 * factor + addend;
  const rowOfArea = indicatorFrequencies(tile.width, tile.x, tile.blocksPerRow);
  const columnOfArea = indicatorFrequencies(tile.height, tile.y, tile.blocksPerColumn);
  const coefficients = placed.map((coefficient, index) => {
    const block = Math.floor(index / 64);
    const horizontal = (block % tile.blocksPerRow) * 8 + (index & 7);
    const vertical = Math.floor(block / tile.blocksPerRow) * 8 + ((index >> 3) & 7);
    return factor * coefficient + constant * columnOfArea[vertical] * rowOfArea[horizontal];
  });
  return { coefficients, ground: seen, inverted };
}

function dequantized({ coefficients, quantization }: CoefficientComponent): Float64Array {
  return Float64Array.from(coefficients, (coefficient, index) => coefficient * quantization[index & 63]);
}

/**
 * `estimateGround` without pixels, at the grain of blocks: the edge is the mean of each run of up to 8 samples along
 * it, the levels are those and the mean of each block. Both are exact sums over coefficients, since everything outside
 * the picture is zero: a block sums up to 8·DC, its row y to √8·Σ_v basis[v, y]·S[v, 0], its column likewise.
 *
 * @param placed level-shifted (p − 128) coefficients on the tile
 */
function estimateGroundOfCoefficients(placed: Float64Array, tile: TileGeometry): GroundEstimate {
  const { width, height, x, y, blocksPerRow, blocksPerColumn } = tile;
  const columnLengths = overlaps(width, x, blocksPerRow);
  const rowLengths = overlaps(height, y, blocksPerColumn);
  const block = (row: number, column: number) => (row * blocksPerRow + column) * 64;
  /** Sum of a line of a block: `frequency` steps through the frequencies across that line. */
  const lineSum = (start: number, line: number, frequency: number) => {
    let sum = 0;
    for (let v = 0; v < 8; v++) sum += DCT_BASIS[v * 8 + line] * placed[start + v * frequency];
    return Math.sqrt(8) * sum;
  };

  const edge: number[] = [];
  columnLengths.forEach((length, column) => {
    for (const line of [y, y + height - 1]) {
      edge.push(128 + lineSum(block(line >> 3, column), line & 7, 8) / length);
    }
  });
  rowLengths.forEach((length, row) => {
    for (const line of [x, x + width - 1]) {
      edge.push(128 + lineSum(block(row, line >> 3), line & 7, 1) / length);
    }
  });
  const means = rowLengths.flatMap((rows, row) =>
    columnLengths.map((columns, column) => 128 + (8 * placed[block(row, column)]) / (rows * columns)),
  );
  return estimateGround(edge, [...edge, ...means]);
}

/** Samples of the picture in each block along one axis of the tile. */
function overlaps(length: number, offset: number, blocks: number): number[] {
  return Array.from(
    { length: blocks },
    (_, block) => Math.min(block * 8 + 8, offset + length) - Math.max(block * 8, offset),
  );
}
