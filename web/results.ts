import { argmax, softmax } from '../src/runtime/answer.ts';

/** Of more labels than these only the likeliest get a bar. */
const BARS = 10;

/** Bars of the probabilities, and the answer in a word. */
export class ResultsView {
  readonly #list: HTMLElement;
  readonly #answer: HTMLElement;
  readonly #spoken: HTMLElement;
  #labels = '';
  #speaking: ReturnType<typeof setTimeout> | undefined;

  /** `spoken`: read aloud by screen readers once a drawing rests. */
  constructor(list: HTMLElement, answer: HTMLElement, spoken: HTMLElement) {
    this.#list = list;
    this.#answer = answer;
    this.#spoken = spoken;
  }

  /** `logits`: undefined without an input, of which `otherwise` says why. */
  show(labels: readonly string[], logits: Float32Array | undefined, otherwise = ''): void {
    const probabilities = logits && softmax(logits);
    const best = probabilities ? argmax(probabilities) : -1;
    const places = likeliestPlaces(labels.length, probabilities);
    this.#draw(places.map((index) => labels[index]));
    [...this.#list.children].forEach((row, place) => {
      const index = places[place];
      const share = probabilities?.[index] ?? 0;
      row.toggleAttribute('data-best', index === best);
      (row.querySelector('.fill') as HTMLElement).style.transform = `scaleX(${share})`;
      (row.querySelector('.share') as HTMLElement).textContent = probabilities ? percent(share) : '–';
    });
    this.#answer.textContent = best < 0 ? '?' : labels[best];
    this.#answer.toggleAttribute('data-empty', best < 0);
    clearTimeout(this.#speaking);
    const sentence = logits ? `Looks like ${likeliest(labels, logits)}.` : otherwise;
    this.#speaking = setTimeout(() => {
      this.#spoken.textContent = sentence;
    }, 700);
  }

  #draw(labels: readonly string[]): void {
    if (this.#labels === labels.join('\n')) return;
    this.#labels = labels.join('\n');
    this.#list.replaceChildren(
      ...labels.map((label) => {
        const row = document.createElement('li');
        for (const part of ['label', 'bar', 'share']) {
          const cell = document.createElement('span');
          cell.className = part;
          row.append(cell);
        }
        const fill = document.createElement('span');
        fill.className = 'fill';
        row.children[0].textContent = label;
        row.children[1].append(fill);
        return row;
      }),
    );
  }
}

/** All places, or of many the likeliest ones, likeliest first. */
function likeliestPlaces(count: number, probabilities: Float32Array | undefined): number[] {
  const places = Array.from({ length: count }, (_, index) => index);
  if (count <= BARS) return places;
  if (probabilities) places.sort((a, b) => probabilities[b] - probabilities[a]);
  return places.slice(0, BARS);
}

/** The likeliest label with its probability. */
export function likeliest(labels: readonly string[], logits: Float32Array): string {
  const probabilities = softmax(logits);
  const best = argmax(probabilities);
  return `${labels[best]}, ${percent(probabilities[best])}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
