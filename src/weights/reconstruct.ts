import { inverseDct8x8 } from '../jpeg/dct/dct.ts';
import type { MatrixNode, RowsNode } from './network.ts';

/**
 * The weights of a coefficient node in float64, by the inverse DCT without rounding or clamping:
 * the exact oracle of the coefficient path. O × I, row-major. For checks and pictures, never for inference.
 */
export function reconstructWeights(node: RowsNode | MatrixNode): Float64Array {
  const weights = new Float64Array(node.outFeatures * node.inFeatures);
  if (node.kind === 'rows') {
    for (let row = 0; row < node.outFeatures; row++) {
      weights.set(reconstructTile(node, row), row * node.inFeatures);
    }
  } else {
    reconstructMatrix(node, weights);
  }
  return weights;
}

/** The weights of one neuron of a `rows` node, I values, row-major as its picture. */
export function reconstructTile(node: RowsNode, row: number): Float64Array {
  const { tile, coefficients } = node;
  const output = new Float64Array(node.inFeatures);
  const blocks = new Float64Array(tile.blocksPerRow * tile.blocksPerColumn * 64);
  for (let i = coefficients.rowStart[row]; i < coefficients.rowStart[row + 1]; i++) {
    const column = coefficients.column[i];
    blocks[column] = coefficients.value[i] * node.quantization[column % 64];
  }
  const samples = new Float64Array(64);
  const toWeight = sampleToWeight(node, row);
  for (let block = 0; block < blocks.length / 64; block++) {
    inverseDct8x8(blocks.subarray(block * 64, block * 64 + 64), samples);
    const top = Math.floor(block / tile.blocksPerRow) * 8 - tile.y;
    const left = (block % tile.blocksPerRow) * 8 - tile.x;
    for (let k = 0; k < 64; k++) {
      const y = top + (k >> 3);
      const x = left + (k & 7);
      if (y < 0 || y >= tile.height || x < 0 || x >= tile.width) continue;
      output[y * tile.width + x] = toWeight(samples[k]);
    }
  }
  return output;
}

function reconstructMatrix(node: MatrixNode, weights: Float64Array): void {
  const { coefficients, inFeatures, outFeatures, quantization } = node;
  const blocksPerRow = coefficients.columns / 8;
  const blocks = new Float64Array(blocksPerRow * 64);
  const samples = new Float64Array(64);
  for (let blockRow = 0; blockRow * 8 < outFeatures; blockRow++) {
    blocks.fill(0);
    for (let v = 0; v < 8; v++) {
      const row = blockRow * 8 + v;
      for (let i = coefficients.rowStart[row]; i < coefficients.rowStart[row + 1]; i++) {
        const column = coefficients.column[i];
        const k = v * 8 + (column % 8);
        blocks[Math.floor(column / 8) * 64 + k] = coefficients.value[i] * quantization[k];
      }
    }
    for (let block = 0; block < blocksPerRow; block++) {
      inverseDct8x8(blocks.subarray(block * 64, block * 64 + 64), samples);
      for (let k = 0; k < 64; k++) {
        const row = blockRow * 8 + (k >> 3);
        const column = block * 8 + (k & 7);
        if (row >= outFeatures || column >= inFeatures) continue;
        weights[row * inFeatures + column] = sampleToWeight(node, row)(samples[k]);
      }
    }
  }
}

/** weight = scale·(sample − 128) + offset for the level-shifted samples of one row. */
function sampleToWeight(node: RowsNode | MatrixNode, row: number): (shifted: number) => number {
  const scale = perRow(node.scale, row);
  const offset = node.offset ? perRow(node.offset, row) : 0;
  return (shifted) => scale * shifted + offset;
}

/** Entry of a per-layer (one value) or per-row table. */
function perRow(table: Float32Array, row: number): number {
  return table[table.length === 1 ? 0 : row];
}
