import { type Sampler, samplerOf, timeInTurn } from '../src/timing.ts';
import type { PadInput } from './input.ts';
import type { Model } from './models.ts';
import { complain } from './notices.ts';
import { pause } from './pause.ts';
import { reading } from './results.ts';
import type { Variant } from './variants.ts';

/** How long an input rests before all models are timed on it, in milliseconds. */
const REST = 250;

/** Samples are long: clocks of browsers are coarse. */
const PLAN = { rounds: 5, sampleMilliseconds: 8, warmUpMilliseconds: 8 } as const;

/** Runs every model on the input: what it reads, and how long that takes, measured in turn. Between samples the page gets its turn. */
export class Measuring {
  readonly #variants: readonly Variant[];
  readonly #input: PadInput;
  readonly #isShown: (variant: Variant) => boolean;
  readonly #onChange: () => void;
  #turn = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  /** `isShown`: whether a variant is compared; `onChange`: the figures of one have changed. */
  constructor(
    variants: readonly Variant[],
    input: PadInput,
    isShown: (variant: Variant) => boolean,
    onChange: () => void,
  ) {
    this.#variants = variants;
    this.#input = input;
    this.#isShown = isShown;
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
    const samplers: Sampler[] = [];
    const timed: { readonly entry: Variant; readonly model: Model }[] = [];
    for (const entry of this.#variants) {
      const { model } = entry;
      if (!model || !this.#isShown(entry)) continue;
      await pause();
      try {
        const input = await this.#input.prepare(model);
        const logits = await model.session.runPrepared(input);
        if (turn !== this.#turn) return;
        if (entry.model !== model) continue;
        entry.reads = input.report.blank ? 'nothing' : reading(model.session, logits);
        this.#onChange();
        const sampler = samplerOf(() => model.session.runPrepared(input));
        // Those of the warm-up, too, are tasks of their own.
        samplers.push(async (calls) => {
          await pause();
          if (turn !== this.#turn) throw new Superseded();
          return sampler(calls);
        });
        timed.push({ entry, model });
      } catch (error) {
        // Disposed meanwhile: what has taken its place is timed next.
        if (entry.model === model) complain(error, entry.name);
      }
    }
    try {
      const times = await timeInTurn(samplers, PLAN);
      timed.forEach(({ entry, model }, index) => {
        if (entry.model === model) entry.time = times[index];
      });
      this.#onChange();
    } catch (error) {
      // A model that was replaced meanwhile is disposed of; its successor is timed next.
      if (error instanceof Superseded || timed.some(({ entry, model }) => entry.model !== model)) return;
      complain(error, 'The measurement');
    }
  }
}

/** The input has changed, so that the times are of no use any more. */
class Superseded extends Error {}
