import { aan } from '../../../../kernels/block-dct/aan.ts';
import type { SparseCoefficients } from '../../../../kernels/coefficient-multiply/sparse.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import { DCT_BASIS } from '../../../jpeg/dct/basis.ts';
import type { DenseNode, LinearNode, MatrixNode, RowsNode } from '../../../weights/network.ts';
import type { Precision } from '../backend.ts';
import { byColumn, columnOrder } from './columns.ts';
import type { KernelMemory } from './memory.ts';
import {
  choosePairs,
  type PackedSingle,
  type PairChoice,
  type PairRule,
  writePackedSingle,
} from './packed-single.ts';

/** A coefficient node without its coefficients, which may be written later or in parts. */
export type NodeShell = LinearNode | Omit<RowsNode, 'coefficients'> | Omit<MatrixNode, 'coefficients'>;

/** Size of a record, in words. */
export type Words = (readonly [word: number, value: number])[];

/** Maximum integers of inputs: 15 bits and a sign for int16, two halves of 11 and 12 bits for float32. */
export const INT16_RANGE = 32767;
const FLOAT32_RANGE = 2 ** 22 - 1;

/** Rows of C: one per output, or whole blocks of them. */
export function coefficientRows({ kind, outFeatures }: NodeShell): number {
  return kind === 'matrix' ? 8 * Math.ceil(outFeatures / 8) : outFeatures;
}

/** `rows`, padded for the kernels. */
export function padRows(rows: number): number {
  return Math.ceil(rows / layout.ROW_BLOCK) * layout.ROW_BLOCK;
}

/** Writes a node (kernels/wasm/layout.ts) without its coefficients. Returns the address of its record. */
export function writeNode(memory: KernelMemory, node: NodeShell, precision: Precision): number {
  const padded = padRows(coefficientRows(node));
  const words: Words = [
    [layout.NODE_IN, node.inFeatures],
    [layout.NODE_OUT, node.outFeatures],
    [layout.NODE_MIN, bitsOf(node.relu ? 0 : -Infinity)],
    [layout.NODE_HAS_BIAS, node.bias ? 1 : 0],
    [layout.NODE_INT16, precision === 'float32' ? 0 : 1],
    ...rowValues(memory, layout.NODE_BIAS, node.bias ?? [0], padded),
  ];
  if (node.kind === 'dense') {
    words.push([layout.NODE_KIND, layout.KIND_DENSE], ...rowValues(memory, layout.NODE_SCALE, [1], padded));
    words.push(...writeDense(memory, node));
  } else {
    words.push([layout.C_ROWS, padded], ...rowValues(memory, layout.NODE_SCALE, node.scale, padded));
    if (node.offset) {
      words.push([layout.NODE_HAS_OFFSET, 1], ...rowValues(memory, layout.NODE_OFFSET, node.offset, padded));
    }
    words.push(...(node.kind === 'rows' ? rowsWords(memory, node) : matrixWords(memory, node)));
  }
  const address = memory.allocate(layout.NODE_WORDS * 4);
  memory.words(address, layout.NODE_WORDS).fill(0);
  memory.setWords(address, words);
  return address;
}

/**
 * Adds the coefficients to the record of a node, laid out for single inputs. `rule` chooses what is stored as int8, or says what has been
 * chosen for the node of which these rows are a part.
 */
export function writeSingle(
  memory: KernelMemory,
  address: number,
  node: NodeShell & { kind: 'rows' | 'matrix' },
  coefficients: SparseCoefficients,
  precision: Precision,
  rule: PairRule | PairChoice,
): PackedSingle {
  const padded = padRows(coefficients.rows);
  const order = columnOrder(node.kind, coefficients.columns);
  const list = byColumn(coefficients, order);
  const choice = 'kept' in rule ? rule : choosePairs(list, order, padded, rule);
  const form = writePackedSingle(memory, list, order, padded, choice);
  const max = precision === 'float32' ? FLOAT32_RANGE : INT16_RANGE;
  const safe = precision === 'float32' ? max : Math.floor((2 ** 31 - 1) / Math.max(1, form.rowSum));
  memory.setWords(address, [
    [layout.C_ROWS, padded],
    [layout.C_RANGE, Math.min(max, safe)],
    [layout.C_SEGMENTS, form.segments],
    [layout.C_SEGMENT_COUNT, form.segmentCount],
    [layout.C_GROUP_PAIRS, form.groupPairs],
    [layout.C_PAIR_WEIGHTS, form.weights],
  ]);
  return form;
}

