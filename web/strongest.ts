/** Where a neuron's weights lie in the contact sheet, in samples. */
export type Place = (neuron: number) => readonly [x: number, y: number, width: number, height: number];

/** How many neurons are shown. */
const SHOWN = 6;

/** The neurons that fire most, each as its own tile of the contact sheet, large. */
export class StrongestNeurons {
  readonly #root: HTMLElement;
  readonly #sheet: HTMLImageElement;
  #draw: () => void = () => {};

  constructor(root: HTMLElement, sheet: HTMLImageElement) {
    this.#root = root;
    this.#sheet = sheet;
    // What is lit may be known before the browser has decoded the picture.
    sheet.addEventListener('load', () => this.#draw());
  }

  /** `place`: undefined where a neuron has no tile to show. */
  show(activations: Float32Array | undefined, place: Place | undefined): void {
    const neurons = activations && place ? strongest(activations) : [];
    this.#root.hidden = neurons.length === 0;
    this.#draw = () => {
      if (!activations || !place || !isDecoded(this.#sheet)) return;
      const rows = neurons.map((neuron) => this.#row(neuron, activations[neuron], place));
      this.#root.querySelector('ol')?.replaceChildren(...rows);
    };
    this.#draw();
  }

  #row(neuron: number, value: number, place: Place): HTMLElement {
    const [x, y, width, height] = place(neuron);
    const tile = document.createElement('canvas');
    tile.width = width;
    tile.height = height;
    tile.getContext('2d')?.drawImage(this.#sheet, x, y, width, height, 0, 0, width, height);
    const strength = document.createElement('b');
    strength.textContent = value.toFixed(2);
    const name = document.createElement('span');
    name.textContent = `neuron ${neuron}`;
    const row = document.createElement('li');
    row.append(tile, strength, name);
    return row;
  }
}

/** Whether a picture can be drawn from; at its event `load` it can. */
export function isDecoded({ complete, naturalWidth }: HTMLImageElement): boolean {
  return complete && naturalWidth > 0;
}

/** Indices of the greatest of those that fire, greatest first. */
function strongest(activations: Float32Array): number[] {
  return Array.from(activations.keys())
    .filter((neuron) => activations[neuron] > 0)
    .sort((a, b) => activations[b] - activations[a])
    .slice(0, SHOWN);
}
