import { html, type Markup } from './markup.ts';

/**
 * Plots as inline SVG: they scale, print, and use the colours of the page's style sheet (`b0`…`b6`, `o0`…`o5`, see
 * style.ts). Sizes are in CSS pixels at full width.
 */

/** A horizontal bar, `share` (0…1) of its cell long; the number is shown beside it as text. */
export function bar(share: number): Markup {
  const length = Math.max(0.5, Math.min(1, share) * 100);
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${length.toFixed(2)}" height="8"/></svg>`;
}

/** A fraction of a whole. */
export interface Part {
  readonly name: string;
  readonly value: number;
}

/** One stacked bar, in the order of the table with the numbers. */
export function stackedBar(parts: readonly Part[], description: string): Markup {
  const total = parts.reduce((sum, { value }) => sum + value, 0) || 1;
  let at = 0;
  const rects = parts.map(({ value }, index) => {
    const x = at;
    at += (value / total) * 640;
    return html`<rect class="part${index % 6}" x="${x.toFixed(2)}" width="${Math.max(0, at - x - 1).toFixed(2)}" height="28"/>`;
  });
  return html`<svg class="stack" viewBox="0 0 640 28" preserveAspectRatio="none" role="img" aria-label="${description}">${rects}</svg>`;
}

/** A square of a stacked bar's colour, for the table that explains it. */
export function swatch(index: number): Markup {
  return html`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="part${index % 6}" width="10" height="10"/></svg>`;
}

const CELL = 36;
const EDGE = 22;

/** A cell of a heat map: its text and its level on the ramp, 0…6. */
export interface HeatCell {
  readonly text: string;
  readonly level: number;
}

/** 8×8 cells, natural order, with frequencies 0…7 along both edges. */
export function heatMap(cells: readonly HeatCell[], description: string): Markup {
  const centre = (index: number): string => (EDGE + index * CELL + CELL / 2).toFixed(0);
  const size = EDGE + 8 * CELL;
  const numbers = Array.from({ length: 8 }, (_, i) => i);
  return html`<svg class="heat" viewBox="0 0 ${size} ${size}" role="img" aria-label="${description}">
${numbers.map((i) => html`<text class="tick" x="${centre(i)}" y="15">${i}</text><text class="tick" x="10" y="${Number(centre(i)) + 4}">${i}</text>`)}
${cells.map(
  ({ text, level }, k) =>
    html`<g class="b${level}"><rect x="${EDGE + (k % 8) * CELL}" y="${EDGE + Math.floor(k / 8) * CELL}" width="${CELL - 1}" height="${CELL - 1}"/><text x="${centre(k % 8)}" y="${Number(centre(Math.floor(k / 8))) + 4}">${text}</text></g>`,
)}
</svg>`;
}

/** A share with its interval, on an axis from `min` to 1, and a ring for another share. */
export function intervalPlot(
  share: number,
  interval: readonly [number, number],
  min: number,
  other?: number,
): Markup {
  const x = (value: number): string => (4 + (192 * (Math.max(min, value) - min)) / (1 - min || 1)).toFixed(1);
  return html`<svg class="interval" viewBox="0 0 200 16" aria-hidden="true"><path class="track" d="M4 8H196"/><path class="range" d="M${x(interval[0])} 8H${x(interval[1])}"/><circle cx="${x(share)}" cy="8" r="4.5"/>${
    other !== undefined && html`<circle class="ring" cx="${x(other)}" cy="8" r="5.5"/>`
  }</svg>`;
}
