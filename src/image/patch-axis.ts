import { DCT_BASIS } from '../jpeg/dct/basis.ts';

/**
 * One axis of the patches that a network cuts pictures into, and of a component of a JPEG: how the coefficients of the
 * component become the values that a patch takes, and what these values say of the samples of the picture in the patch. A
 * component with fewer samples is brought to the picture's size as pixels are (`interpolatedAxes`), which is linear.
 */
export interface PatchAxis {
  /** Pixels of the picture in a patch, a multiple of 8. */
  readonly pixels: number;
  /** Pixels per sample of the component. */
  readonly ratio: number;
  /** Whether samples between those of the component are interpolated; if not, they are repeated. `ratio` is 2 then. */
  readonly interpolated: boolean;
}

/** What the block of a component adds to the values of a patch, from value `first` on. */
export interface PatchShare {
  readonly block: number;
  readonly first: number;
  readonly count: number;
  /** count × 8 frequencies, row-major; null where they are the block's own 8. */
  readonly matrix: Float64Array | null;
}

/** Blocks of the component that lie in a patch as they are; 0 where a patch has part of a block. */
function ownBlocks({ pixels, ratio }: PatchAxis): number {
  return pixels % (8 * ratio) === 0 ? pixels / (8 * ratio) : 0;
}

/**
 * Values of a patch along the axis. Where it has whole blocks these are their frequencies as they are, and where samples are
 * interpolated, the last sample before them and the first behind them, which interpolation takes too. Else they are the
 * frequencies of the upsampled blocks.
 */
export function axisSize(axis: PatchAxis): number {
  const own = ownBlocks(axis);
  return own === 0 ? axis.pixels : 8 * own + (axis.interpolated ? 2 : 0);
}

/** The samples of the picture in a patch by its values: pixels × `axisSize`, row-major. */
export function axisSamples(axis: PatchAxis): Float64Array {
  const own = ownBlocks(axis);
  const size = axisSize(axis);
  const samples = new Float64Array(axis.pixels * size);
  for (let pixel = 0; pixel < axis.pixels; pixel++) {
    const row = samples.subarray(pixel * size, (pixel + 1) * size);
    const sources = own === 0 ? [[pixel, 1] as const] : sourcesOf(axis, pixel);
    for (const [sample, weight] of sources) {
      if (sample < 0) row[8 * own] += weight;
      else if (own > 0 && sample >= 8 * own) row[8 * own + 1] += weight;
      else addFrequencies(row, sample - (sample & 7), sample & 7, weight);
    }
  }
  return samples;
}

/**
 * What the blocks of a line of `length` samples add to the values of a patch. At the ends of the line its last sample is taken
 * again.
 */
export function axisShares(axis: PatchAxis, length: number, patch: number): PatchShare[] {
  const own = ownBlocks(axis);
  if (own === 0) {
    return Array.from({ length: axis.pixels / 8 }, (_, part) =>
      upsampledShares(axis, length, patch * axis.pixels + 8 * part).map((share) => ({
        ...share,
        first: 8 * part,
      })),
    ).flat();
  }
  const blocks = Array.from({ length: own }, (_, index): PatchShare => {
    return { block: patch * own + index, first: 8 * index, count: 8, matrix: null };
  });
  if (!axis.interpolated) return blocks;
  const edges = [8 * own * patch - 1, 8 * own * (patch + 1)].map((sample, side): PatchShare => {
    const inside = Math.min(Math.max(sample, 0), length - 1);
    const matrix = new Float64Array(8);
    addFrequencies(matrix, 0, inside & 7, 1);
    return { block: inside >> 3, first: 8 * own + side, count: 1, matrix };
  });
  return [...blocks, ...edges];
}

/** Frequencies of the 8 upsampled samples from pixel `start` on. */
function upsampledShares(axis: PatchAxis, length: number, start: number): PatchShare[] {
  const matrices = new Map<number, Float64Array>();
  for (let x = 0; x < 8; x++) {
    for (const [sample, weight] of sourcesOf(axis, start + x)) {
      const inside = Math.min(Math.max(sample, 0), length - 1);
      const block = inside >> 3;
      const matrix = matrices.get(block) ?? new Float64Array(64);
      matrices.set(block, matrix);
      for (let v = 0; v < 8; v++) {
        addFrequencies(matrix, 8 * v, inside & 7, weight * DCT_BASIS[8 * v + x]);
      }
    }
  }
  return [...matrices].map(([block, matrix]) => ({ block, first: 0, count: 8, matrix }));
}

/** The samples of the component that a pixel of the picture is made of, and their weights; some may lie outside. */
function sourcesOf(
  { ratio, interpolated }: PatchAxis,
  pixel: number,
): readonly (readonly [sample: number, weight: number])[] {
  const near = Math.floor(pixel / ratio);
  if (!interpolated) return [[near, 1]];
  return [
    [near, 3 / 4],
    [pixel % 2 === 0 ? near - 1 : near + 1, 1 / 4],
  ];
}

/** Adds weight × the 8 frequencies of sample `x` of a block, the inverse DCT, from place `at` on. */
function addFrequencies(target: Float64Array, at: number, x: number, weight: number): void {
  for (let u = 0; u < 8; u++) target[at + u] += weight * DCT_BASIS[8 * u + x];
}
