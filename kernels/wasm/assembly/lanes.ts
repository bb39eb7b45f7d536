import { blockDctLanes } from '../../block-dct/assembly/lanes';
import { combineLines, sumEntries } from '../../coefficient-multiply/assembly/lanes';
import { denseLanes } from '../../dense-multiply/assembly/lanes';
import { inverseRunDctLanes, runDctLanes } from '../../run-dct/assembly/lanes';
import {
  C_BOUND, C_ENTRY_LINES, C_ENTRY_RUN_COUNT, C_ENTRY_RUNS, C_ENTRY_VALUES, C_LANE_RANGE, C_SIGNED_BOUND,
  KIND_DENSE, KIND_ROWS, NETWORK_FIRST, NETWORK_STAGES, RUN_BYTES, RUN_FACTOR,
  RUN_MINUS, RUN_OTHER, RUN_PLUS, RUN_ROW, NODE_BIAS, NODE_BIAS_STEP, NODE_HAS_BIAS, NODE_HAS_OFFSET, NODE_IN, NODE_INT16, NODE_KIND,
  NODE_MIN, NODE_OFFSET, NODE_OFFSET_STEP, NODE_OUT, NODE_SCALE, NODE_SCALE_STEP, WORK_BLOCK,
  WORK_LANES_FIRST, WORK_LANES_SECOND, WORK_LINES, WORK_LIST_HIGH, WORK_SCRATCH, WORK_LANE_SUMS,
} from '../layout';
import { clear } from './clear';
import { allFinite, EXPONENT, sumOf, unite } from './epilogue';
import { FLOAT_LANES, LINE } from './sizes';

/**
 * Runs up to 24 inputs (48 where the first node is `rows` in int16) side by side; writes count × O logits. Between
 * nodes there is one line per feature: 24 images as float32. 48 images are two such panels. Returns whether all inputs
 * are known to be finite.
 */
export function runLanes(network: usize, work: usize, input: usize, count: usize, logits: usize): bool {
  let bits: u32 = 0;
  const nodes = load<u32>(network, NETWORK_STAGES << 2);
  let node: usize = load<u32>(network, NETWORK_FIRST << 2);
  let values: usize = load<u32>(work, WORK_LANES_FIRST << 2);
  let next: usize = load<u32>(work, WORK_LANES_SECOND << 2);
  const panels: usize = count > FLOAT_LANES ? 2 : 1;
  let index: u32 = 0;
  const kind = load<u32>(node, NODE_KIND << 2);
  if (kind == KIND_ROWS) {
    if (load<u32>(node, NODE_INT16 << 2) && load<f32>(node, C_LANE_RANGE << 2) > 0) bits = firstInt16(node, work, input, count, values);
    else bits = firstFloat(node, work, input, count, values);
    index = 1;
  } else {
    const size: usize = load<u32>(node, NODE_IN << 2);
    bits = allFinite(input, count * size) ? 0 : EXPONENT;
    turnInputs(input, size, count, values);
  }
  for (; index < nodes; index++) {
    node = load<u32>(network + ((<usize>index) << 2), NETWORK_FIRST << 2);
    const from = paddedLines(load<u32>(node, NODE_IN << 2)) * LINE;
    const to = paddedLines(load<u32>(node, NODE_OUT << 2)) * LINE;
    for (let panel: usize = 0; panel < panels; panel++) {
      runNode(node, work, values + panel * from, next + panel * to);
    }
    const used = values;
    values = next;
    next = used;
  }
  const out: usize = load<u32>(node, NODE_OUT << 2);
  const stride = paddedLines(<u32>out) * LINE;
  for (let image: usize = 0; image < count; image++) {
    const panel: usize = image < FLOAT_LANES ? 0 : 1;
    const source = values + panel * stride + ((image - panel * FLOAT_LANES) << 2);
    for (let k: usize = 0; k < out; k++) store<f32>(logits + ((image * out + k) << 2), load<f32>(source + k * LINE));
  }
  return (bits & EXPONENT) != EXPONENT;
}

