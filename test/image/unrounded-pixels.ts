import { inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import type { CoefficientImage } from '../../src/jpeg/index.ts';
import { planeSamples } from '../jpeg/plane-samples.ts';
import { upright } from './upright.ts';

/** A picture in planes of float64: samples 0…255, neither rounded nor clamped. */
export interface UnroundedPixels {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float64Array[];
}

/** Red, green and blue of a JPEG by the formulas of T.81 and T.871; chroma interpolated as libjpeg-turbo does. */
export function unroundedRgb(image: CoefficientImage): UnroundedPixels {
  const { width, height, components } = image;
  const [y, cb = undefined, cr = undefined] = components.map((_, index) => fullSize(image, index));
  if (cb === undefined || cr === undefined) return { width, height, planes: [y, y, y] };
  return {
    width,
    height,
    planes: [
      y.map((luma, at) => luma + 1.402 * (cr[at] - 128)),
      y.map(
        (luma, at) =>
          luma - ((0.114 * 1.772) / 0.587) * (cb[at] - 128) - ((0.299 * 1.402) / 0.587) * (cr[at] - 128),
      ),
      y.map((luma, at) => luma + 1.772 * (cb[at] - 128)),
    ],
  };
}

/** The first component alone. */
export function unroundedLuma(image: CoefficientImage): UnroundedPixels {
  return { width: image.width, height: image.height, planes: [fullSize(image, 0)] };
}

/** A component at the picture's size: linear between the centres of samples at half the size, repeated at others. */
function fullSize(image: CoefficientImage, index: number): Float64Array {
  const { width, height, components } = image;
  const component = components[index];
  const samples = planeSamples(component, inverseDct8x8);
  const across = components[0].horizontalSampling / component.horizontalSampling;
  const down = components[0].verticalSampling / component.verticalSampling;
  const isLinear = [across, down].every((ratio) => ratio <= 2);
  return Float64Array.from({ length: width * height }, (_, at) => {
    const column = places(at % width, isLinear, across, component.width);
    const row = places(Math.floor(at / width), isLinear, down, component.height);
    let sum = 0;
    for (const [y, high] of row) {
      for (const [x, wide] of column) sum += high * wide * samples[y * component.width + x];
    }
    return sum;
  });
}

function places(pixel: number, isLinear: boolean, ratio: number, length: number): [number, number][] {
  if (ratio === 1 || !isLinear) return [[Math.floor(pixel / ratio), 1]];
  const centre = (pixel + 0.5) / ratio - 0.5;
  const before = Math.floor(centre);
  const inside = (place: number): number => Math.min(Math.max(place, 0), length - 1);
  return [
    [inside(before), 1 - (centre - before)],
    [inside(before + 1), centre - before],
  ];
}

/** The planes as they are seen. */
export function uprightPixels(
  { width, height, planes }: UnroundedPixels,
  orientation: number,
): UnroundedPixels {
  const turned = planes.map((samples) => upright(samples, width, height, orientation));
  return {
    width: turned[0].width,
    height: turned[0].height,
    planes: turned.map(({ samples }) => samples),
  };
}
