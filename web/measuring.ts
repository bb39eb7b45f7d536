import type { PadInput } from './input.ts';
import { timeInference } from './models.ts';
import { complain } from './notices.ts';
import { reading } from './results.ts';
import type { Variant } from './variants.ts';

/** How long an input rests before all models are timed on it, in milliseconds. */
const REST = 250;

/** Runs every model on the input, one after another: what it reads, and how long that takes. */
export class Measuring {
  readonly #variants: readonly Variant[];
  readonly #input: PadInput;
  readonly #onChange: () => void;
  #turn = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  /** `onChange`: the figures of a variant have changed. */
  constructor(variants: readonly Variant[], input: PadInput, onChange: () => void) {
    this.#variants = variants;
    this.#input = input;
    this.#onChange = onChange;
  }

  /** Measures once the input rests. */
  soon(): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#measure(), REST);
  }

  async #measure(): Promise<void> {
    const turn = ++this.#turn;
    if (this.#input.isEmpty) {
      for (const entry of this.#variants) {
        delete entry.time;
        delete entry.reads;
      }
      return this.#onChange();
    }
    for (const entry of this.#variants) {
      const { model } = entry;
      if (!model) continue;
      try {
        const input = await this.#input.prepare(model);
        const logits = await model.session.runPrepared(input);
        const reads = input.report.blank ? 'nothing' : reading(model.session, logits);
        const time = await timeInference(model.session, input);
        if (turn !== this.#turn) return;
        if (entry.model === model) Object.assign(entry, { reads, time });
        this.#onChange();
      } catch (error) {
        // Disposed meanwhile: what has taken its place is timed next.
        if (entry.model === model) complain(error, entry.name);
      }
      await new Promise((resolve) => setTimeout(resolve));
      if (turn !== this.#turn) return;
    }
  }
}
