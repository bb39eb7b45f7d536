import { SparseBuilder, type SparseCoefficients } from '../../kernels/coefficient-multiply/sparse.ts';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { mulberry32 } from '../../src/random.ts';
import type { MatrixNode, RowsNode } from '../../src/weights/network.ts';

/** Seeded numbers in -1…1. */
export function randomValues(length: number, seed: number): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({ length }, () => random() * 2 - 1);
}

/** Seeded quantised coefficients: `density` of them nonzero, up to ±`most`. */
export function randomCoefficients(
  rows: number,
  columns: number,
  { density = 0.2, max = 20, seed = 1 } = {},
): SparseCoefficients {
  const random = mulberry32(seed);
  const builder = new SparseBuilder(columns);
  const row = new Int16Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < columns; k++) {
      row[k] = random() < density ? Math.round((random() * 2 - 1) * max) : 0;
    }
    builder.addRow(row);
  }
  return builder.finish();
}

export interface NodeOptions {
  readonly outFeatures: number;
  readonly relu?: boolean;
  readonly perRow?: boolean;
  readonly symmetric?: boolean;
  readonly bias?: boolean;
  readonly coefficients?: SparseCoefficients;
  readonly seed?: number;
}

function mapOf({ outFeatures, perRow = false, symmetric = false, bias = true, seed = 1 }: NodeOptions) {
  const random = mulberry32(seed + 100);
  const count = perRow ? outFeatures : 1;
  return {
    scale: Float32Array.from({ length: count }, () => 0.01 * (0.5 + random())),
    offset: symmetric ? null : Float32Array.from({ length: count }, () => 0.1 * (random() - 0.5)),
    bias: bias ? randomValues(outFeatures, seed + 200) : null,
  };
}

function tableOf(seed: number): Uint16Array {
  const random = mulberry32(seed + 300);
  return Uint16Array.from({ length: 64 }, (_, k) => 1 + Math.floor(random() * 4) + (k >> 3));
}

export function rowsNode(
  width: number,
  height: number,
  options: NodeOptions & { x?: number; y?: number },
): RowsNode {
  const { outFeatures, relu = false, x = 0, y = 0, seed = 1 } = options;
  const tile = tileGeometry(width, height, x, y);
  const columns = 64 * tile.blocksPerRow * tile.blocksPerColumn;
  return {
    kind: 'rows',
    name: 'rows',
    inFeatures: width * height,
    outFeatures,
    relu,
    tile,
    ...mapOf(options),
    quantization: tableOf(seed),
    coefficients: options.coefficients ?? randomCoefficients(outFeatures, columns, { seed }),
  };
}

export function matrixNode(inFeatures: number, options: NodeOptions): MatrixNode {
  const { outFeatures, relu = false, seed = 1 } = options;
  const rows = 8 * Math.ceil(outFeatures / 8);
  const columns = 8 * Math.ceil(inFeatures / 8);
  return {
    kind: 'matrix',
    name: 'matrix',
    inFeatures,
    outFeatures,
    relu,
    ...mapOf(options),
    quantization: tableOf(seed),
    coefficients: options.coefficients ?? randomCoefficients(rows, columns, { seed }),
  };
}
