import { formatBytes, formatCount, formatMicroseconds, formatPercent } from '../../text/numbers.ts';
import type { ReportData } from '../data.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { bar } from '../plots.ts';
import { section, table } from '../tables.ts';

export function costsSection({ costs, evaluation, model }: ReportData): Markup {
  const { paths, repeats, batch } = costs;
  const max = (value: (path: (typeof paths)[number]) => number): number => Math.max(...paths.map(value));
  const memory = max(({ residentBytes }) => residentBytes);
  const time = max(({ microseconds }) => microseconds);
  const batchTime = max(({ batchMicroseconds }) => batchMicroseconds);
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
    costs.input === 'picture' ? 'the first picture' : 'seeded noise, without zeros that could be skipped';
  return section(
    'costs',
    'What each path costs',
    html`<p><b>coefficient</b> multiplies by the quantised coefficients of the JPEGs directly; <b>expanded</b> first decodes every JPEG to a float32 matrix${
      model.dense === undefined ? '' : html`; <b>dense</b> is the original float32 weights`
    }. In memory: weights, biases and tables of the loaded network. Peak: the maximum in use during single inferences.${evaluation && ' Same answer: as path coefficient.'}</p>`,
    table(
      'Memory and time of each path',
      [
        { heading: 'Path' },
        { heading: 'Backend' },
        { heading: 'In memory', number: true },
        { heading: 'Peak', number: true },
        { heading: 'Single inference', number: true },
        { heading: `Per input, batch of ${batch}`, number: true },
        ...(evaluation
          ? [
              { heading: 'Accuracy', number: true },
              { heading: 'Same answer', number: true },
            ]
          : []),
      ],
      rows,
    ),
    html`<p class="small">Single inference: from the prepared input to the logits, median of ${formatCount(repeats)} runs on ${input}. Batch of ${batch}: ${batch} inputs in one call, median of 15 calls, divided by ${batch}. After a warm-up the paths take turns. Measured on ${costs.machine} while this report was created; times vary from run to run.</p>`,
  );
}
