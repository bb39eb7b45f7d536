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
import { indicatorFrequencies, placeOnTile, scratch } from './tile-placement.ts';

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

/** The block DCT of a tile's area, 1 inside and 0 outside, is the outer product of these. */
interface AreaFrequencies {
  readonly rowOfArea: Float64Array;
  readonly columnOfArea: Float64Array;
}

/** Pictures of one network lie on one tile. */
const areas = new WeakMap<TileGeometry, AreaFrequencies>();

function areaOf(tile: TileGeometry): AreaFrequencies {
  let area = areas.get(tile);
  if (area === undefined) {
    area = {
      rowOfArea: indicatorFrequencies(tile.width, tile.x, tile.blocksPerRow),
      columnOfArea: indicatorFrequencies(tile.height, tile.y, tile.blocksPerColumn),
    };
    areas.set(tile, area);
  }
  return area;
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

const SQRT_8 = Math.sqrt(8);
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
  const [luma] = image.components;
  stored = scratch(stored, luma.coefficients.length);
  const placed = placeOnTile(dequantized(luma, stored), tile, turnOf(image.orientation ?? 1));
  const findings = findingsOf(placed, tile, spec, background);
  const { factor, addend } = linearNormalization(spec, findings.inverted);
  const constant = 128 * factor + addend;
  const { rowOfArea, columnOfArea } = areaOf(tile);
  let at = 0;
  for (let row = 0; row < tile.blocksPerColumn * 8; row += 8) {
    for (let column = 0; column < tile.blocksPerRow * 8; column += 8) {
      for (let v = row; v < row + 8; v++) {
        const ofRow = constant * columnOfArea[v];
        for (let u = column; u < column + 8; u++, at++) {
          placed[at] = factor * placed[at] + ofRow * rowOfArea[u];
        }
      }
    }
  }
  return { ...findings, coefficients: placed };
}

/** Of the last picture: small pictures would spend a tenth of their time on memory. */
let stored: Float64Array | undefined;

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
export function dequantized(
  { coefficients, quantization }: CoefficientComponent,
  values: Float64Array = new Float64Array(coefficients.length),
): Float64Array {
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
  const edge: number[] = [];
  for (let column = 0; column < blocksPerRow; column++) {
    edge.push(
      128 + rowSum(placed, blocksPerRow, y, column) / columnLengths[column],
      128 + rowSum(placed, blocksPerRow, y + height - 1, column) / columnLengths[column],
    );
  }
  for (let row = 0; row < blocksPerColumn; row++) {
    edge.push(
      128 + columnSum(placed, blocksPerRow, x, row) / rowLengths[row],
      128 + columnSum(placed, blocksPerRow, x + width - 1, row) / rowLengths[row],
    );
  }
  // Blocks below and beside one another are added up first: of them, only the frequencies 0 across a line matter.
  const across = new Float64Array(8 * blocksPerRow);
  const down = new Float64Array(8 * blocksPerColumn);
  for (let row = 0, start = 0; row < blocksPerColumn; row++) {
    for (let column = 0; column < blocksPerRow; column++, start += 64) {
      for (let k = 0; k < 8; k++) {
        across[8 * column + k] += placed[start + k];
        down[8 * row + k] += placed[start + 8 * k];
      }
    }
  }
  return {
    width,
    height,
    edge,
    columnSums: lineSums(across, x, width, 128 * height),
    rowSums: lineSums(down, y, height, 128 * width),
  };
}

/** Sums of lines from `offset` on, given the frequencies of the blocks that they cross. */
function lineSums(frequencies: Float64Array, offset: number, length: number, level: number): Float64Array {
  const sums = new Float64Array(length);
  for (let k = 0, line = offset; k < length; k++, line++) {
    sums[k] = level + lineSum(frequencies, line & ~7, line & 7, 1);
  }
  return sums;
}

/** Sum of line `line` of the tile in a column of its blocks. */
function rowSum(placed: Float64Array, blocksPerRow: number, line: number, column: number): number {
  return lineSum(placed, ((line >> 3) * blocksPerRow + column) * 64, line & 7, 8);
}

/** The same of a column of samples in a row of blocks. */
function columnSum(placed: Float64Array, blocksPerRow: number, line: number, row: number): number {
  return lineSum(placed, (row * blocksPerRow + (line >> 3)) * 64, line & 7, 1);
}

/** Sum of a line of the block at `start`; `frequency` steps through the frequencies across that line. */
function lineSum(placed: Float64Array, start: number, line: number, frequency: 1 | 8): number {
  let sum = 0;
  for (let v = 0; v < 8; v++) sum += DCT_BASIS[v * 8 + line] * placed[start + v * frequency];
  return SQRT_8 * sum;
}

/** The mean level of the picture's samples in each block: a block sums up to 8·DC. */
function blockMeans(placed: Float64Array, tile: TileGeometry): number[] {
  const columnLengths = overlaps(tile.width, tile.x, tile.blocksPerRow);
  const rowLengths = overlaps(tile.height, tile.y, tile.blocksPerColumn);
  const means: number[] = [];
  for (const rows of rowLengths) {
    for (const columns of columnLengths) {
      means.push(128 + (8 * placed[means.length * 64]) / (rows * columns));
    }
  }
  return means;
}

/** Root mean square distance of the picture's samples from a level. The DCT is orthonormal and keeps sums of squares. */
function contrastOf(placed: Float64Array, { width, height }: TileGeometry, level: number): number {
  const shift = 128 - level;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < placed.length; at++) squares += placed[at] * placed[at];
  for (let at = 0; at < placed.length; at += 64) sum += 8 * placed[at];
  const pixels = width * height;
  return Math.sqrt(Math.max(0, (squares + 2 * shift * sum) / pixels + shift * shift));
}

/** Samples of the picture in each block along one axis of the tile. */
function overlaps(length: number, offset: number, blocks: number): number[] {
  const samples: number[] = [];
  for (let start = 0; start < blocks * 8; start += 8) {
    samples.push(Math.min(start + 8, offset + length) - Math.max(start, offset));
  }
  return samples;
}
