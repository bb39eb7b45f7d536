import { WjpegError } from '../errors.ts';
import type { ImageInputSpec } from '../format/manifest.ts';
import { DCT_BASIS } from '../jpeg/dct/basis.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { CoefficientComponent, CoefficientImage } from '../jpeg/index.ts';
import type { Orientation } from '../jpeg/lenient/exif-orientation.ts';
import { type Background, type BackgroundOption, estimateBackground } from './background.ts';
import { jpegColourModel } from './decode-jpeg.ts';
import { linearNormalization } from './normalization.ts';
import { turnedSize, turnOf } from './orientation.ts';
import type { Profile } from './placed.ts';
import { indicatorFrequencies, placeOnTile } from './tile-placement.ts';

/**
 * A JPEG of the model's own size as the model's transformed input, with no pixels on the way. Its samples are
 * p = 128 + IDCT(C∘Q), neither rounded nor clamped, the input is factor·p + addend inside the picture and 0 around it
 * on the tile; every step is linear. With M the block DCT of the picture's area (1 inside, 0 outside):
 * X = factor·place(C∘Q) + (128·factor + addend)·M.
 */
export interface CoefficientInput extends Findings {
  /** 64 · blocksPerRow · blocksPerColumn of the tile: block raster order, natural order within a block. Or as `patchInput` says. */
  readonly coefficients: Float64Array;
}

/** What the coefficients of a picture's luma tell. */
export interface Findings {
  readonly background: Background;
  readonly inverted: boolean;
  /** What tells whether the picture is centred already. */
  readonly profile: Profile;
  /** Whether nothing is in the picture: its samples hardly differ from the background's level, or in colour from each other. */
  readonly blank: boolean;
}

/** A picture's coefficients, as stored, and how it is turned to be upright. */
export type PictureImage = CoefficientImage & {
  readonly orientation?: Orientation;
  readonly jfif?: boolean;
};

/** A picture whose samples are within so many levels of its background, in the root mean square, is blank. */
const BLANK_CONTRAST = 8;
/** A photograph is blank if all blocks are within so many levels of one another, and the samples in each of its mean. */
const UNIFORM = 2;

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
  background: BackgroundOption,
): CoefficientInput {
  if (tile.width !== spec.width || tile.height !== spec.height) {
    throw new WjpegError(
      'misuse',
      'PICTURE_TILE',
      `tile is for ${tile.width}×${tile.height}, the model takes ${spec.width}×${spec.height}`,
    );
  }
  const placed = placeOnTile(dequantized(image.components[0]), tile, turnOf(image.orientation ?? 1));
  const findings = findingsOf(placed, tile, spec, background);
  const { factor, addend } = linearNormalization(spec, findings.inverted);
  const constant = 128 * factor + addend;
  const rowOfArea = indicatorFrequencies(tile.width, tile.x, tile.blocksPerRow);
  const columnOfArea = indicatorFrequencies(tile.height, tile.y, tile.blocksPerColumn);
  const coefficients = placed.map((coefficient, index) => {
    const block = Math.floor(index / 64);
    const horizontal = (block % tile.blocksPerRow) * 8 + (index & 7);
    const vertical = Math.floor(block / tile.blocksPerRow) * 8 + ((index >> 3) & 7);
    return factor * coefficient + constant * columnOfArea[vertical] * rowOfArea[horizontal];
  });
  return { ...findings, coefficients };
}

/**
 * Looks at the luma of a picture. A network of three channels takes colours as they are, unless the caller says that the
 * background is not the network's.
 *
 * @param placed level-shifted (p − 128) coefficients on the tile
 */
export function findingsOf(
  placed: Float64Array,
  tile: TileGeometry,
  { channels, preprocessing }: ImageInputSpec,
  background: BackgroundOption,
): Findings {
  const profile = profileOf(placed, tile);
  const means = blockMeans(placed, tile);
  const estimate = estimateBackground(profile.edge, [...profile.edge, ...means]);
  const seen = background === 'auto' ? estimate.background : background;
  const isColour = channels === 3;
  return {
    background: seen,
    inverted: (!isColour || background !== 'auto') && seen !== preprocessing.background,
    profile,
    blank: isColour ? isUniform(placed, means) : contrastOf(placed, tile, estimate.level) <= BLANK_CONTRAST,
  };
}

