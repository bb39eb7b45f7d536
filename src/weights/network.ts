import type { SparseCoefficients } from '../../kernels/coefficient-multiply/sparse.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';

/**
 * A network ready to run: a chain of linear nodes, each with its bias and ReLU folded in.
 * Backends receive this; it is independent of files.
 *
 * Dimension letters, used throughout: B images per batch, I in-features, O out-features,
 * K columns of a transformed input (a multiple of 8 or 64).
 */
export interface Network {
  readonly nodes: readonly LinearNode[];
}

/** A linear layer as it is multiplied. */
export type LinearNode = DenseNode | RowsNode | MatrixNode;

interface LinearNodeBase {
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** O values, or null without biases. */
  readonly bias: Float32Array | null;
  /** Whether max(0, ·) follows. */
  readonly relu: boolean;
}

/** y = W·x + b, W row-major O × I. */
export interface DenseNode extends LinearNodeBase {
  readonly kind: 'dense';
  readonly weights: Float32Array;
}

/**
 * The entropy-coded form of a node's coefficients, for backends that keep it and decode it again, later or
 * in parts.
 */
export interface EncodedCoefficients {
  /** The JPEG. */
  readonly bytes: Uint8Array;
  /** Rows per part: those of a row of tiles (rows), or 8 (matrix); the last part may have fewer. */
  readonly rowsPerPart: number;
  /**
   * Decodes the JPEG from top to bottom, one row of coefficients at a time, in `columns` columns. `filled`: 0 for each part of
   * the row that is all zero. Both arrays are reused for the next row.
   */
  read(add: (row: Int16Array, filled: Uint8Array) => void): unknown;
  readonly columns: number;
  /** Decodes all of it. */
  decode(): SparseCoefficients;
}

/** Common fields of both coefficient nodes. Weights are w = scale·(p − 128) + offset with p − 128 = IDCT(C∘Q). */
interface CoefficientNode extends LinearNodeBase {
  readonly coefficients: SparseCoefficients;
  /** Absent if the coefficients come from elsewhere. */
  readonly encoded?: EncodedCoefficients;
  /** 64 entries, natural order. */
  readonly quantization: Uint16Array;
  /** Affine map: one value for the layer, or O values. */
  readonly scale: Float32Array;
  /** One value for the layer, O values, or null if every offset is zero (symmetric map). */
  readonly offset: Float32Array | null;
}

/**
 * Layout `rows`: each neuron is a picture. y_r = b_r + scale_r · Σ_k C[r,k]·Q[k mod 64]·X[k] + offset_r · Σ x,  X
 * = blockDCT(x), K = 64·blocksPerRow·blocksPerColumn.
 */
export interface RowsNode extends CoefficientNode {
  readonly kind: 'rows';
  readonly tile: TileGeometry;
}

/**
 * Layout `matrix`: the O × I matrix itself is the picture, cut into 8×8 blocks.
 * With X = 8-point DCT on runs of 8 inputs (K = 8·ceil(I/8)):
 * Z[r'] = Σ_k C[r',k]·Q[8·(r' mod 8) + (k mod 8)]·X[k] for r' < 8·ceil(O/8),
 * y_r = b_r + scale_r · (8-point inverse DCT on runs of 8 of Z)_r + offset_r · Σ x.
 * `coefficients.rows` is 8·ceil(O/8): row r' = 8·(block row) + vertical frequency.
 */
export interface MatrixNode extends CoefficientNode {
  readonly kind: 'matrix';
}
