import type { ReportData } from '../data.ts';
import { formatBytes, formatCount, formatMicroseconds, formatPercent } from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { bar } from '../plots.ts';
import { section, table } from '../tables.ts';

export function costsSection({ costs, evaluation, model }: ReportData): Markup {
  const { paths, repeats, batch } = costs;
  const most = (value: (path: (typeof paths)[number]) => number): number => Math.max(...paths.map(value));
  const memory = most(({ residentBytes }) => residentBytes);
  const time = most(({ microseconds }) => microseconds);
  const batchTime = most(({ batchMicroseconds }) => batchMicroseconds);
  const barred = (text: string, share: number): Content => html`${text}${bar(share)}`;
  const rows = paths.map((path) => [
    path.path,
    path.backend,
    barred(formatBytes(path.residentBytes), path.residentBytes / memory),
    formatBytes(path.peakBytes),
    barred(formatMicroseconds(path.microseconds), path.microseconds / time),
    barred(formatMicroseconds(path.batchMicroseconds), path.batchMicroseconds / batchTime),
    ...(evaluation && path.correct !== undefined && path.sameAnswer !== undefined
      ? [
          formatPercent(path.correct / evaluation.images),
          path.path === 'coefficient'
            ? ''
            : `${formatCount(path.sameAnswer)} of ${formatCount(evaluation.images)}`,
        ]
      : []),
  ]);
  const input =
    costs.input === 'picture'
      ? 'the first picture'
      : 'seeded noise, in which nothing is zero that could be skipped';
  return section(
    'costs',
    'What each path costs',
    html`<p><b>coefficient</b> multiplies with the quantised coefficients as they stand in the JPEGs; <b>matrix</b> decodes every JPEG to a float32 matrix first${
      model.dense === undefined ? '' : html`; <b>dense</b> is the original float32 weights`
    }. In memory: weights, biases and tables while the network can answer. Peak: the most that was held at once for single inferences.</p>`,
    table(
      'Memory and time of each path',
      [
        { heading: 'Path' },
        { heading: 'Backend' },
        { heading: 'In memory', number: true },
        { heading: 'Peak', number: true },
        { heading: 'An inference', number: true },
        { heading: `One of ${batch}`, number: true },
        ...(evaluation
          ? [
              { heading: 'Accuracy', number: true },
              { heading: 'Same answer as coefficient', number: true },
            ]
          : []),
      ],
      rows,
    ),
    html`<p class="small">An inference: from the prepared input to the logits, median of ${formatCount(repeats)} runs on ${input}. One of ${batch}: ${batch} inputs in one call, median of 5 calls, divided by ${batch}. Measured on ${costs.machine}, while this report was made; times differ from run to run.</p>`,
  );
}
