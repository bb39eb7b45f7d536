import type { Executor, InputKind } from './backends/backend.ts';

/** What runs a network, freed when it is not wanted any more and the calls in flight have ended. */
export class HeldExecutor {
  readonly executor: Executor;
  #calls = 0;
  #released = false;

  constructor(executor: Executor) {
    this.executor = executor;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    this.#calls++;
    try {
      return await this.executor.run(input, batch, kind);
    } finally {
      this.#calls--;
      this.#freeIfIdle();
    }
  }

  release(): void {
    this.#released = true;
    this.#freeIfIdle();
  }

  #freeIfIdle(): void {
    if (this.#released && this.#calls === 0) this.executor.dispose();
  }
}
