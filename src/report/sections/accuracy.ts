import { formatCount, formatPercent } from '../../text/numbers.ts';
import type { EvaluationData, ReportData } from '../data.ts';
import { cut, html, type Markup } from '../markup.ts';
import { intervalPlot } from '../plots.ts';
import { name, scrollBox, section, table } from '../tables.ts';

/** With more classes than this a matrix is unreadable, so confusions are listed. */
const MAX_CLASSES = 24;
/** Rows of that list. */
const CONFUSIONS = 30;

export function accuracySection({ evaluation }: ReportData): Markup | undefined {
  if (!evaluation) return undefined;
  const { images, available, correct, interval, classes } = evaluation;
  const part =
    images < available
      ? `the first ${formatCount(images)} of ${formatCount(available)} pictures`
      : `${formatCount(images)} pictures`;
  // The axis starts at a round number below the lowest interval, which the table's heading states.
  const lowest = classes.reduce((min, row) => (row.images > 0 ? Math.min(min, row.interval[0]) : min), 1);
  const min = Math.max(0, Math.floor(lowest * 20 - 0.2) / 20);
  return section(
    'accuracy',
    'Accuracy by class',
    html`<p>${formatCount(correct)} of ${part} in ${name(cut(evaluation.data, 200))} are classified correctly: ${formatPercent(evaluation.accuracy)}, between ${formatPercent(interval[0])} and ${formatPercent(interval[1])} with 95% confidence (Wilson’s interval).</p>`,
    table(
      'Accuracy by class, with 95% intervals',
      [
        { heading: 'Class' },
        { heading: 'Accuracy', number: true },
        { heading: html`<span class="axis"><span>${formatAxis(min)}</span><span>100%</span></span>` },
        { heading: '95% interval', number: true },
        { heading: 'Right', number: true },
        { heading: 'Pictures', number: true },
      ],
      classes.map((row) =>
        row.images === 0
          ? [name(cut(row.label, 40)), '', '', '', '', '0']
          : [
              name(cut(row.label, 40)),
              formatPercent(row.correct / row.images),
              intervalPlot(row.correct / row.images, row.interval, min),
              `${formatPercent(row.interval[0])} – ${formatPercent(row.interval[1])}`,
              formatCount(row.correct),
              formatCount(row.images),
            ],
      ),
    ),
  );
}

function formatAxis(share: number): string {
  return `${Math.round(share * 100)}%`;
}

export function confusionSection({ evaluation }: ReportData): Markup | undefined {
  if (!evaluation) return undefined;
  const { classes } = evaluation;
  const content = classes.length > MAX_CLASSES ? confusionList(evaluation) : confusionMatrix(evaluation);
  return section('confusion', 'Confusion matrix', content);
}

function confusionMatrix({ confusion, classes }: EvaluationData): Markup {
  const mistakes = confusion.flatMap((row, label) => row.filter((_, answer) => answer !== label));
  const max = Math.max(1, ...mistakes);
  const cell = (count: number, label: number, answer: number): Markup => {
    if (count === 0) return html`<td class="none">0</td>`;
    const total = classes[label].images;
    // Correct answers by their share, wrong ones by their count: two ramps, or the diagonal would dominate.
    return label === answer
      ? html`<td class="b${Math.max(1, Math.round((6 * count) / total))}">${formatCount(count)}</td>`
      : html`<td class="o${Math.round(5 * Math.sqrt(count / max))}">${formatCount(count)}</td>`;
  };
  const heading = (index: number): Markup => name(cut(classes[index].label, 12));
  return html`<p>Rows: the label of the pictures. Columns: the answer of the network. Blue: correct, by share of the row. Orange: wrong, darker where more frequent.</p>
${scrollBox(
  'Pictures by label and answer',
  html`<table class="confusion">
<caption>Pictures by label (rows) and answer (columns)</caption>
<thead><tr><th scope="col"><span class="hidden">Label, by answer</span></th>${classes.map((_, i) => html`<th scope="col">${heading(i)}</th>`)}</tr></thead>
<tbody>
${confusion.map((row, label) => html`<tr><th scope="row">${heading(label)}</th>${row.map((count, answer) => cell(count, label, answer))}</tr>\n`)}</tbody>
</table>`,
)}`;
}

function confusionList({ confusion, classes }: EvaluationData): Markup {
  const pairs = confusion
    .flatMap((row, label) => row.map((count, answer) => ({ label, answer, count })))
    .filter(({ label, answer, count }) => label !== answer && count > 0)
    .sort((a, b) => b.count - a.count);
  return html`<p>With ${classes.length} classes a matrix would be unreadable; these are the ${formatCount(Math.min(CONFUSIONS, pairs.length))} most frequent of ${formatCount(pairs.length)} confusions. <code>--json</code> prints the whole matrix.</p>
${table(
  'Most frequent confusions',
  [{ heading: 'Label' }, { heading: 'Answer' }, { heading: 'Pictures', number: true }],
  pairs
    .slice(0, CONFUSIONS)
    .map(({ label, answer, count }) => [
      name(cut(classes[label].label, 40)),
      name(cut(classes[answer].label, 40)),
      formatCount(count),
    ]),
)}`;
}

export function mistakesSection({ evaluation }: ReportData): Markup | undefined {
  if (!evaluation) return undefined;
  const { mistakes, images, correct } = evaluation;
  const wrong = images - correct;
  if (wrong === 0)
    return section('mistakes', 'Misclassified pictures', html`<p>None of ${formatCount(images)}.</p>`);
  const which =
    mistakes.length < wrong
      ? `${formatCount(mistakes.length)} of ${formatCount(wrong)}`
      : `All ${formatCount(wrong)}`;
  return section(
    'mistakes',
    'Misclassified pictures',
    html`<p>${which}, the most confident answers first. Label → answer, and the probability of each.</p>
<ul class="mistakes">${mistakes.map(
      ({ index, label, answer, probability, labelProbability, width, height, picture }) =>
        html`<li><img src="${picture}" width="${width}" height="${height}" alt="Picture ${index}: a ${cut(label, 40)}, classified as ${cut(answer, 40)}">
<span>${name(cut(label, 20))} → <b>${name(cut(answer, 20))}</b></span><span class="small">${share(labelProbability)} → ${share(probability)}</span><span class="small">no. ${index}</span></li>
`,
    )}</ul>`,
  );
}

function share(probability: number): string {
  return probability > 0 && probability < 0.005 ? '<1%' : `${Math.round(probability * 100)}%`;
}
