import type { ImageInputSpec } from '../format/manifest.ts';
import { tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { blockDct } from '../jpeg/dct/transforms.ts';
import { interpolatedAxes } from '../jpeg/pixels/upsample.ts';
import type { CoefficientComponent } from '../jpeg/types.ts';
import type { BackgroundOption } from './background.ts';
import { type CoefficientInput, dequantized, findingsOf, type PictureImage } from './jpeg-coefficients.ts';
import { linearNormalization } from './normalization.ts';
import { turnOf } from './orientation.ts';
import { axisShares, axisSize, type PatchAxis, type PatchShare } from './patch-axis.ts';
import { placeOnTile } from './tile-placement.ts';

/** Size in pixels of the patches that a network's first layer cuts its input into: multiples of 8 that divide its sides. */
export interface PatchSize {
  readonly patchWidth: number;
  readonly patchHeight: number;
}

/** Pixels per sample of both chroma components, across and down, by the usual names; `4:0:0` is luma alone. */
const CHROMA = {
  '4:0:0': undefined,
  '4:4:4': [1, 1],
  '4:2:2': [2, 1],
  '4:4:0': [1, 2],
  '4:2:0': [2, 2],
  '4:1:1': [4, 1],
  '4:1:0': [4, 2],
} as const satisfies Record<string, readonly [number, number] | undefined>;

/** Which components of a JPEG a network takes, and how chroma is sampled. */
export type Sampling = keyof typeof CHROMA;

/** The axes of a patch of each component, across and down. */
export function patchAxes(
  sampling: Sampling,
  { patchWidth, patchHeight }: PatchSize,
): readonly { readonly across: PatchAxis; readonly down: PatchAxis }[] {
  const chroma = CHROMA[sampling];
  const components = chroma === undefined ? [[1, 1]] : [[1, 1], chroma, chroma];
  return components.map(([horizontal, vertical]) => {
    const { across, down } = interpolatedAxes(horizontal, vertical, Infinity);
    return {
      across: { pixels: patchWidth, ratio: horizontal, interpolated: across },
      down: { pixels: patchHeight, ratio: vertical, interpolated: down },
    };
  });
}

/**
 * A JPEG of the network's own size as the values that its patches take: channels × patches down × patches across. A patch has the
 * dequantised coefficients of its blocks as they are, one component after another (16×16 pixels of 4:2:0: 4 blocks of Y, one of
 * Cb and of Cr), and along each interpolated axis of chroma the last sample before them and the first behind them. The channel
 * of value (down, across) of a component is the component's first + down · values across + across; `patchAxes` says what the
 * values are. Requires that `coefficientObstacle` finds none.
 *
 * @param sampling what `patchSampling` says of the picture
 */
export function patchInput(
  image: PictureImage,
  sampling: Sampling,
  spec: ImageInputSpec,
  patch: PatchSize,
  background: BackgroundOption,
): CoefficientInput {
  const axes = patchAxes(sampling, patch);
  const turn = turnOf(image.orientation ?? 1);
  const planes = axes.map(({ across, down }, index) => {
    const width = spec.width / across.ratio;
    const height = spec.height / down.ratio;
    return { width, height, blocks: uprightBlocks(image.components[index], width, height, turn) };
  });
  const luma = tileGeometry(spec.width, spec.height);
  const findings = findingsOf(planes[0].blocks, luma, spec, background);
  if (findings.inverted) for (const [index, { blocks }] of planes.entries()) invert(blocks, index === 0);
  return { ...findings, coefficients: gatherPatches(planes, axes, spec, patch) };
}

/**
 * Any values that a network takes as coefficients of patches: those of a JPEG of 4:4:4 that would not be rounded. To check
 * sessions with.
 *
 * @param values channels × height × width, normalised
 */
export function patchesOfValues(
  values: ArrayLike<number>,
  spec: ImageInputSpec,
  patch: PatchSize,
): { readonly coefficients: Float64Array; readonly sampling: Sampling } {
  const { width, height, channels } = spec;
  const area = width * height;
  const samples = Array.from({ length: channels }, (_, channel) => {
    const { factor, addend } = linearNormalization(spec, false, channel);
    return Float64Array.from(
      { length: area },
      (_, at) => (values[channel * area + at] - addend) / factor - 128,
    );
  });
  const sampling = channels === 1 ? '4:0:0' : '4:4:4';
  const components = channels === 1 ? samples : YCC_OF_RGB.map((weights) => mixed(samples, weights));
  const planes = components.map((plane) => ({
    width,
    height,
    blocks: blockDct(plane, 1, tileGeometry(width, height)),
  }));
  return { coefficients: gatherPatches(planes, patchAxes(sampling, patch), spec, patch), sampling };
}

/** BT.601, as T.871 has it. */
const YCC_OF_RGB = [
  [0.299, 0.587, 0.114],
  [-0.299 / 1.772, -0.587 / 1.772, (1 - 0.114) / 1.772],
  [(1 - 0.299) / 1.402, -0.587 / 1.402, -0.114 / 1.402],
];

function mixed(planes: readonly Float64Array[], weights: readonly number[]): Float64Array {
  return planes[0].map((_, at) =>
    weights.reduce((sum, weight, index) => sum + weight * planes[index][at], 0),
  );
}

/** A component as dequantised blocks, upright. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly blocks: Float64Array;
}

/** The values of all patches: channels × patches down × patches across. */
function gatherPatches(
  planes: readonly Plane[],
  axes: ReturnType<typeof patchAxes>,
  spec: Pick<ImageInputSpec, 'width' | 'height'>,
  { patchWidth, patchHeight }: PatchSize,
): Float64Array {
  const [columns, rows] = [spec.width / patchWidth, spec.height / patchHeight];
  const sizes = axes.map(({ across, down }) => axisSize(across) * axisSize(down));
  const values = new Float64Array(sizes.reduce((sum, size) => sum + size, 0) * rows * columns);
  const sharesOf = (axis: PatchAxis, length: number, patches: number): PatchShare[][] =>
    Array.from({ length: patches }, (_, at) => axisShares(axis, length, at));
  let first = 0;
  planes.forEach(({ width, height, blocks }, index) => {
    const { across, down } = axes[index];
    gather(
      { blocks, blocksPerRow: Math.ceil(width / 8) },
      { shares: sharesOf(across, width, columns), size: axisSize(across) },
      sharesOf(down, height, rows),
      values.subarray(first),
    );
    first += sizes[index] * rows * columns;
  });
  return values;
}

/** How the components that a network takes are sampled, seen upright; undefined where that has no name. */
export function patchSampling(
  image: PictureImage,
  { channels }: Pick<ImageInputSpec, 'channels'>,
): Sampling | undefined {
  const [luma, ...chroma] = image.components;
  if (channels === 1 || chroma.length === 0) return '4:0:0';
  const [cb, cr] = chroma.map(({ horizontalSampling, verticalSampling }) => {
    const ratios = [luma.horizontalSampling / horizontalSampling, luma.verticalSampling / verticalSampling];
    return (turnOf(image.orientation ?? 1).transpose ? ratios.reverse() : ratios).join();
  });
  const names = Object.keys(CHROMA) as Sampling[];
  return cb === cr ? names.find((name) => CHROMA[name]?.join() === cb) : undefined;
}

/** Dequantised coefficients of the upright component. */
function uprightBlocks(
  component: CoefficientComponent,
  width: number,
  height: number,
  turn: ReturnType<typeof turnOf>,
): Float64Array {
  const stored = dequantized(component);
  const isUpright = !turn.transpose && !turn.mirrorX && !turn.mirrorY;
  return isUpright ? stored : placeOnTile(stored, tileGeometry(width, height), turn);
}

/** 255 − sample for red, green and blue: of samples from which 128 is subtracted, the negative, less 1 of luma. */
function invert(blocks: Float64Array, isLuma: boolean): void {
  for (let at = 0; at < blocks.length; at++) blocks[at] = -blocks[at];
  if (isLuma) for (let at = 0; at < blocks.length; at += 64) blocks[at] -= 8;
}

/**
 * Gathers the values of all patches of a component: first across, for each row of blocks, then down.
 *
 * @param target channels × patches, zeros
 */
function gather(
  { blocks, blocksPerRow }: { readonly blocks: Float64Array; readonly blocksPerRow: number },
  across: { readonly shares: readonly PatchShare[][]; readonly size: number },
  down: readonly PatchShare[][],
  target: Float64Array,
): void {
  const { shares, size } = across;
  const columns = shares.length;
  const patches = columns * down.length;
  /** Of a row of blocks: 8 vertical frequencies × patches across × values across. */
  const lines = Array.from({ length: blocks.length / 64 / blocksPerRow }, (_, row) => {
    const line = new Float64Array(8 * columns * size);
    shares.forEach((own, column) => {
      for (const { block, first, count, matrix } of own) {
        const from = (row * blocksPerRow + block) * 64;
        for (let v = 0; v < 8; v++) {
          const to = (v * columns + column) * size + first;
          for (let i = 0; i < count; i++) line[to + i] += product(matrix, i, blocks, from + 8 * v, 1);
        }
      }
    });
    return line;
  });
  const step = columns * size;
  down.forEach((own, row) => {
    for (const { block, first, count, matrix } of own) {
      for (let i = 0; i < count; i++) {
        for (let column = 0; column < columns; column++) {
          for (let k = 0; k < size; k++) {
            const channel = (first + i) * size + k;
            target[channel * patches + row * columns + column] += product(
              matrix,
              i,
              lines[block],
              column * size + k,
              step,
            );
          }
        }
      }
    }
  });
}

/** Row `row` of a share's matrix times 8 values, `step` apart from `from` on. */
function product(
  matrix: Float64Array | null,
  row: number,
  values: Float64Array,
  from: number,
  step: number,
): number {
  if (matrix === null) return values[from + row * step];
  let sum = 0;
  for (let u = 0; u < 8; u++) sum += matrix[8 * row + u] * values[from + u * step];
  return sum;
}
