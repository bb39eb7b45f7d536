import {
  formatBytes,
  formatCount,
  formatMicroseconds,
  formatPercent,
  formatRatio,
} from '../../text/numbers.ts';
import type { ReportData } from '../data.ts';
import { difference } from '../difference.ts';
import { type Content, cut, html, type Markup } from '../markup.ts';
import { stackedBar, swatch } from '../plots.ts';
import { facts, name, section, table } from '../tables.ts';

/** The key figures, large. */
export function keyFigures({ model, costs, evaluation }: ReportData): Markup {
  const [first, ...others] = costs.paths;
  const baseline = others.find(({ path }) => path === 'dense') ?? others[0];
  const figures: [string, string, Content][] = [
    [
      'File',
      `${formatCount(model.bytes)} B`,
      `${formatRatio(model.floatBytes / model.bytes)} smaller than float32, ${formatBytes(model.floatBytes)}`,
    ],
    [
      'Numbers kept',
      formatCount(model.kept),
      `of ${formatCount(model.weights)} weights, ${formatPercent(model.kept / model.weights)}`,
    ],
    [
      'In memory',
      formatBytes(first.residentBytes),
      baseline &&
        `${compared(baseline.residentBytes, first.residentBytes, 'less', 'more')} than path ${baseline.path}`,
    ],
    [
      'Per inference',
      formatMicroseconds(first.microseconds),
      baseline &&
        `${compared(baseline.microseconds, first.microseconds, 'faster', 'slower')} than path ${baseline.path}`,
    ],
  ];
  if (evaluation) {
    const [low, high] = evaluation.interval;
    const { original, correct, images, accuracy } = evaluation;
    figures.push([
      'Accuracy',
      formatPercent(accuracy),
      original
        ? html`${difference(correct, original.correct, images)}${correct === original.correct ? ' as' : ' than'} the original, ${formatPercent(original.accuracy)}`
        : evaluation.mayBeSeen
          ? 'of pictures that it may have been trained on'
          : `${formatPercent(low)} to ${formatPercent(high)} with 95% confidence`,
    ]);
  }
  return html`<dl class="figures">${figures.map(
    ([what, value, note]) => html`<div><dt>${what}</dt><dd><b>${value}</b><span>${note}</span></dd></div>\n`,
  )}</dl>`;
}

function compared(baseline: number, value: number, better: string, worse: string): string {
  return value <= baseline
    ? `${formatRatio(baseline / value)} ${better}`
    : `${formatRatio(value / baseline)} ${worse}`;
}

export function summarySection({ model }: ReportData): Markup {
  const { origin, input } = model;
  const list: [string, Content][] = [
    ['File', name(cut(model.file, 300))],
    ['Format', `wjz ${model.version}`],
  ];
  const add = (what: string, value: Content): void => {
    if (value !== undefined) list.push([what, value]);
  };
  add('Licence', model.license && name(cut(model.license, 300)));
  add(
    'Input',
    input.kind === 'vector'
      ? `${formatCount(input.length)} numbers`
      : `${input.width}×${input.height} ${input.channels === 3 ? 'RGB' : 'grey'} pictures, ${input.preprocessing.background} background, fit ${input.preprocessing.fit}, (sample ÷ 255 − ${[input.mean].flat().join(', ')}) ÷ ${[input.std].flat().join(', ')}`,
  );
  add(
    model.isGraph ? 'Nodes' : 'Layers',
    name(cut(model.layers.map((layer) => cut(layer, 40)).join(model.isGraph ? ', ' : ' → '), 600)),
  );
  add(
    'Labels',
    name(
      cut(
        model.labels
          .slice(0, 300)
          .map((label) => cut(label, 40))
          .join(' · '),
        600,
      ),
    ),
  );
  add('Original weights', model.dense && name(cut(model.dense, 300)));
  add('Made by', origin?.tool && name(cut(origin.tool, 300)));
  add(
    'Settings',
    origin?.settings &&
      name(
        cut(
          Object.entries(origin.settings)
            .map(([key, value]) => `${cut(key, 60)} ${cut(String(value), 60)}`)
            .join(' · '),
          600,
        ),
      ),
  );
  add('Made from', origin?.denseBytes !== undefined && `${formatBytes(origin.denseBytes)} of float32`);
  add(
    'Accuracy of the original',
    origin?.denseAccuracy !== undefined && `${formatPercent(origin.denseAccuracy)}, according to the file`,
  );
  return section('summary', 'Summary', facts(list.filter(([, value]) => value !== false)), fileParts(model));
}

/** The sizes of the file's parts. */
function fileParts({ bytes, entries }: ReportData['model']): Markup {
  const inside = entries.reduce((sum, entry) => sum + entry.compressedBytes, 0);
  const parts = [
    ...entries.map((entry) => ({ name: entry.name, value: entry.compressedBytes, unpacked: entry.bytes })),
    ...(bytes > inside ? [{ name: 'ZIP headers', value: bytes - inside, unpacked: undefined }] : []),
  ];
  const description = `The file's ${formatCount(bytes)} bytes: ${parts
    .slice(0, 12)
    .map((part) => `${cut(part.name, 60)} ${formatCount(part.value)}`)
    .join(', ')}`;
  return html`<h3>Size by part</h3>
${stackedBar(parts, description)}
${table(
  'Parts of the file',
  [
    { heading: 'Part' },
    { heading: 'Bytes', number: true },
    { heading: 'Of the file', number: true },
    { heading: 'Unpacked', number: true },
  ],
  parts.map(({ name: entry, value, unpacked }, index) => [
    html`${swatch(index)} ${name(cut(entry, 80))}`,
    formatCount(value),
    formatPercent(value / bytes),
    unpacked === undefined ? '' : formatCount(unpacked),
  ]),
)}`;
}
