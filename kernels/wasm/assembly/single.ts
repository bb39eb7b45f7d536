import { blockDctSingle, takeCoefficients } from '../../block-dct/assembly/single';
import { multiplySingle } from '../../coefficient-multiply/assembly/single';
import { denseSingle } from '../../dense-multiply/assembly/single';
import { inverseRunDctSingle, runDctSingle } from '../../run-dct/assembly/single';
import {
  C_BASIS, C_BLOCKS, C_ROWS, KIND_DENSE, KIND_MATRIX,
  NETWORK_FIRST, NETWORK_STAGES, NODE_HAS_OFFSET, NODE_IN, NODE_KIND, NODE_OUT, WORK_ACTIVE, WORK_BLOCK,
  WORK_FIRST, WORK_LIST_HIGH, WORK_PADDED, WORK_SECOND, WORK_SUMS, WORK_X,
} from '../layout';
import { epilogueSingle, sumOf } from './epilogue';

/**
 * Runs one input (I floats, readable up to a multiple of 4) through a network; writes O logits. Returns whether all of
 * the input is known to be finite. `table`: 0, or, where the input is the K block-DCT coefficients of a picture, 64
 * quantisation steps in the order u·8 + v.
 */
export function runSingle(network: usize, work: usize, input: usize, table: usize, logits: usize): bool {
  let finite = true;
  const nodes = load<u32>(network, NETWORK_STAGES << 2);
  let values = input;
  let next: usize = load<u32>(work, WORK_FIRST << 2);
  let other: usize = load<u32>(work, WORK_SECOND << 2);
  for (let index: u32 = 0; index < nodes; index++) {
    const node: usize = load<u32>(network + ((<usize>index) << 2), NETWORK_FIRST << 2);
    const sure = runNode(node, work, values, index == 0 ? table : 0, next);
    if (index == 0) finite = sure;
    values = next;
    next = other;
    other = values;
    if (index == nodes - 1) memory.copy(logits, values, (<usize>load<u32>(node, NODE_OUT << 2)) << 2);
  }
  return finite;
}

/** Returns true if the inputs are known to be finite without an extra pass, else false. */
function runNode(node: usize, work: usize, input: usize, table: usize, output: usize): bool {
  if (load<u32>(node, NODE_KIND << 2) == KIND_DENSE) {
    runDense(node, work, input, output);
    return false;
  }
  const sum = inputSum(node, input, table);
  const finite = transform(node, work, input, table);
  if (load<u32>(node, NODE_KIND << 2) == KIND_MATRIX) {
    // Behind the sums of a group: the products before the inverse transform.
    const z = <usize>load<u32>(work, WORK_SUMS << 2) + ((<usize>load<u32>(node, C_ROWS << 2)) << 2);
    multiplySingle(node, work, z);
    complete(node, z, output, sum);
  } else {
    multiplySingle(node, work, output);
    complete(node, output, output, sum);
  }
  return finite;
}

export function runDense(node: usize, work: usize, input: usize, output: usize): void {
  denseSingle(node, input, load<u32>(work, WORK_LIST_HIGH << 2), output);
  epilogueSingle(node, output, 0);
}

/**
 * Transforms an input for a coefficient node, into work memory. Returns true if it is known to be finite without an
 * extra pass, else false.
 */
export function transform(node: usize, work: usize, input: usize, table: usize): bool {
  const kind = load<u32>(node, NODE_KIND << 2);
  const x: usize = load<u32>(work, WORK_X << 2);
  const temporary: usize = load<u32>(work, WORK_BLOCK << 2);
  if (kind == KIND_MATRIX) {
    runDctSingle(node, input, temporary, x);
    return false;
  }
  const active: usize = load<u32>(work, WORK_ACTIVE << 2);
  if (table) {
    takeCoefficients(node, input, table, x, active);
    return false;
  }
  return blockDctSingle(node, input, load<u32>(work, WORK_PADDED << 2), temporary, x, active);
}

/** Σ of a node's inputs, if its offsets need it, else 0. */
export function inputSum(node: usize, input: usize, table: usize): f32 {
  if (!load<u32>(node, NODE_HAS_OFFSET << 2)) return 0;
  return table ? sumOfBlocks(node, input) : sumOf(input, load<u32>(node, NODE_IN << 2));
}

/** From products to outputs: the inverse transform (matrix; else `output` is `z`), scale, bias, offset, ReLU. */
export function complete(node: usize, z: usize, output: usize, sum: f32): void {
  if (load<u32>(node, NODE_KIND << 2) == KIND_MATRIX) {
    inverseRunDctSingle(z, load<u32>(node, C_ROWS << 2), load<u32>(node, C_BASIS << 2), output);
  }
  epilogueSingle(node, output, sum);
}

/** Σ of the samples of a picture from its coefficients: 8 times each block's DC. */
function sumOfBlocks(node: usize, input: usize): f32 {
  const blocks = load<u32>(node, C_BLOCKS << 2);
  let sum: f32 = 0;
  for (let block: u32 = 0; block < blocks; block++) sum += load<f32>(input + (<usize>block << 8));
  return 8 * sum;
}
