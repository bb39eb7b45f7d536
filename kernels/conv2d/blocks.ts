import type { WasmPlace } from '../graph-wasm/binding.ts';
import type { KernelConstant } from '../node.ts';
import type { Elements } from './words.ts';

/** Outputs that the kernel computes together. */
const OUTPUTS = 4;

/** Blocks of four outputs of one group, one after another, that read the same taps: one call of the kernel. */
export interface BlockRun {
  /** Addresses of the taps' offsets, the weights and the biases. */
  readonly offsets: number;
  readonly weights: number;
  readonly bias: number;
  /** Of the scales, of integers only. */
  readonly scale: number;
  readonly taps: number;
  /** The first output channel, and how many there are. */
  readonly first: number;
  readonly outputs: number;
}

/**
 * Weights O × I × KH × KW in the order in which the kernel `conv2d` reads them. Taps that are zero in all four outputs of a block
 * are left out: where a convolution is a transform along runs of channels, seven of eight are. `offset`: where an input channel
 * lies for a tap, in bytes. `scale`: of each output, of integers only.
 */
export function packBlocks(
  { write }: WasmPlace,
  { shape, values }: Elements,
  bias: KernelConstant | undefined,
  groups: number,
  offset: (channel: number, tap: number) => number,
  scale?: Float32Array,
): BlockRun[] {
  const [outputs, perGroup, ...window] = shape;
  const places = window.reduce((product, extent) => product * extent, 1);
  const taps = perGroup * places;
  const perGroupOutputs = outputs / groups;
  const runs: Run[] = [];
  for (let first = 0; first < outputs; ) {
    const group = Math.floor(first / perGroupOutputs);
    const count = Math.min(OUTPUTS, (group + 1) * perGroupOutputs - first);
    const used: number[] = [];
    for (let t = 0; t < taps; t++) {
      for (let lane = 0; lane < count; lane++) {
        if (values[(first + lane) * taps + t] === 0) continue;
        used.push(t);
        break;
      }
    }
    const read = used.map((t) => offset(group * perGroup + Math.floor(t / places), t % places));
    let run = runs.at(-1);
    // A run goes on if its last block is whole and reads the same.
    if (
      run === undefined ||
      run.outputs % OUTPUTS !== 0 ||
      run.taps.length !== read.length ||
      read.some((at, index) => at !== run?.taps[index])
    ) {
      run = { first, outputs: 0, taps: read, weights: [], bias: [], scale: [] };
      runs.push(run);
    }
    for (let lane = 0; lane < OUTPUTS; lane++) {
      const output = first + Math.min(lane, count - 1);
      run.bias.push(bias?.values[output] ?? 0);
      run.scale.push(scale?.[output] ?? 1);
    }
    for (const t of used) {
      for (let lane = 0; lane < OUTPUTS; lane++)
        run.weights.push(values[(first + Math.min(lane, count - 1)) * taps + t]);
    }
    run.outputs += count;
    first += count;
  }
  const elements = values instanceof Float32Array ? Float32Array : Uint32Array;
  return runs.map((run) => ({
    first: run.first,
    outputs: run.outputs,
    taps: run.taps.length,
    offsets: write(Uint32Array.from(run.taps)),
    weights: write(elements.from(run.weights)),
    bias: write(Float32Array.from(run.bias)),
    scale: scale ? write(Float32Array.from(run.scale)) : 0,
  }));
}

interface Run {
  readonly first: number;
  outputs: number;
  readonly taps: readonly number[];
  readonly weights: number[];
  readonly bias: number[];
  readonly scale: number[];
}