/** Panels are sized for whole blocks of 32 features and of 12. */
// @ts-ignore: decorator
@inline
function paddedLines(features: u32): usize {
  return (<usize>features + 43) & ~31;
}

function firstFloat(node: usize, work: usize, input: usize, count: usize, output: usize): u32 {
  const bits = unite(blockDctLanes(node, work, input, count, false, 1));
  sumInputs(node, work, input, count);
  multiplyRows(node, work, 0, output, output);
  return bits;
}

function firstInt16(node: usize, work: usize, input: usize, count: usize, output: usize): u32 {
  const size: usize = load<u32>(node, NODE_IN << 2);
  let least = f32x4.splat(0), most = f32x4.splat(0);
  const end = input + ((size * count) << 2);
  let at = input;
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at);
    least = f32x4.pmin(least, value);
    most = f32x4.pmax(most, value);
  }
  for (; at < end; at += 4) {
    const value = v128.load32_splat(at);
    least = f32x4.pmin(least, value);
    most = f32x4.pmax(most, value);
  }
  const bound = v128.any_true(least)
    ? load<f32>(node, C_SIGNED_BOUND << 2) * max<f32>(maxLane(most), maxLane(f32x4.neg(least)))
    : load<f32>(node, C_BOUND << 2) * maxLane(most);
  const factor: f32 = bound > 0 ? load<f32>(node, C_LANE_RANGE << 2) / bound : 1;
  const bits = unite(blockDctLanes(node, work, input, count, true, factor));
  sumInputs(node, work, input, count);
  const panel = paddedLines(load<u32>(node, NODE_OUT << 2)) * LINE;
  multiplyRows(node, work, 1 / factor, output, count > FLOAT_LANES ? output + panel : output);
  return bits;
}

