import type { InputKind, ResidentBytes } from '../backends/backend.ts';

/** A graph made ready on one backend. */
export interface GraphExecutor {
  readonly residentBytes: ResidentBytes;
  /** Most bytes held at once so far, `residentBytes` included. */
  readonly peakBytes: number;
  /**
   * Runs `batch` images. `inputs`: for each input of the graph B × elements; returns B × elements for each of its outputs.
   * `kind` `coefficients` is for graphs whose one input goes into a linear chain of arrangement `rows` and nowhere else.
   * Calls may overlap; they run one after another. Throws `INPUT_NOT_FINITE` where an input is not a finite number.
   */
  run(inputs: readonly Float32Array[], batch: number, kind: InputKind): Promise<Float32Array[]>;
  dispose(): void;
}
