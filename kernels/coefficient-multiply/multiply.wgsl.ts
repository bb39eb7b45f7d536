import { partSumStep } from '../part-sum/part-sum.wgsl.ts';
import {
  header,
  packEpilogue,
  packParameters,
  perRow,
  planRows,
  type RowEpilogue,
  type WgslStep,
} from '../wgsl.ts';
import { type CoefficientParts, PART_WORDS } from './parts.ts';
import type { QuantizationLayout } from './sparse.ts';

/**
 * y_r = scale_r · Σ_k C[r,k]·Q·X[k] + offset_r · Σx + bias_r, then ReLU; one multiplication by X per nonzero.
 * A row's parts (16 words) are distributed over PARTS threads of SPLITS workgroups of LANES lanes and ROWS rows.
 * Shapes: inputs [K][lanes] (transformed, not multiplied by the table), sums [lanes] → [rows][lanes].
 */
const source = (vector: boolean): string => `${header(
  vector,
  `epilogue: Epilogue, rows: u32, valueBits: u32, min: i32, wide: u32, tableStep: u32, tableMask: u32`,
  {
    words: 'array<u32>',
    partColumn: 'array<u32>',
    rowStart: 'array<vec2u>',
    quantization: 'array<f32>',
    rowData: 'array<f32>',
    inputs: 'array<V>',
    sums: 'array<V>',
    outputs: 'array<V>',
  },
)}
fn wordAt(at: u32) -> u32 {
  if (parameters.wide != 0u) {
    return words[at];
  }
  return (words[at / 2u] >> (at % 2u * 16u)) & 0xffffu;
}

/** Σ over the words of one part. */
fn partOf(row: u32, part: u32, lane: u32) -> V {
  let start = rowStart[row];
  let first = start.x + part * ${PART_WORDS}u;
  let end = min(first + ${PART_WORDS}u, rowStart[row + 1u].x);
  // The column before the first: -1, which wraps around to 0 with the first gap.
  var column = 0xffffffffu;
  if (part > 0u) {
    column = partColumn[start.y + part - 1u];
  }
  let table = row % 8u * parameters.tableStep;
  let valueMask = (1u << parameters.valueBits) - 1u;
  var sum = V(0);
  for (var at = first; at < end; at++) {
    let word = wordAt(at);
    column += (word >> parameters.valueBits) + 1u;
    let value = f32(i32(word & valueMask) + parameters.min);
    sum += value * quantization[table + (column & parameters.tableMask)] * inputs[column * call.lanes + lane];
  }
  return sum;
}

${perRow(
  `let parts = (rowStart[row + 1u].x - rowStart[row].x + ${PART_WORDS - 1}u) / ${PART_WORDS}u;
    for (var part = split * PARTS + local.y; part < parts; part += PARTS * SPLITS) {
      sum += partOf(row, part, lane);
    }`,
)}`;

export function coefficientMultiplyStep(
  parts: CoefficientParts,
  quantization: Uint16Array,
  layout: QuantizationLayout,
  rowEpilogue: RowEpilogue,
): WgslStep {
  const { rows, words, wide, valueBits, min, rowStart, partColumn } = parts;
  const epilogue = packEpilogue(rowEpilogue, rows);
  const table = layout === 'rows' ? [0, 63] : [8, 7];
  const partsOfRow = (partColumn.length + rows) / rows;
  const plan = (lanes: number) => planRows(rows, lanes, partsOfRow);
  return {
    name: 'coefficient multiply',
    source,
    parameters: packParameters([...epilogue.words, rows, valueBits, min, wide ? 1 : 0, ...table]),
    weights: [words, partColumn, rowStart, Float32Array.from(quantization), epilogue.rowData],
    readsSums: true,
    width: rows,
    plan,
    partSum: partSumStep(rows, epilogue, (lanes) => plan(lanes).splits),
  };
}
