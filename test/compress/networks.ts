import type { CompressOptions } from '../../src/compress/options.ts';
import { mulberry32 } from '../../src/random.ts';
import type { DenseLinear, DenseNetwork } from '../../src/weights/dense-network.ts';

/** A layer of smooth weights with a little noise, each row of another size. */
export function smoothLayer(name: string, inFeatures: number, outFeatures: number, width = 8): DenseLinear {
  const random = mulberry32(inFeatures * 31 + outFeatures);
  const weights = Float32Array.from({ length: inFeatures * outFeatures }, (_, index) => {
    const row = Math.floor(index / inFeatures);
    const column = index % inFeatures;
    const wave =
      Math.sin((column % width) * 0.6 + row) * Math.cos(Math.floor(column / width) * 0.3 + row * 0.1);
    return ((row % 5) + 1) * (0.1 * wave + 0.02 * (random() - 0.5)) + 0.03;
  });
  const bias = Float32Array.from({ length: outFeatures }, () => random() - 0.5);
  return { type: 'linear', name, inFeatures, outFeatures, weights, bias };
}

/** A layer of given rows. */
export function layerOf(name: string, rows: readonly (readonly number[])[]): DenseLinear {
  return {
    type: 'linear',
    name,
    inFeatures: rows[0].length,
    outFeatures: rows.length,
    weights: Float32Array.from(rows.flat()),
    bias: null,
  };
}

export function chain(...layers: DenseLinear[]): DenseNetwork {
  return { layers };
}

/** A chain of random layers with ReLU between them. */
export function randomNetwork(sizes: readonly number[], seed = 3): DenseNetwork {
  const random = mulberry32(seed);
  const floats = (length: number, size: number): Float32Array =>
    Float32Array.from({ length }, () => (random() + random() - 1) * size);
  const layers = sizes.slice(1).map(
    (outFeatures, index): DenseLinear => ({
      type: 'linear',
      name: `fc${index}`,
      inFeatures: sizes[index],
      outFeatures,
      weights: floats(sizes[index] * outFeatures, 0.2),
      bias: floats(outFeatures, 0.1),
    }),
  );
  return { layers: layers.flatMap((layer, i) => (i === 0 ? [layer] : [{ type: 'relu' as const }, layer])) };
}

/** Options for a network that takes a picture of this size. */
export function options(
  width: number,
  height: number,
  changes: Partial<CompressOptions> = {},
): CompressOptions {
  return {
    input: {
      kind: 'image',
      width,
      height,
      channels: 1,
      mean: 0,
      std: 1,
      preprocessing: { background: 'dark', fit: 'contain' },
    },
    quality: 50,
    layout: 'auto',
    map: 'min-max',
    scope: 'row',
    layers: 'auto',
    rest: 'F16',
    ...changes,
  };
}
