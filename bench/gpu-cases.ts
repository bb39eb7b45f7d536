import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SparseBuilder } from '../kernels/coefficient-multiply/sparse.ts';
import { readWjz } from '../src/format/read.ts';
import { tileGeometry } from '../src/jpeg/dct/tile-geometry.ts';
import { readFileBytes } from '../src/node/files.ts';
import { mulberry32, normal } from '../src/random.ts';
import { networkOnPath } from '../src/runtime/load-network.ts';
import type { Path } from '../src/runtime/path.ts';
import type { Network, RowsNode } from '../src/weights/network.ts';
import { reconstructWeights } from '../src/weights/reconstruct.ts';

/** A network on one path, made when its turn comes: the large ones take a hundred megabytes. */
export interface GpuCase {
  readonly model: string;
  readonly path: Path;
  network(): Promise<Network>;
}

/** The models of a folder, on each path that can be run. */
export async function modelCases(folder: string, dense: Uint8Array | undefined): Promise<GpuCase[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wjz')).sort();
  return names.flatMap((model) => {
    const load = async (path: Path): Promise<Network> =>
      networkOnPath(readWjz(await readFileBytes(join(folder, model), 2 ** 30)), path, dense ? { dense } : {});
    // The dense weights that were given are 784-512-10's.
    const paths: Path[] =
      dense && model.includes('mlp-512') ? ['coefficient', 'expanded', 'dense'] : ['coefficient', 'expanded'];
    return paths.map((path) => ({ model, path, network: () => load(path) }));
  });
}

/** A layer that fills a large GPU: 4096 inputs, a picture of 64 × 64, to 4096 outputs. */
const SIZE = 64;

/**
 * Random layers, 4096 → 4096. Coefficients are rounded from a normal distribution, so one number says how many are zero
 * and how many bits an entropy coder would need for one: σ = 1.93 gives 3 bits, σ = 1/3 gives 0.7 bits, as quality 20.
 */
export function randomCases(): GpuCase[] {
  return [1.93, 1 / 3].flatMap((sigma) => {
    const node = randomLayer(sigma);
    const model = `random 4096→4096, ${entropy(node).toFixed(1)} bits per weight`;
    return [
      { model, path: 'coefficient' as const, network: async () => ({ nodes: [node] }) },
      {
        model,
        path: 'expanded' as const,
        network: async (): Promise<Network> => {
          const { name, inFeatures, outFeatures, bias, relu } = node;
          const weights = Float32Array.from(reconstructWeights(node));
          return { nodes: [{ kind: 'dense', name, inFeatures, outFeatures, bias, relu, weights }] };
        },
      },
    ];
  });
}

function randomLayer(sigma: number): RowsNode {
  const random = mulberry32(1);
  const tile = tileGeometry(SIZE, SIZE);
  const features = SIZE * SIZE;
  const builder = new SparseBuilder(features);
  const row = new Int16Array(features);
  for (let r = 0; r < features; r++) {
    for (let k = 0; k < features; k++) row[k] = Math.round(normal(random) * sigma);
    builder.addRow(row);
  }
  return {
    kind: 'rows',
    name: 'random',
    inFeatures: features,
    outFeatures: features,
    relu: true,
    bias: null,
    tile,
    coefficients: builder.finish(),
    quantization: Uint16Array.from({ length: 64 }, (_, k) => 1 + (k >> 3)),
    scale: Float32Array.of(0.01),
    offset: null,
  };
}

/** Bits that the coefficients carry, each: the entropy of their values. */
function entropy({ coefficients: { rows, columns, value } }: RowsNode): number {
  const total = rows * columns;
  const counts = new Map([[0, total - value.length]]);
  for (const entry of value) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => {
    const share = count / total;
    return share === 0 ? bits : bits - share * Math.log2(share);
  }, 0);
}
