import { formatBytes, formatMicroseconds } from '../src/text/numbers.ts';
import type { Timing } from '../src/timing.ts';
import { takesColours } from './input.ts';
import type { Model } from './models.ts';

export type VariantId = 'trained' | 'q20' | 'expanded' | 'dense' | 'other' | 'other-expanded';

/** A way to hold the net that can be switched to. */
export interface Variant {
  readonly id: VariantId;
  name: string;
  note: string;
  model?: Model;
  /** Microseconds per inference, measured here. */
  time?: Timing;
  /** What it makes of the input. */
  reads?: string;
  /** What stands there while there is no model. */
  status: string;
  /** Whether it is fetched once it is chosen. */
  onDemand?: boolean;
}

/** The picture that a network is, as the very bytes that answer. */
export interface NetworkPicture {
  readonly bytes: Uint8Array;
  /** On the server; of a file of the visitor's its name. */
  readonly address?: string;
  readonly name?: string;
}

/** What the page is told of a network beside its first ones. */
export interface Other {
  readonly name: string;
  /** Where it is from. */
  readonly note: string;
  /** The same file on the path `expanded`, to compare. */
  readonly expanded?: Model;
  /** Of one that is a JPEG. */
  readonly picture?: NetworkPicture;
}

/** The cards side by side: radio buttons, and figures measured here. */
export class VariantCards {
  readonly #root: HTMLElement;
  readonly #variants: readonly Variant[];
  #chosen: VariantId | undefined;

  constructor(root: HTMLElement, variants: readonly Variant[], onChoose: (id: VariantId) => void) {
    this.#root = root;
    this.#variants = variants;
    const template = document.getElementById('card') as HTMLTemplateElement;
    for (const { id } of variants) {
      const card = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
      card.dataset.variant = id;
      const input = card.querySelector('input') as HTMLInputElement;
      input.value = id;
      input.addEventListener('change', () => onChoose(id));
      root.append(card);
    }
    this.update();
  }

  update(): void {
    for (const variant of this.#variants) {
      const card = this.#root.querySelector(`[data-variant=${variant.id}]`) as HTMLElement;
      const { model } = variant;
      const set = (part: string, text: string): void => {
        const element = card.querySelector(`.${part}`) as HTMLElement;
        if (element.textContent !== text) element.textContent = text;
      };
      set('name', variant.name);
      set('note', variant.note);
      set('arrived', model?.local ? 'from your disk' : 'downloaded');
      set('network', model ? formatBytes(model.bytes) : '–');
      set('resident', model ? formatBytes(model.session.residentBytes) : '–');
      set('time', variant.time === undefined ? '–' : formatMicroseconds(variant.time.median));
      set('range', variant.time === undefined ? '' : rangeOf(variant.time));
      set('reads', variant.reads ?? '–');
      set('backend', model?.session.backend ?? '–');
      set('status', model ? '' : variant.status);
      (card.querySelector('input') as HTMLInputElement).disabled = !model && !variant.onDemand;
      card.hidden = !this.isShown(variant);
    }
  }

  /** Beside a network for colours only such ones are compared, beside one for grey pictures only those. */
  isShown({ id, model }: Variant): boolean {
    if (id.startsWith('other') && !model) return false;
    const chosen = this.#variants.find((other) => other.id === this.#chosen)?.model;
    return isColourful(model) === isColourful(chosen);
  }

  choose(id: VariantId): void {
    this.#chosen = id;
    for (const input of this.#root.querySelectorAll('input')) input.checked = input.value === id;
    this.update();
  }
}

/** The page's own, which may not have come yet, are for digits. */
function isColourful(model: Model | undefined): boolean {
  return model !== undefined && takesColours(model);
}

/** From the fastest sample to the slowest. */
function rangeOf({ min, max }: Timing): string {
  return `${formatMicroseconds(min)} to ${formatMicroseconds(max)}`;
}
