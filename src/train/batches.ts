import type { Buffer32, TrainKernels } from '../../kernels/train/kernels.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Random } from '../random.ts';

/** Maximum rotation (radians), shear, scaling and shift (samples) of a picture augmented with strength 1. */
const TURN = 0.2;
const SHEAR = 0.2;
const SIZE = 0.12;
const SHIFT = 1.5;

/** Transforms pictures to the block DCT that the first layer takes, one batch at a time. */
export class Batches {
  /** B × K coefficients of the latest batch. */
  readonly input: Buffer32;
  readonly #pictures: Buffer32;
  readonly #kernels: TrainKernels;
  readonly #data: LabelledPictures;
  readonly #tile: TileGeometry;

  constructor(kernels: TrainKernels, data: LabelledPictures, tile: TileGeometry, batch: number) {
    this.#kernels = kernels;
    this.#data = data;
    this.#tile = tile;
    this.#pictures = kernels.buffer(batch * tileSamples(tile));
    this.input = kernels.buffer(batch * tileSamples(tile));
  }

  static floats(tile: TileGeometry, batch: number): number {
    return 2 * batch * tileSamples(tile) + 100;
  }

  /** Computes the batch of the pictures `indices`. Samples 0…255 become 0…1. */
  fill(indices: ArrayLike<number>, augment: number, random: Random): void {
    const tile = this.#tile;
    const line = tile.blocksPerRow * 8;
    const size = tileSamples(tile);
    const area = tile.width * tile.height;
    const target = this.#pictures.values;
    for (let i = 0; i < indices.length; i++) {
      const picture = this.#data.pictures.subarray(indices[i] * area, (indices[i] + 1) * area);
      const start = i * size + tile.y * line + tile.x;
      if (augment > 0) {
        distort(picture, tile.width, tile.height, target, start, line, augment, random);
        continue;
      }
      for (let y = 0; y < tile.height; y++) {
        for (let x = 0; x < tile.width; x++) target[start + y * line + x] = picture[y * tile.width + x] / 255;
      }
    }
    this.#kernels.transformPictures(
      indices.length,
      tile.blocksPerColumn,
      tile.blocksPerRow,
      this.#pictures,
      this.input,
    );
  }
}

function tileSamples(tile: TileGeometry): number {
  return tile.blocksPerRow * tile.blocksPerColumn * 64;
}

/** Writes a picture, moved by a random affine map around its centre, with bilinear sampling; outside is 0. */
function distort(
  picture: Uint8Array,
  width: number,
  height: number,
  target: Float32Array,
  start: number,
  line: number,
  strength: number,
  random: Random,
): void {
  const angle = random.symmetric() * TURN * strength;
  const shear = random.symmetric() * SHEAR * strength;
  const across = 1 + random.symmetric() * SIZE * strength;
  const down = 1 + random.symmetric() * SIZE * strength;
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  const fromX = middleX + random.symmetric() * SHIFT * strength;
  const fromY = middleY + random.symmetric() * SHIFT * strength;
  const xx = Math.cos(angle) * across;
  const xy = Math.cos(angle) * shear - Math.sin(angle) * down;
  const yx = Math.sin(angle) * across;
  const yy = Math.sin(angle) * shear + Math.cos(angle) * down;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sourceX = fromX + (x - middleX) * xx + (y - middleY) * xy;
      const sourceY = fromY + (x - middleX) * yx + (y - middleY) * yy;
      target[start + y * line + x] = bilinear(picture, width, height, sourceX, sourceY) / 255;
    }
  }
}

function bilinear(picture: Uint8Array, width: number, height: number, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) return 0;
  const at = top * width + left;
  const partX = x - left;
  const upper = picture[at] + (picture[at + 1] - picture[at]) * partX;
  const lower = picture[at + width] + (picture[at + width + 1] - picture[at + width]) * partX;
  return upper + (lower - upper) * (y - top);
}
