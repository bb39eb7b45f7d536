import type { ReportData } from './data.ts';
import { cut, html, trusted } from './markup.ts';
import { accuracySection, confusionSection, mistakesSection } from './sections/accuracy.ts';
import { costsSection } from './sections/costs.ts';
import { frequenciesSection } from './sections/frequencies.ts';
import { kernelsSection } from './sections/kernels.ts';
import { layersSection } from './sections/layers.ts';
import { mapsSection } from './sections/maps.ts';
import { sheetsSection } from './sections/sheets.ts';
import { keyFigures, summarySection } from './sections/summary.ts';
import { weightsSection } from './sections/weights.ts';
import { STYLE } from './style.ts';
import { name } from './tables.ts';

/** Nothing may be loaded and nothing may run: the page is text, embedded pictures, and one style sheet. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The sections of the page, in order, without empty ones. */
const SECTIONS = [
  ['summary', 'Summary', summarySection],
  ['accuracy', 'Accuracy', accuracySection],
  ['confusion', 'Confusion', confusionSection],
  ['mistakes', 'Mistakes', mistakesSection],
  ['costs', 'Costs', costsSection],
  ['layers', 'Layers', layersSection],
  ['sheets', 'Sheets', sheetsSection],
  ['kernels', 'Convolutions', kernelsSection],
  ['maps', 'Maps', mapsSection],
  ['weights', 'Weights', weightsSection],
  ['frequencies', 'Frequencies', frequenciesSection],
] as const;

/** The report as one self-contained HTML page: no script, no other file, no host. */
export function renderReport(data: ReportData): string {
  const { model } = data;
  const title = cut(model.name ?? model.file.replace(/^.*[/\\]/, ''), 120);
  const parts = SECTIONS.map(([id, link, draw]) => ({ id, link, content: draw(data) })).filter(
    ({ content }) => content !== undefined,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}: wjpeg report</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<header>
<p class="kind">wjpeg report</p>
<h1>${name(title)}</h1>
${model.description && html`<p class="description">${name(cut(model.description, 2000))}</p>`}
${keyFigures(data)}
</header>
<nav aria-label="Parts of the report"><ul>${parts.map(({ id, link }) => html`<li><a href="#${id}">${link}</a></li>`)}</ul></nav>
<main>
${parts.map(({ content }) => content)}</main>
<footer><p>Made by <code>wjpeg report</code>. The same as data: <code>--json</code>.</p></footer>
</body>
</html>
`.text;
}
