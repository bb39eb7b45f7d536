import { argmax, softmax } from '../src/runtime/answer.ts';
import type { TensorMetadata } from '../src/runtime/metadata.ts';
import type { InferenceSession } from '../src/runtime/session.ts';

/** Of more labels than these only the likeliest get a bar. */
const BARS = 10;

/** Bars of the probabilities, and the answer in a word; of a network that gives no classes, what it gives. */
export class ResultsView {
  readonly #list: HTMLElement;
  readonly #answer: HTMLElement;
  readonly #spoken: HTMLElement;
  readonly #values: HTMLElement;
  #labels = '';
  #speaking: ReturnType<typeof setTimeout> | undefined;

  /** `spoken`: read aloud by screen readers once a drawing rests; `values`: stands for the bars where there are no classes. */
  constructor(list: HTMLElement, answer: HTMLElement, spoken: HTMLElement, values: HTMLElement) {
    this.#list = list;
    this.#answer = answer;
    this.#spoken = spoken;
    this.#values = values;
  }

  /** `logits`: undefined without an input, of which `otherwise` says why. `doubt`: why they deserve no trust, if so. */
  show(labels: readonly string[], logits: Float32Array | undefined, otherwise = '', doubt = ''): void {
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
    this.#list.hidden = false;
    this.#answer.hidden = false;
    this.#values.hidden = true;
    this.#answer.textContent = best < 0 ? '?' : labels[best];
    this.#answer.toggleAttribute('data-empty', best < 0);
    this.#speak(logits ? `Looks like ${likeliest(labels, logits)}. ${doubt}`.trim() : otherwise);
  }

  /** What a network gives that is no classifier. `values`: its first output; undefined without an input. */
  showValues(outputs: readonly TensorMetadata[], values: Float32Array | undefined, otherwise = ''): void {
    const names = outputs.map(({ name, shape }) => `${name} ${extents(shape)}`);
    const range = values
      ? `Values ${outputs.length > 1 ? `of ${outputs[0].name} ` : ''}are between ${rangeOf(values)}.`
      : otherwise;
    this.#list.hidden = true;
    this.#values.hidden = false;
    this.#values.textContent =
      `This network gives no probabilities of classes but numbers, such as an image or boxes: ${names.join(', ')}. ${range}`.trim();
    this.#answer.hidden = true;
    this.#speak(this.#values.textContent);
  }

  #speak(sentence: string): void {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      this.#spoken.textContent = sentence;
    }, 700);
  }

  #draw(labels: readonly string[]): void {
    if (this.#labels === labels.join('\n')) return;
    this.#labels = labels.join('\n');
    this.#list.parentElement?.toggleAttribute(
      'data-words',
      labels.some(({ length }) => length > 2),
    );
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

/** Whether a network gives a number per class: one vector. What has more extents is an image, a map or a list of boxes. */
export function classifies({ outputMetadata }: Pick<InferenceSession, 'outputMetadata'>): boolean {
  const sides = outputMetadata[0].shape.filter((extent) => extent !== 'batch' && extent !== 1);
  return outputMetadata.length === 1 && sides.length <= 1;
}

/** What a network makes of an input, in a few words. */
export function reading(session: InferenceSession, logits: Float32Array): string {
  if (classifies(session)) return likeliest(session.labels, logits);
  return `${extents(session.outputMetadata[0].shape)} numbers`;
}

function extents(shape: TensorMetadata['shape']): string {
  return shape.slice(1).join('×');
}

function rangeOf(values: Float32Array): string {
  const min = values.reduce((least, value) => Math.min(least, value), Infinity);
  const max = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return `${Number(min.toPrecision(3))} and ${Number(max.toPrecision(3))}`;
}

/** The likeliest label with its probability. */
function likeliest(labels: readonly string[], logits: Float32Array): string {
  const probabilities = softmax(logits);
  const best = argmax(probabilities);
  return `${labels[best]}, ${percent(probabilities[best])}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