// @ts-ignore: decorator
@inline
function maxLane(v: v128): f32 {
  return max<f32>(
    max<f32>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max<f32>(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Σx of each image, one float each, if offsets need it. */
function sumInputs(node: usize, work: usize, input: usize, count: usize): void {
  if (!load<u32>(node, NODE_HAS_OFFSET << 2)) return;
  const size: usize = load<u32>(node, NODE_IN << 2);
  const sums: usize = load<u32>(work, WORK_LANE_SUMS << 2);
  for (let image: usize = 0; image < count; image++) {
    store<f32>(sums + (image << 2), sumOf(input + ((image * size) << 2), size));
  }
}

/**
 * `rows`: each row's sums, then scale, bias, offset and ReLU. `unit`: 0 in float32, else what 1 stands for in int16.
 */
function multiplyRows(node: usize, work: usize, unit: f32, first: usize, second: usize): void {
  const lines: usize = load<u32>(work, WORK_LINES << 2);
  const scratch: usize = load<u32>(work, WORK_SCRATCH << 2);
  const sums: usize = load<u32>(work, WORK_LANE_SUMS << 2);
  const out: usize = load<u32>(node, NODE_OUT << 2);
  let run: usize = load<u32>(node, C_ENTRY_RUNS << 2);
  const end = run + (<usize>load<u32>(node, C_ENTRY_RUN_COUNT << 2)) * RUN_BYTES;
  let indices: usize = load<u32>(node, C_ENTRY_LINES << 2);
  let values: usize = load<u32>(node, C_ENTRY_VALUES << 2);
  if (unit) combineLines<i16>(node, lines);
  else combineLines<f32>(node, lines);
  // If nothing is added, rows without entries are zero.
  const shifted = load<u32>(node, NODE_HAS_OFFSET << 2) != 0 || load<u32>(node, NODE_HAS_BIAS << 2) != 0;
  for (let row: usize = 0; row < out; row++) {
    if (run < end && <usize>load<u32>(run, RUN_ROW) == row) {
      const plus: usize = load<u16>(run, RUN_PLUS), minus: usize = load<u16>(run, RUN_MINUS);
      const other: usize = load<u32>(run, RUN_OTHER);
      if (unit) sumEntries<i16>(lines, indices, plus, minus, other, values, scratch);
      else sumEntries<f32>(lines, indices, plus, minus, other, values, scratch);
      indices += (plus + minus + other) << 1;
      values += other;
      run += RUN_BYTES;
    } else {
      if (!shifted) {
        clear(first + row * LINE, LINE);
        if (second != first) clear(second + row * LINE, LINE);
        continue;
      }
      clear(scratch, LINE);
    }
    const scale = rowValue(node, NODE_SCALE, NODE_SCALE_STEP, row);
    if (unit) {
      epilogueInt16(node, row, scratch, scale * unit, sums, first + row * LINE);
      if (second != first) epilogueInt16(node, row, scratch + LINE / 2, scale * unit, sums + LINE, second + row * LINE);
    } else {
      epilogueLine(node, row, scratch, scale, sums, first + row * LINE);
    }
  }
  clearTail(out, first);
  clearTail(out, second);
}

/** Features beyond the last, up to a whole run of 8, are zero: the next node may transform them. */
function clearTail(out: usize, lines: usize): void {
  clear(lines + out * LINE, (((out + 7) & ~7) - out) * LINE);
}

// @ts-ignore: decorator
@inline
function rowValue(node: usize, address: usize, step: usize, row: usize): f32 {
  const values: usize = load<u32>(node + (address << 2));
  return load<u32>(node + (step << 2)) ? load<f32>(values + (row << 2)) : load<f32>(values);
}

// @ts-ignore: decorator
@inline
function epilogueLine(node: usize, row: usize, z: usize, scale: f32, sums: usize, y: usize): void {
  const least = v128.load32_splat(node, NODE_MIN << 2);
  const factor = f32x4.splat(scale);
  const bias = f32x4.splat(rowValue(node, NODE_BIAS, NODE_BIAS_STEP, row));
  if (load<u32>(node, NODE_HAS_OFFSET << 2)) {
    const offset = f32x4.splat(rowValue(node, NODE_OFFSET, NODE_OFFSET_STEP, row));
    for (let lane: usize = 0; lane < LINE; lane += 16) {
      const base = f32x4.add(bias, f32x4.mul(offset, v128.load(sums + lane)));
      v128.store(y + lane, f32x4.pmax(f32x4.add(base, f32x4.mul(v128.load(z + lane), factor)), least));
    }
  } else {
    for (let lane: usize = 0; lane < LINE; lane += 16) {
      v128.store(y + lane, f32x4.pmax(f32x4.add(bias, f32x4.mul(v128.load(z + lane), factor)), least));
    }
  }
}

/** The same for half a line of sums in int16. */
// @ts-ignore: decorator
@inline
function epilogueInt16(node: usize, row: usize, z: usize, scale: f32, sums: usize, y: usize): void {
  const least = v128.load32_splat(node, NODE_MIN << 2);
  const factor = f32x4.splat(scale);
  const bias = f32x4.splat(rowValue(node, NODE_BIAS, NODE_BIAS_STEP, row));
  const offset = f32x4.splat(
    load<u32>(node, NODE_HAS_OFFSET << 2) ? rowValue(node, NODE_OFFSET, NODE_OFFSET_STEP, row) : 0,
  );
  for (let lane: usize = 0; lane < LINE; lane += 16) {
    const base = f32x4.add(bias, f32x4.mul(offset, v128.load(sums + lane)));
    const value = f32x4.convert_i32x4_s(v128.load16x4_s(z + (lane >> 1)));
    v128.store(y + lane, f32x4.pmax(f32x4.add(base, f32x4.mul(value, factor)), least));
  }
}

// @ts-ignore: decorator
@inline
function addLine(target: usize, more: usize): void {
  for (let lane: usize = 0; lane < LINE; lane += 16) {
    v128.store(target + lane, f32x4.add(v128.load(target + lane), v128.load(more + lane)));
  }
}

function runNode(node: usize, work: usize, input: usize, output: usize): void {
  const out: usize = load<u32>(node, NODE_OUT << 2);
  const sums: usize = load<u32>(work, WORK_LANE_SUMS << 2);
  if (load<u32>(node, NODE_KIND << 2) == KIND_DENSE) {
    denseLanes(node, input, load<u32>(work, WORK_LIST_HIGH << 2), output);
  } else {
    if (load<u32>(node, NODE_HAS_OFFSET << 2)) {
      clear(sums, LINE);
      const inputs: usize = load<u32>(node, NODE_IN << 2);
      for (let k: usize = 0; k < inputs; k++) addLine(sums, input + k * LINE);
    }
    multiplyMatrix(node, work, input, output);
  }
  for (let row: usize = 0; row < out; row++) {
    const line = output + row * LINE;
    epilogueLine(node, row, line, rowValue(node, NODE_SCALE, NODE_SCALE_STEP, row), sums, line);
  }
  clearTail(out, output);
}

/** `matrix`: eight rows of C at a time, each the sum over groups of factor · sum, then their inverse DCT. */
function multiplyMatrix(node: usize, work: usize, input: usize, output: usize): void {
  const lines: usize = load<u32>(work, WORK_LINES << 2);
  const sum: usize = load<u32>(work, WORK_SCRATCH << 2);
  const z = sum + LINE;
  const runs = ((<usize>load<u32>(node, NODE_IN << 2)) + 7) >> 3;
  runDctLanes(node, input, runs, load<u32>(work, WORK_BLOCK << 2), lines);
  combineLines<f32>(node, lines);
  const rows = ((<usize>load<u32>(node, NODE_OUT << 2)) + 7) & ~7;
  let run: usize = load<u32>(node, C_ENTRY_RUNS << 2);
  const end = run + (<usize>load<u32>(node, C_ENTRY_RUN_COUNT << 2)) * RUN_BYTES;
  let indices: usize = load<u32>(node, C_ENTRY_LINES << 2);
  let values: usize = load<u32>(node, C_ENTRY_VALUES << 2);
  for (let row: usize = 0; row < rows; row += 8) {
    clear(z, 8 * LINE);
    for (; run < end && <usize>load<u32>(run, RUN_ROW) < row + 8; run += RUN_BYTES) {
      const plus: usize = load<u16>(run, RUN_PLUS), minus: usize = load<u16>(run, RUN_MINUS);
      const other: usize = load<u32>(run, RUN_OTHER);
      sumEntries<f32>(lines, indices, plus, minus, other, values, sum);
      indices += (plus + minus + other) << 1;
      values += other;
      const target = z + (<usize>load<u32>(run, RUN_ROW) - row) * LINE;
      const factor = v128.load32_splat(run, RUN_FACTOR);
      for (let lane: usize = 0; lane < LINE; lane += 16) {
        v128.store(target + lane, f32x4.add(v128.load(target + lane), f32x4.mul(factor, v128.load(sum + lane))));
      }
    }
    inverseRunDctLanes(node, z, output + row * LINE);
  }
}

/** count × I inputs, row-major, to one line per input; lanes without an image are zero. */
function turnInputs(input: usize, size: usize, count: usize, lines: usize): void {
  if (count < FLOAT_LANES) clear(lines, size * LINE);
  for (let image: usize = 0; image < count; image++) {
    let source = input + ((image * size) << 2);
    let target = lines + (image << 2);
    for (const end = source + (size << 2); source < end; source += 4, target += LINE) {
      store<f32>(target, load<f32>(source));
    }
  }
  clearTail(size, lines);
}
