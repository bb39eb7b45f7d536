import { html, type Markup } from './markup.ts';

/** What a difference of two accuracies is, in a word and a colour: `0.31 points lower`. */
export function difference(correct: number, original: number, images: number, unit = 'points'): Markup {
  if (correct === original) return html`<span class="same">the same</span>`;
  const points = Math.abs((100 * (correct - original)) / images).toFixed(2);
  const word = correct > original ? 'higher' : 'lower';
  return html`<span class="${word}">${points}${unit && ` ${unit}`} ${word}</span>`;
}