/** Whether nothing is in a photograph of whole blocks: they are alike, and even. */
function isUniform(placed: Float64Array, means: readonly number[]): boolean {
  const energy = new Float64Array(means.length);
  placed.forEach((coefficient, at) => {
    if (at % 64 > 0) energy[Math.floor(at / 64)] += coefficient * coefficient;
  });
  return (
    means.every((mean) => Math.abs(mean - means[0]) <= UNIFORM) &&
    energy.every((squares) => Math.sqrt(squares / 64) <= UNIFORM)
  );
}

/** Coefficients times their steps of quantisation, as they are stored. */
export function dequantized({ coefficients, quantization }: CoefficientComponent): Float64Array {
  const values = new Float64Array(coefficients.length);
  for (let at = 0; at < values.length; at++) values[at] = coefficients[at] * quantization[at & 63];
  return values;
}

/**
 * What a picture's edge, columns and rows sum up to, without pixels: the edge at the grain of blocks, as the mean of each
 * run of up to 8 samples along it. All are exact sums over coefficients, since everything outside the picture is zero: row
 * y of a block sums up to √8·Σ_v basis[v, y]·S[v, 0], a column likewise.
 *
 * @param placed level-shifted (p − 128) coefficients on the tile
 */
function profileOf(placed: Float64Array, tile: TileGeometry): Profile {
  const { width, height, x, y, blocksPerRow, blocksPerColumn } = tile;
  const columnLengths = overlaps(width, x, blocksPerRow);
  const rowLengths = overlaps(height, y, blocksPerColumn);
  const rowSum = (line: number, column: number) => lineSum(placed, tile, line >> 3, column, line & 7, 8);
  const columnSum = (line: number, row: number) => lineSum(placed, tile, row, line >> 3, line & 7, 1);

  const edge: number[] = [];
  columnLengths.forEach((length, column) => {
    for (const line of [y, y + height - 1]) edge.push(128 + rowSum(line, column) / length);
  });
  rowLengths.forEach((length, row) => {
    for (const line of [x, x + width - 1]) edge.push(128 + columnSum(line, row) / length);
  });
  const total = (lengths: readonly number[], part: (index: number) => number) =>
    lengths.reduce((sum, length, index) => sum + 128 * length + part(index), 0);
  return {
    width,
    height,
    edge,
    columnSums: Array.from({ length: width }, (_, k) => total(rowLengths, (row) => columnSum(x + k, row))),
    rowSums: Array.from({ length: height }, (_, k) =>
      total(columnLengths, (column) => rowSum(y + k, column)),
    ),
  };
}

/** Sum of a line of a block; `frequency` steps through the frequencies across that line. */
function lineSum(
  placed: Float64Array,
  { blocksPerRow }: TileGeometry,
  row: number,
  column: number,
  line: number,
  frequency: 1 | 8,
): number {
  const start = (row * blocksPerRow + column) * 64;
  let sum = 0;
  for (let v = 0; v < 8; v++) sum += DCT_BASIS[v * 8 + line] * placed[start + v * frequency];
  return Math.sqrt(8) * sum;
}

/** The mean level of the picture's samples in each block: a block sums up to 8·DC. */
function blockMeans(placed: Float64Array, tile: TileGeometry): number[] {
  const columnLengths = overlaps(tile.width, tile.x, tile.blocksPerRow);
  const rowLengths = overlaps(tile.height, tile.y, tile.blocksPerColumn);
  return rowLengths.flatMap((rows, row) =>
    columnLengths.map(
      (columns, column) => 128 + (8 * placed[(row * tile.blocksPerRow + column) * 64]) / (rows * columns),
    ),
  );
}

/** Root mean square distance of the picture's samples from a level. The DCT is orthonormal and keeps sums of squares. */
function contrastOf(placed: Float64Array, { width, height }: TileGeometry, level: number): number {
  const shift = 128 - level;
  let sum = 0;
  let squares = 0;
  placed.forEach((coefficient, index) => {
    squares += coefficient * coefficient;
    if (index % 64 === 0) sum += 8 * coefficient;
  });
  const pixels = width * height;
  return Math.sqrt(Math.max(0, (squares + 2 * shift * sum) / pixels + shift * shift));
}

/** Samples of the picture in each block along one axis of the tile. */
function overlaps(length: number, offset: number, blocks: number): number[] {
  return Array.from(
    { length: blocks },
    (_, block) => Math.min(block * 8 + 8, offset + length) - Math.max(block * 8, offset),
  );
}
