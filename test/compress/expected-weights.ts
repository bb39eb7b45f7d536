import type { LinearSpec } from '../../src/format/manifest.ts';
import type { WjzContent } from '../../src/format/write.ts';
import { inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import { planeSamples } from '../jpeg/plane-samples.ts';

export interface StoredLayer {
  /** O × I, by the formulas of docs/wjz-format.md, section 5; shares nothing with src/model but the DCT. */
  readonly weights: Float64Array;
  /** Level-shifted samples + 128 of the weights alone, without padding; neither rounded nor clamped. */
  readonly samples: Float64Array;
  readonly nonzeros: number;
}

/** A layer that is stored as a JPEG. */
export function storedLayer({ manifest, jpegs, tensors }: WjzContent, name: string): StoredLayer {
  const spec = manifest.layers.find((layer) => layer.type === 'linear' && layer.name === name) as LinearSpec;
  const { inFeatures, outFeatures, weight } = spec;
  if ('tensor' in weight) throw new Error(`${name} is no JPEG`);
  const [component] = decodeCoefficients(jpegs.get(weight.jpeg) as Uint8Array).components;
  const plane = planeSamples(component, inverseDct8x8);
  const numbers = (entry: number | { tensor: string }): ArrayLike<number> => {
    if (typeof entry === 'number') return new Float32Array(outFeatures).fill(entry);
    const tensor = tensors.get(entry.tensor);
    if (tensor?.shape.join() !== String(outFeatures)) throw new Error(`${entry.tensor} has another shape`);
    return toFloat32(tensor);
  };
  const scale = numbers(weight.affineMap.scale);
  const offset = numbers(weight.affineMap.offset ?? 0);
  const position = (row: number, column: number): number => {
    if (weight.layout === 'matrix') return row * inFeatures + column;
    const { width, height, x, y } = weight.tile;
    const across = Math.ceil((x + width) / 8);
    const down = Math.ceil((y + height) / 8);
    const top = 8 * down * Math.floor(row / weight.tilesPerRow) + y + Math.floor(column / width);
    const left = 8 * across * (row % weight.tilesPerRow) + x + (column % width);
    return top * component.width + left;
  };
  const samples = Float64Array.from(
    { length: outFeatures * inFeatures },
    (_, index) => plane[position(Math.floor(index / inFeatures), index % inFeatures)],
  );
  const weights = samples.map((sample, index) => {
    const row = Math.floor(index / inFeatures);
    return scale[row] * (sample - 128) + offset[row];
  });
  const nonzeros = component.coefficients.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  return { weights, samples, nonzeros };
}

/** 10·log10(range² ÷ mean squared error), straight from the definition. */
export function psnr(original: Float32Array, stored: Float64Array): number {
  const range = Math.max(...original) - Math.min(...original);
  let error = 0;
  original.forEach((weight, index) => {
    error += (weight - stored[index]) ** 2 / original.length;
  });
  return 10 * Math.log10(range ** 2 / error);
}
