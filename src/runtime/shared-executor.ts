import type { Sampling } from '../image/patch-coefficients.ts';
import type { InputKind } from './backends/backend.ts';
import type { SessionExecutor } from './ready-network.ts';

/**
 * A reference-counted executor of a network that may be replaced by a refined one: freed once it is replaced and
 * pending calls have ended. Calls are counted only if that can happen; otherwise they pass straight through.
 */
export class SharedExecutor {
  readonly executor: SessionExecutor;
  readonly #replaceable: boolean;
  #calls = 0;
  #released = false;

  constructor(executor: SessionExecutor, replaceable: boolean) {
    this.executor = executor;
    this.#replaceable = replaceable;
  }

  run(input: Float32Array, batch: number, kind: InputKind, sampling?: Sampling): Promise<Float32Array> {
    return this.hold(this.executor.run(input, batch, kind, sampling));
  }

  /** Keeps the executor until a call on it has ended. */
  hold<T>(result: Promise<T>): Promise<T> {
    if (!this.#replaceable) return result;
    this.#calls++;
    return result.finally(() => {
      this.#calls--;
      this.#freeIfIdle();
    });
  }

  release(): void {
    this.#released = true;
    this.#freeIfIdle();
  }

  #freeIfIdle(): void {
    if (this.#released && this.#calls === 0) this.executor.dispose();
  }
}