/** A quantisation table in the order u·8 + v, as floats. */
export function turnedTable(quantization: Uint16Array): Float32Array {
  return Float32Array.from({ length: 64 }, (_, i) => quantization[(i & 7) * 8 + (i >> 3)]);
}

export function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0];
}

/** A common value is stored four times; per-row values are padded with zeros to slightly more than `padded`. */
function rowValues(memory: KernelMemory, word: number, values: ArrayLike<number>, padded: number): Words {
  const single = values.length === 1;
  const floats = new Float32Array(single ? 4 : padded + layout.NARROW_PANEL);
  if (single) floats.fill(values[0]);
  else floats.set(values);
  return [
    [word, memory.write(floats)],
    [word + 1, single ? 0 : 16],
  ];
}

/** Panels of 32 rows, then of 12: [panel][column][row]. */
function writeDense(memory: KernelMemory, node: DenseNode): Words {
  const { inFeatures, outFeatures, weights } = node;
  const wide = Math.floor(outFeatures / layout.WIDE_PANEL);
  const narrow = Math.ceil((outFeatures - wide * layout.WIDE_PANEL) / layout.NARROW_PANEL);
  const rows = wide * layout.WIDE_PANEL + narrow * layout.NARROW_PANEL;
  const address = memory.allocate(rows * inFeatures * 4);
  const panels = memory.floats(address, rows * inFeatures);
  let at = 0;
  for (let first = 0; first < rows; ) {
    const width = first < wide * layout.WIDE_PANEL ? layout.WIDE_PANEL : layout.NARROW_PANEL;
    for (let row = 0; row < width; row++) {
      const source = (first + row) * inFeatures;
      const inside = first + row < outFeatures;
      for (let k = 0; k < inFeatures; k++) panels[at + k * width + row] = inside ? weights[source + k] : 0;
    }
    at += width * inFeatures;
    first += width;
  }
  return [
    [layout.DENSE_WEIGHTS, address],
    [layout.DENSE_WIDE_PANELS, wide],
    [layout.DENSE_NARROW_PANELS, narrow],
  ];
}

function rowsWords(memory: KernelMemory, { tile, quantization }: Omit<RowsNode, 'coefficients'>): Words {
  const scale = new Float32Array(64);
  for (let u = 0; u < 8; u++) {
    for (let v = 0; v < 8; v++) scale[u * 8 + v] = quantization[v * 8 + u] / (8 * aan(u) * aan(v));
  }
  const blocks = tile.blocksPerRow * tile.blocksPerColumn;
  return [
    [layout.NODE_KIND, layout.KIND_ROWS],
    [layout.C_SCALE, memory.write(scale)],
    [layout.C_GROUPS, 1],
    [layout.C_WIDTH, tile.width],
    [layout.C_HEIGHT, tile.height],
    [layout.C_LEFT, tile.x],
    [layout.C_TOP, tile.y],
    [layout.C_BLOCKS_PER_ROW, tile.blocksPerRow],
    [layout.C_BLOCKS, blocks],
  ];
}

function matrixWords(
  memory: KernelMemory,
  { quantization, inFeatures }: Omit<MatrixNode, 'coefficients'>,
): Words {
  const order = columnOrder('matrix', 8 * Math.ceil(inFeatures / 8));
  // Each four times: the transform multiplies whole vectors.
  const scale = Float32Array.from({ length: 32 }, (_, i) => 1 / (Math.sqrt(8) * aan(i >> 2)));
  const factors = Float32Array.from({ length: 64 }, (_, i) => quantization[(i & 7) * 8 + (i >> 3)]);
  return [
    [layout.NODE_KIND, layout.KIND_MATRIX],
    [layout.C_SCALE, memory.write(scale)],
    [layout.C_GROUPS, 8],
    [layout.C_FACTORS, memory.write(factors)],
    [layout.C_BASIS, memory.write(Float32Array.from(DCT_BASIS))],
    [layout.C_RUNS, order.runs],
  ];
}
