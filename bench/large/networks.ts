import { compress } from '../../src/compress/compress.ts';
import { readWjz, type WjzFile } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { mulberry32 } from '../../src/random.ts';
import type { Activation, DenseLinear, DenseNetwork } from '../../src/weights/dense-network.ts';

/**
 * Correlation of a weight with its neighbours to the right and below. Trained matrices have next to none; with it the
 * block DCT concentrates at low frequencies, as it does for pictures, and the qualities below give 2, 3 and 4 bits per weight.
 */
const CORRELATION = 0.85;

/** IJG qualities that give about 2, 3 and 4 bits per weight. */
export const QUALITIES: readonly number[] = [80, 90, 95];

/** A chain of linear layers of random low-pass weights with ReLU between them, without biases. */
export function lowPassNetwork(sizes: readonly number[], seed = 1): DenseNetwork {
  const layers = sizes.slice(1).flatMap((outFeatures, index): (DenseLinear | Activation)[] => {
    const inFeatures = sizes[index];
    const weights = lowPassMatrix(outFeatures, inFeatures, seed + index);
    const layer = {
      type: 'linear' as const,
      name: `fc${index}`,
      inFeatures,
      outFeatures,
      weights,
      bias: null,
    };
    return index === sizes.length - 2 ? [layer] : [layer, { type: 'relu' }];
  });
  return { layers };
}

/** Normal random numbers through a first-order low pass along rows and columns, scaled for layers before a ReLU. */
export function lowPassMatrix(rows: number, columns: number, seed: number): Float32Array {
  const values = normalNumbers(rows * columns, seed);
  const fresh = Math.sqrt(1 - CORRELATION ** 2);
  for (let row = 0; row < rows; row++) {
    for (let k = row * columns + 1; k < (row + 1) * columns; k++) {
      values[k] = CORRELATION * values[k - 1] + fresh * values[k];
    }
  }
  for (let k = columns; k < values.length; k++) {
    values[k] = CORRELATION * values[k - columns] + fresh * values[k];
  }
  const scale = Math.sqrt(2 / columns);
  return values.map((value) => value * scale);
}

/** Box and Muller's transform of seeded uniform numbers. */
function normalNumbers(count: number, seed: number): Float32Array {
  const random = mulberry32(seed);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

export interface StoredNetwork {
  readonly bytes: Uint8Array;
  readonly file: WjzFile;
  readonly quality: number;
  /** Bits of JPEG per weight, over all layers. */
  readonly bitsPerWeight: number;
  /** Nonzero coefficients per weight, over all layers. */
  readonly density: number;
}

/** The same network as a `.wjz`, every layer a JPEG in the layout `matrix`. */
export function storeNetwork(network: DenseNetwork, quality: number): StoredNetwork {
  const linear = network.layers.filter((layer) => layer.type === 'linear');
  const { content, layers } = compress(network, {
    input: { kind: 'vector', length: linear[0].inFeatures },
    quality,
    layout: 'matrix',
    map: 'symmetric',
    scope: 'layer',
    layers: linear.map(({ name }) => name),
    rest: 'F32',
  });
  const bytes = writeWjz(content);
  const weights = layers.reduce((sum, { shape: [rows, columns] }) => sum + rows * columns, 0);
  return {
    bytes,
    file: readWjz(bytes),
    quality,
    bitsPerWeight: (8 * layers.reduce((sum, layer) => sum + layer.bytes, 0)) / weights,
    density:
      layers.reduce((sum, { density, shape: [rows, columns] }) => sum + density * rows * columns, 0) /
      weights,
  };
}
