import { DCT_BASIS } from '../jpeg/dct/basis.ts';
import { forwardDct8 } from '../jpeg/dct/dct.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Turn } from './orientation.ts';

/**
 * Moves a picture to its place on a tile in the coefficient domain, where both steps are linear: zero what is outside
 * the picture (the samples by which its own JPEG fills up its last blocks are anything) and shift by the tile's offset.
 * Along one axis, on the samples s of the picture's blocks, that is t = shift·mask·s; on their 8-point DCTs it is
 * T = D·(shift·mask)·Dᵀ, and both axes together X = T_v · X₀ · T_hᵀ. An offset of less than a block makes every block
 * of the tile depend on two blocks of the picture at most, so T is a band of 8×8 matrices. A picture that is stored turned
 * is transposed block by block first; mirroring an axis reverses the samples that the shift moves, which is as linear.
 */

const UPRIGHT: Turn = { transpose: false, mirrorX: false, mirrorY: false };

/** A target block's share of one source block; `matrix[u * 8 + v]` takes source frequency u to target frequency v. */
interface BlockShare {
  readonly source: number;
  /** Null for the identity: the block is whole and stays where it is. */
  readonly matrix: Float64Array | null;
}

/** The shares of all target blocks along each axis. */
interface Placement {
  readonly horizontal: readonly (readonly BlockShare[])[];
  readonly vertical: readonly (readonly BlockShare[])[];
}

/** Pictures of one network lie on one tile: what only depends on it is made once, by the way they are turned. */
const placements = new WeakMap<TileGeometry, Map<Turn, Placement>>();

function placementOf(tile: TileGeometry, turn: Turn): Placement {
  let ofTile = placements.get(tile);
  if (ofTile === undefined) {
    ofTile = new Map();
    placements.set(tile, ofTile);
  }
  let placement = ofTile.get(turn);
  if (placement === undefined) {
    placement = {
      horizontal: axisShares(tile.width, tile.x, tile.blocksPerRow, turn.mirrorX),
      vertical: axisShares(tile.height, tile.y, tile.blocksPerColumn, turn.mirrorY),
    };
    ofTile.set(turn, placement);
  }
  return placement;
}

/**
 * The coefficients of a picture on its tile.
 *
 * @param stored ceil(width ÷ 8) × ceil(height ÷ 8) blocks of dequantised coefficients, raster order, natural order; of
 *   the picture as stored, whose sides are exchanged if `turn` transposes it
 * @param tile of the upright picture
 * @param turn how the stored picture becomes upright
 * @returns blocksPerRow × blocksPerColumn blocks: exactly the block DCT of the picture placed on the tile, zeros around
 */
export function placeOnTile(stored: Float64Array, tile: TileGeometry, turn: Turn = UPRIGHT): Float64Array {
  const { blocksPerRow, blocksPerColumn } = tile;
  const sourcesPerRow = Math.ceil(tile.width / 8);
  const sourcesPerColumn = Math.ceil(tile.height / 8);
  const blocks = turn.transpose ? transposed(stored, sourcesPerColumn) : stored;
  const { horizontal, vertical } = placementOf(tile, turn);

  work = scratch(work, blocksPerRow * sourcesPerColumn * 64);
  const widened = work.fill(0);
  for (let row = 0; row < sourcesPerColumn; row++) {
    for (let column = 0; column < blocksPerRow; column++) {
      const target = (row * blocksPerRow + column) * 64;
      for (const share of horizontal[column]) {
        addShare(share, blocks, (row * sourcesPerRow + share.source) * 64, widened, target, 1, 8);
      }
    }
  }
  const placed = new Float64Array(blocksPerRow * blocksPerColumn * 64);
  for (let row = 0; row < blocksPerColumn; row++) {
    for (let column = 0; column < blocksPerRow; column++) {
      const target = (row * blocksPerRow + column) * 64;
      for (const share of vertical[row]) {
        addShare(share, widened, (share.source * blocksPerRow + column) * 64, placed, target, 8, 1);
      }
    }
  }
  return placed;
}

/** Coefficients between the two axes, of the last picture. */
let work: Float64Array | undefined;

/** Memory of a length that the last picture of that length has left. */
export function scratch(last: Float64Array | undefined, length: number): Float64Array {
  return last?.length === length ? last : new Float64Array(length);
}

