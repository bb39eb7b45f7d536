import { argmax, softmax } from '../src/runtime/answer.ts';

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
    this.#draw(labels);
    const probabilities = logits && softmax(logits);
    const best = probabilities ? argmax(probabilities) : -1;
    [...this.#list.children].forEach((row, index) => {
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

/** The likeliest label with its probability. */
export function likeliest(labels: readonly string[], logits: Float32Array): string {
  const probabilities = softmax(logits);
  const best = argmax(probabilities);
  return `${labels[best]}, ${percent(probabilities[best])}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
