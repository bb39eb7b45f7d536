import * as layout from '../../../../kernels/wasm/layout.ts';
import type { ChainStep, GraphStep } from '../../../graph/passes/linear-chains.ts';
import type { Executor, ExecutorOptions } from '../backend.ts';
import { isForInt8 } from './int8-rule.ts';

/**
 * How batches of a graph are cut into parts, and into shares of threads. All nodes but linear chains compute each image by itself.
 * Chains run images side by side, and what is left of a batch image by image where that is faster, which adds up in another order:
 * the last bits of an answer would depend on where the batch is cut. So all images of a batch take the same way through a chain.
 */
export class BatchCuts {
  /** Images that the values of a part have room for. */
  readonly #room: number;
  /** Images that chains may run side by side; 1 where they run one after another, or there are none. */
  readonly #lanes: number;
  /** Whether a group of images has one scale for its inputs. */
  readonly #hasScales: boolean;

  constructor(
    steps: readonly GraphStep[],
    { precision, memory }: Pick<ExecutorOptions, 'precision' | 'memory'>,
    room: number,
  ) {
    // In bytes each image has its own range, and goes by itself.
    const chains = steps.filter(
      (step): step is ChainStep =>
        step.kind === 'chain' && !(precision === 'int8' && isForInt8(step.network, memory)),
    );
    const isInt16 = precision !== 'float32';
    const lanes = isInt16 ? layout.INT16_LANES : layout.FLOAT_LANES;
    this.#room = room;
    this.#lanes = chains.length === 0 || memory !== 'speed' ? 1 : lanes;
    this.#hasScales =
      isInt16 && this.#lanes > 1 && chains.some(({ network }) => network.nodes[0].kind === 'rows');
  }

  /**
   * Images of a part of a batch: whole groups, all of which run side by side, or so few that they are one group, or all of them
   * single. In between a chain in int16 might leave some over, as its groups may be of `FLOAT_LANES`.
   */
  imagesOfPart(batch: number): number {
    const even = Math.ceil(batch / Math.ceil(batch / this.#room));
    return even >= this.#lanes ? even - (even % this.#lanes) : Math.min(even, layout.FLOAT_LANES);
  }

  /** How many images of a batch, counted from its first, are not shared out. */
  imagesTogether(batch: number): number {
    return this.#hasScales ? Math.min(this.imagesOfPart(batch), this.#lanes) : 1;
  }

  /** Images with which a chain runs so many of a part of `max`: a group, or a part, that is not full might else be run singly. */
  filledImages(images: number, max: number): number {
    return max < this.#lanes ? max : Math.ceil(images / this.#lanes) * this.#lanes;
  }
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
