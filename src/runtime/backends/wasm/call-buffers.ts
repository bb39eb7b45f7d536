import type { KernelMemory } from './memory.ts';

/** Buffers for the inputs and outputs of a call, at the end of the kernels' memory so that they can grow. */
export class CallBuffers {
  /** Space for the reserved number of inputs, plus padding. */
  inputs: Float32Array = new Float32Array(0);
  outputs: Float32Array = new Float32Array(0);
  readonly #memory: KernelMemory;
  readonly #inputWidth: number;
  readonly #outputWidth: number;
  #start: number;
  #images = 0;

  /** Widths in values per image. */
  constructor(memory: KernelMemory, inputWidth: number, outputWidth: number) {
    this.#memory = memory;
    this.#inputWidth = inputWidth;
    this.#outputWidth = outputWidth;
    this.#start = memory.used;
    this.reserve(1);
  }

  /** Reserves space for the inputs and outputs of this many images. If the allocation fails, the old buffers remain. */
  reserve(images: number): void {
    if (images <= this.#images) return;
    const memory = this.#memory;
    const values = images * this.#inputWidth + 32;
    const outputs = images * this.#outputWidth;
    memory.rewind(this.#start);
    // Growing detaches earlier views, so all is allocated at once: it succeeds or fails as a whole.
    memory.allocate((values + outputs) * 4 + 128);
    memory.rewind(this.#start);
    this.inputs = memory.floats(memory.allocate(values * 4), values);
    this.outputs = memory.floats(memory.allocate(outputs * 4), outputs);
    this.#images = images;
  }

  /**
   * Lets `write` allocate permanent memory in place of the buffers, which move behind it and lose their content. If an
   * allocation fails, they stay in place.
   */
  writeBefore<T>(write: () => T): T {
    const start = this.#start;
    this.#memory.rewind(start);
    this.#images = 0;
    try {
      const result = write();
      this.#start = this.#memory.used;
      this.reserve(1);
      return result;
    } catch (error) {
      this.#start = start;
      this.reserve(1);
      throw error;
    }
  }
}
