import { formatCount, formatPercent } from '../../text/numbers.ts';
import type { JpegData, LayerData, ReportData } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { type HeatCell, heatMap } from '../plots.ts';
import { name, section } from '../tables.ts';

/**
 * Thresholds of the colour levels, as fractions of the blocks; the same for all layers, so that they are comparable.
 */
const LEVELS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

/** Undefined if no layer is a JPEG. */
export function frequenciesSection({ layers }: ReportData): Markup | undefined {
  const shown = layers.flatMap((layer) => (layer.jpeg ? [maps(layer, layer.jpeg)] : []));
  if (shown.length === 0) return undefined;
  return section(
    'frequencies',
    'Density by frequency',
    html`<p>Percentage of a layer’s 8×8 blocks in which the coefficient of each frequency is nonzero. The mean (DC) is top left; horizontal frequency increases to the right, vertical frequency downwards. Beside it the quantisation table, darker for larger steps.</p>`,
    legend(),
    html`<div class="maps">${shown}</div>`,
  );
}

function maps(layer: LayerData, jpeg: JpegData): Markup {
  const { frequencies, quantization, blocks, nonzeros } = jpeg;
  const title = cut(layer.name, 60);
  const used = frequencies.filter((share) => share > 0).length;
  const low = frequencies.reduce(
    (sum, share, k) => ((k >> 3) + (k & 7) <= 2 ? sum + share * blocks : sum),
    0,
  );
  const inLow = nonzeros === 0 ? 0 : low / nonzeros;
  const densities = `Density by frequency of layer ${title}: DC ${percent(frequencies[0])}% of the blocks, ${used} of 64 frequencies used, the six lowest contain ${formatPercent(inLow)} of the nonzero coefficients`;
  const steps = `Quantisation table of layer ${title}: steps from ${Math.min(...quantization)} to ${Math.max(...quantization)}`;
  return html`<figure class="maps-of-layer">
<div><div><p>Blocks in which it is not zero, %</p>${heatMap(frequencies.map(densityCell), densities)}</div><div><p>Quantisation step</p>${heatMap(stepCells(quantization), steps)}</div></div>
<figcaption><b>Layer ${name(title)}</b>: ${formatCount(nonzeros)} nonzero coefficients in ${formatCount(blocks)} blocks; ${used} of 64 frequencies are used, the six lowest contain ${formatPercent(inLow)} of the coefficients.</figcaption>
</figure>
`;
}

function densityCell(share: number): HeatCell {
  return { text: share === 0 ? '' : percent(share), level: LEVELS.filter((min) => share >= min).length };
}

/** Short enough for a cell: 45, 3.1, 0.2, <.1. */
function percent(share: number): string {
  const value = share * 100;
  if (value >= 9.95) return value.toFixed(0);
  if (value >= 0.05 || value === 0) return value.toFixed(1);
  return '<.1';
}

/** Steps by their logarithm between the minimum and the maximum of the table. */
function stepCells(quantization: readonly number[]): HeatCell[] {
  const min = Math.log(Math.min(...quantization));
  const range = Math.log(Math.max(...quantization)) - min;
  return quantization.map((step) => ({
    text: String(step),
    level: range === 0 ? 0 : Math.round((5 * (Math.log(step) - min)) / range),
  }));
}

function legend(): Markup {
  const names = LEVELS.map((min, i) => (i === 0 ? `below ${min * 100}%` : undefined));
  const texts = [names[0], ...LEVELS.map((min) => `from ${Number((min * 100).toPrecision(1))}%`)];
  return html`<ul class="legend" aria-label="Shares of the blocks">${texts.map((text, level) => html`<li class="b${level}">${text}</li>`)}</ul>`;
}
