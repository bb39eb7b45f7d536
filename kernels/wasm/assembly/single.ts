import { blockDctSingle, takeCoefficients } from '../../block-dct/assembly/single';
import { multiplySingle } from '../../coefficient-multiply/assembly/single';
import { denseSingle } from '../../dense-multiply/assembly/single';
import { inverseRunDctSingle, runDctSingle } from '../../run-dct/assembly/single';
import {
  C_BASIS, C_BLOCKS, C_ROWS, KIND_DENSE, KIND_MATRIX, KIND_PLAIN,
  NETWORK_FIRST, NETWORK_STAGES, STAGE_HAS_OFFSET, STAGE_IN, STAGE_KIND, STAGE_OUT, WORK_ACTIVE, WORK_BLOCK,
  WORK_FIRST, WORK_LIST_HIGH, WORK_PADDED, WORK_SECOND, WORK_SUMS, WORK_X,
} from '../layout';
import { finishSingle, sumOf } from './finish';

/**
 * Runs one input (I floats, readable up to a multiple of 4) through a network; writes O logits. Returns whether all of
 * the input is known to be finite. `table`: 0, or, where the input is the K block-DCT coefficients of a picture, 64
 * quantisation steps in the order u·8 + v.
 */
export function runSingle(network: usize, work: usize, input: usize, table: usize, logits: usize): bool {
  let finite = true;
  const stages = load<u32>(network, NETWORK_STAGES << 2);
  let values = input;
  let next: usize = load<u32>(work, WORK_FIRST << 2);
  let other: usize = load<u32>(work, WORK_SECOND << 2);
  for (let index: u32 = 0; index < stages; index++) {
    const stage: usize = load<u32>(network + ((<usize>index) << 2), NETWORK_FIRST << 2);
    const sure = runStage(stage, work, values, index == 0 ? table : 0, next);
    if (index == 0) finite = sure;
    values = next;
    next = other;
    other = values;
    if (index == stages - 1) memory.copy(logits, values, (<usize>load<u32>(stage, STAGE_OUT << 2)) << 2);
  }
  return finite;
}

/** Returns true if the inputs are known to be finite without an extra pass, else false. */
function runStage(stage: usize, work: usize, input: usize, table: usize, output: usize): bool {
  if (load<u32>(stage, STAGE_KIND << 2) == KIND_DENSE) {
    runDense(stage, work, input, output);
    return false;
  }
  const sum = inputSum(stage, input, table);
  const finite = transform(stage, work, input, table);
  if (load<u32>(stage, STAGE_KIND << 2) == KIND_MATRIX) {
    // Behind the sums of a group: the products before the inverse transform.
    const z = <usize>load<u32>(work, WORK_SUMS << 2) + ((<usize>load<u32>(stage, C_ROWS << 2)) << 2);
    multiplySingle(stage, work, z);
    complete(stage, z, output, sum);
  } else {
    multiplySingle(stage, work, output);
    complete(stage, output, output, sum);
  }
  return finite;
}

export function runDense(stage: usize, work: usize, input: usize, output: usize): void {
  denseSingle(stage, input, load<u32>(work, WORK_LIST_HIGH << 2), output);
  finishSingle(stage, output, 0);
}

/**
 * Transforms an input for a coefficient stage, into work memory. Returns true if it is known to be finite without an
 * extra pass, else false.
 */
export function transform(stage: usize, work: usize, input: usize, table: usize): bool {
  const kind = load<u32>(stage, STAGE_KIND << 2);
  const x: usize = load<u32>(work, WORK_X << 2);
  const temporary: usize = load<u32>(work, WORK_BLOCK << 2);
  if (kind == KIND_MATRIX) {
    runDctSingle(stage, input, temporary, x);
    return false;
  }
  if (kind == KIND_PLAIN) {
    memory.copy(x, input, (<usize>load<u32>(stage, STAGE_IN << 2)) << 2);
    return false;
  }
  const active: usize = load<u32>(work, WORK_ACTIVE << 2);
  if (table) {
    takeCoefficients(stage, input, table, x, active);
    return false;
  }
  return blockDctSingle(stage, input, load<u32>(work, WORK_PADDED << 2), temporary, x, active);
}

/** Σ of a stage's inputs, if its offsets need it, else 0. */
export function inputSum(stage: usize, input: usize, table: usize): f32 {
  if (!load<u32>(stage, STAGE_HAS_OFFSET << 2)) return 0;
  return table ? sumOfBlocks(stage, input) : sumOf(input, load<u32>(stage, STAGE_IN << 2));
}

/** From products to outputs: the inverse transform (matrix; else `output` is `z`), scale, bias, offset, ReLU. */
export function complete(stage: usize, z: usize, output: usize, sum: f32): void {
  if (load<u32>(stage, STAGE_KIND << 2) == KIND_MATRIX) {
    inverseRunDctSingle(z, load<u32>(stage, C_ROWS << 2), load<u32>(stage, C_BASIS << 2), output);
  }
  finishSingle(stage, output, sum);
}

/** Σ of the samples of a picture from its coefficients: 8 times each block's DC. */
function sumOfBlocks(stage: usize, input: usize): f32 {
  const blocks = load<u32>(stage, C_BLOCKS << 2);
  let sum: f32 = 0;
  for (let block: u32 = 0; block < blocks; block++) sum += load<f32>(input + (<usize>block << 8));
  return 8 * sum;
}
