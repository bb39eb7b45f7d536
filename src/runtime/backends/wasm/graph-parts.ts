import * as layout from '../../../../kernels/wasm/layout.ts';
import type { Executor, ExecutorOptions } from '../backend.ts';

/*
 * How a batch of a graph is cut. All nodes but linear chains compute each image by itself. Chains run images side by side, and what
 * is left of a batch image by image where that is faster, which adds up in another order: the last bits of an answer would depend on
 * where the batch is cut. So the images of one call take the same way through a chain, all of them, wherever it is cut.
 */

/** Images that the chains of a graph may run side by side; 1 where they run one after another, or there are none. */
export function lanesOfChains(chains: number, { precision, memory }: Lanes): number {
  if (chains === 0 || memory !== 'speed') return 1;
  return precision === 'float32' ? layout.FLOAT_LANES : layout.INT16_LANES;
}

type Lanes = Pick<ExecutorOptions, 'precision' | 'memory'>;

/**
 * Images of a part of a batch of `whole`, at most `max`: whole groups, all of which run side by side, or so few that they are one
 * group, or all of them single. In between a chain of int16 might leave some of a part over, as its groups may be of `FLOAT_LANES`.
 */
export function imagesOfPart(whole: number, max: number, lanes: number): number {
  const even = Math.ceil(whole / Math.ceil(whole / max));
  return even >= lanes ? even - (even % lanes) : Math.min(even, layout.FLOAT_LANES);
}

/** Images with which a chain runs so many of a part of `max`: a group that is not full, or a part, might else be run singly. */
export function filledImages(images: number, max: number, lanes: number): number {
  return max < lanes ? max : Math.ceil(images / lanes) * lanes;
}

/** Runs a chain with images of zeros after those given, `filled` in all; returns what it gives for those given. */
export async function runFilled(
  chain: Executor,
  given: Float32Array,
  images: number,
  filled: number,
): Promise<Float32Array> {
  if (filled === images) return chain.run(given, images, 'values');
  const input = new Float32Array((given.length / images) * filled);
  input.set(given);
  const values = await chain.run(input, filled, 'values');
  return values.subarray(0, (values.length / filled) * images);
}
