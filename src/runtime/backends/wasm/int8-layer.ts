import { roundToBytes } from '../../../../kernels/conv2d/quads.ts';
import type { PerWord } from '../../../../kernels/conv2d/words.ts';
import * as layout from '../../../../kernels/int8-multiply/layout.ts';
import type { LinearNode } from '../../../weights/network.ts';
import { reconstructWeights } from '../../../weights/reconstruct.ts';
import { rowPart } from '../../../weights/row-part.ts';
import type { KernelMemory } from './memory.ts';

/** Rows that are expanded together: a row of blocks. */
const ROWS = 8;

/**
 * Writes a layer as bytes (kernels/int8-multiply/layout.ts), its weights rounded to 255 steps of each row's own. Layers of coefficients are
 * expanded, eight rows at a time. Returns the address of its record.
 */
export function writeInt8Layer(memory: KernelMemory, node: LinearNode, perWord: PerWord): number {
  const { inFeatures, outFeatures, bias, relu } = node;
  const { WIDE_PANEL, NARROW_PANEL } = layout;
  const wideRows = outFeatures - (outFeatures % WIDE_PANEL);
  const rows = wideRows + Math.ceil((outFeatures - wideRows) / NARROW_PANEL) * NARROW_PANEL;
  const bytesPerRow = Math.ceil(inFeatures / perWord) * perWord;
  const weights = memory.allocate(rows * bytesPerRow);
  const [scale, sum, biases] = [0, 0, 0].map(() => memory.allocate(4 * rows));
  const record = memory.allocate(4 * layout.LAYER_WORDS);
  if (bias) memory.floats(biases, outFeatures).set(bias);
  const [scales, sums] = [scale, sum].map((address) => memory.floats(address, rows));
  const bytes = new Int8Array(memory.memory.buffer, weights, rows * bytesPerRow);
  for (let first = 0; first < outFeatures; first += ROWS) {
    const count = Math.min(ROWS, outFeatures - first);
    const values = rowsOf(node, first, count);
    const rounded = roundToBytes({ shape: [count, inFeatures], values });
    for (let at = 0; at < count; at++) {
      const row = first + at;
      const [width, panel] =
        row < wideRows
          ? [WIDE_PANEL, row - (row % WIDE_PANEL)]
          : [NARROW_PANEL, row - ((row - wideRows) % NARROW_PANEL)];
      const start = panel * bytesPerRow + (row - panel) * perWord;
      let total = 0;
      for (let k = 0; k < inFeatures; k++) {
        const integer = rounded.integers[at * inFeatures + k];
        total += integer;
        bytes[start + Math.floor(k / perWord) * width * perWord + (k % perWord)] = integer;
      }
      scales[row] = rounded.scale[at];
      sums[row] = rounded.scale[at] * total;
    }
  }
  memory.setWords(record, [
    [layout.LAYER_IN, inFeatures],
    [layout.LAYER_OUT, outFeatures],
    [layout.LAYER_WEIGHTS, weights],
    [layout.LAYER_SCALE, scale],
    [layout.LAYER_SUM, sum],
    [layout.LAYER_BIAS, biases],
  ]);
  memory.floats(record, layout.LAYER_WORDS)[layout.LAYER_MIN] = relu ? 0 : -Infinity;
  return record;
}

/** Work memory for layers of at most `inputs` inputs. */
export function allocateInt8Work(memory: KernelMemory, inputs: number, perWord: PerWord): number {
  const list = layout.LIST_WORDS + 2 * 4 * (Math.ceil(inputs / perWord) + layout.LIST_SLACK);
  const work = memory.allocate(layout.WORK_LISTS + layout.GROUP * list);
  new Uint8Array(memory.memory.buffer).set(movesOfWords(), work + layout.WORK_MOVES);
  return work;
}

/** For each set of four words, by its bits, the bytes of these words one after another, as `i8x16.swizzle` takes them. */
function movesOfWords(): Uint8Array {
  const moves = new Uint8Array(16 * 16);
  for (let set = 0; set < 16; set++) {
    let at = 16 * set;
    for (let word = 0; word < 4; word++)
      if ((set >> word) & 1) for (let byte = 0; byte < 4; byte++) moves[at++] = 4 * word + byte;
  }
  return moves;
}

/** Weights of rows `first` … `first + count - 1`, row-major; `first` is a multiple of 8. */
function rowsOf(node: LinearNode, first: number, count: number): Float32Array {
  const { inFeatures } = node;
  if (node.kind === 'dense') return node.weights.subarray(first * inFeatures, (first + count) * inFeatures);
  return Float32Array.from(reconstructWeights(rowPart(node, first, count)));
}
