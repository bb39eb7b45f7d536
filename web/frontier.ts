import { formatBytes } from '../src/text/numbers.ts';
import { FrontierPlot } from './frontier-plot.ts';
import { networks } from './latest.ts';
import { type Listed, listModels } from './listed.ts';
import { disposeModel, download, type Model, openModel } from './models.ts';
import { complain } from './notices.ts';
import type { Other } from './variants.ts';

/** Where the slider stands in the page. */
export interface FrontierElements {
  readonly slider: HTMLInputElement;
  readonly plot: SVGElement;
  readonly rows: HTMLElement;
  /** What the stop is, in words. */
  readonly stop: HTMLElement;
}

/** The slider along the frontier of bytes and error: each stop is a model, loaded when it is chosen. */
export class FrontierSlider {
  readonly #elements: FrontierElements;
  readonly #plot: FrontierPlot;
  readonly #onModel: (model: Model, other: Other) => void;
  #listed: readonly Listed[] = [];
  /** The last stop whose model came. */
  #stood = 0;

  constructor(elements: FrontierElements, onModel: (model: Model, other: Other) => void) {
    this.#elements = elements;
    this.#onModel = onModel;
    const { slider, plot, rows } = elements;
    this.#plot = new FrontierPlot(plot, rows, (index) => {
      slider.value = String(index);
      void this.#slide();
    });
    slider.addEventListener('input', () => void this.#slide());
  }

  /** Lists the models. `start`: the end of the path of the one that the page begins with. */
  async load(start: string): Promise<void> {
    const { slider, stop } = this.#elements;
    try {
      this.#listed = await listModels();
      slider.max = String(this.#listed.length - 1);
      this.#stood = this.#listed.findIndex(({ file }) => start.endsWith(file));
      slider.value = String(this.#stood);
      slider.disabled = false;
      this.#plot.show(this.#listed);
      this.#describe();
    } catch (error) {
      stop.textContent = 'The list of models could not be loaded.';
      complain(error, 'The list of models');
    }
  }

  #describe(): Listed {
    const { slider, stop } = this.#elements;
    const chosen = this.#listed[Number(slider.value)];
    const text = `${formatBytes(chosen.bytes)}, test error ${chosen.error.toFixed(2)}%: ${chosen.net}, ${chosen.how}`;
    stop.textContent = text;
    slider.setAttribute('aria-valuetext', text);
    this.#plot.mark(Number(slider.value));
    return chosen;
  }

  async #slide(): Promise<void> {
    const chosen = this.#describe();
    const signal = networks.ask();
    try {
      const model = await openModel(await download(`models/${chosen.file}`, signal));
      if (signal.aborted) return disposeModel(model);
      this.#stood = this.#listed.indexOf(chosen);
      this.#onModel(model, {
        name: `Slider: ${formatBytes(chosen.bytes)}`,
        note: `${chosen.net}, ${chosen.how}.`,
      });
    } catch (error) {
      if (signal.aborted) return;
      complain(error, `The model of ${formatBytes(chosen.bytes)}`);
      this.#elements.slider.value = String(this.#stood);
      this.#describe();
    }
  }
}