/**
 * 8-point DCTs, `blocks` of them, of the run that is 1 on the `length` samples from `offset` on and 0 elsewhere.
 * The block DCT of a tile's constant picture is the outer product of its two axes.
 */
export function indicatorFrequencies(length: number, offset: number, blocks: number): Float64Array {
  const line = new Float64Array(blocks * 8).fill(1, offset, offset + length);
  for (let block = 0; block < blocks; block++) {
    const part = line.subarray(block * 8, block * 8 + 8);
    forwardDct8(part, part);
  }
  return line;
}

/** Rows and columns exchanged, of the blocks and in each; `blocksPerRow` before that. */
function transposed(blocks: Float64Array, blocksPerRow: number): Float64Array {
  const result = new Float64Array(blocks.length);
  const blocksPerColumn = blocks.length / 64 / blocksPerRow;
  for (let row = 0; row < blocksPerColumn; row++) {
    for (let column = 0; column < blocksPerRow; column++) {
      const source = (row * blocksPerRow + column) * 64;
      const target = (column * blocksPerColumn + row) * 64;
      for (let k = 0; k < 64; k++) result[target + (k & 7) * 8 + (k >> 3)] = blocks[source + k];
    }
  }
  return result;
}

function axisShares(length: number, offset: number, blocks: number, mirrored: boolean): BlockShare[][] {
  const sources = Math.ceil(length / 8);
  return Array.from({ length: blocks }, (_, block) => {
    // The samples of the picture that come to lie on this block, whether there are such or not.
    const low = mirrored ? offset + length - 8 - block * 8 : block * 8 - offset;
    return [Math.floor(low / 8), Math.floor((low + 7) / 8)]
      .filter((source, index, both) => source >= 0 && source < sources && source !== both[index - 1])
      .map((source) => ({ source, matrix: shareMatrix(length, offset, block, source, mirrored) }));
  });
}

function shareMatrix(
  length: number,
  offset: number,
  block: number,
  source: number,
  mirrored: boolean,
): Float64Array | null {
  // Source sample s lands on sample s + offset of the tile; mirrored, on offset + length − 1 − s.
  const low = mirrored ? offset + length - 8 - block * 8 : block * 8 - offset;
  const first = Math.max(source * 8, low);
  const end = Math.min(source * 8 + 8, low + 8, length);
  const isWhole = end - first === 8;
  if (isWhole && !mirrored) return null;
  const matrix = new Float64Array(64);
  for (let v = 0; v < 8; v++) {
    if (isWhole) {
      // A whole block reversed: odd frequencies change their sign (DCT-II), without any rounding.
      matrix[v * 9] = v & 1 ? -1 : 1;
      continue;
    }
    for (let u = 0; u < 8; u++) {
      for (let s = first; s < end; s++) {
        const place = mirrored ? low + 7 - s : s - low;
        matrix[u * 8 + v] += DCT_BASIS[v * 8 + place] * DCT_BASIS[u * 8 + s - source * 8];
      }
    }
  }
  return matrix;
}

/**
 * Adds a share of a source block to a target block. `along` steps along the axis, `across` from one line to the next.
 */
function addShare(
  { matrix }: BlockShare,
  source: Float64Array,
  sourceStart: number,
  target: Float64Array,
  targetStart: number,
  along: number,
  across: number,
): void {
  if (matrix === null) {
    for (let k = 0; k < 64; k++) target[targetStart + k] += source[sourceStart + k];
    return;
  }
  // Most source frequencies are zero: what they would add is left out. The others are added in their order.
  for (let line = 0; line < 8; line++) {
    const from = sourceStart + line * across;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let u = 0; u < 8; u++) {
      const value = source[from + u * along];
      if (value === 0) continue;
      const at = u * 8;
      a += matrix[at] * value;
      b += matrix[at + 1] * value;
      c += matrix[at + 2] * value;
      d += matrix[at + 3] * value;
      e += matrix[at + 4] * value;
      f += matrix[at + 5] * value;
      g += matrix[at + 6] * value;
      h += matrix[at + 7] * value;
    }
    const to = targetStart + line * across;
    target[to] += a;
    target[to + along] += b;
    target[to + 2 * along] += c;
    target[to + 3 * along] += d;
    target[to + 4 * along] += e;
    target[to + 5 * along] += f;
    target[to + 6 * along] += g;
    target[to + 7 * along] += h;
  }
}
