import type { LoadProgress } from '../src/runtime/parts/loading.ts';
import { formatBytes } from '../src/text/numbers.ts';
import { networks } from './latest.ts';
import { loadByParts } from './load-by-parts.ts';
import { disposeModel, type Model } from './models.ts';
import { complain } from './notices.ts';

/** Where the switch of the slow link stands in the page. */
export interface SlowLinkElements {
  readonly switch: HTMLInputElement;
  readonly loading: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly note: HTMLElement;
}

/** The switch that loads a model anew, slowly; switched off again, all of it is back at once. */
export class SlowLinkSwitch {
  readonly #elements: SlowLinkElements;
  readonly #address: string;
  readonly #name: string;
  readonly #onModel: (model: Model, isWanted: boolean) => void;
  readonly #onOff: () => Promise<void>;
  #loading = new AbortController();

  /**
   * `name`: the model's, as a sentence begins with it. `onModel` is told whether it is still the one that is to answer, or
   * another was chosen meanwhile.
   */
  constructor(
    elements: SlowLinkElements,
    { address, name }: { readonly address: string; readonly name: string },
    { onModel, onOff }: { onModel(model: Model, isWanted: boolean): void; onOff(): Promise<void> },
  ) {
    this.#elements = elements;
    this.#address = address;
    this.#name = name;
    this.#onModel = onModel;
    this.#onOff = onOff;
    elements.switch.addEventListener('change', () => void this.#change());
  }

  async #change(): Promise<void> {
    const { switch: box, loading, bar, note } = this.#elements;
    this.#loading.abort();
    loading.hidden = !box.checked;
    if (!box.checked) return this.#onOff();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    const wanted = networks.ask();
    bar.value = 0;
    note.textContent = 'Asking for the model…';
    try {
      await loadByParts(
        this.#address,
        signal,
        (progress) => {
          if (!signal.aborted) this.#show(progress);
        },
        (model) => (signal.aborted ? disposeModel(model) : this.#onModel(model, !wanted.aborted)),
      );
    } catch (error) {
      if (signal.aborted) return;
      loading.hidden = true;
      box.checked = false;
      complain(error, this.#name);
    }
  }

  #show({ received, total, scans, complete }: LoadProgress): void {
    const { bar, note } = this.#elements;
    if (total) bar.value = received / total;
    const far = `${formatBytes(received)}${total ? ` of ${formatBytes(total)}` : ''}`;
    note.textContent = complete
      ? `${far}: all there and checked, ${scans} scans.`
      : scans > 0
        ? `${far}: answers already, from ${scans} ${scans === 1 ? 'scan' : 'scans'}.`
        : `${far}: not a net yet.`;
  }
}
