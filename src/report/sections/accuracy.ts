import { formatCount, formatPercent } from '../../text/numbers.ts';
import type { ClassData, EvaluationData, Mistake, ReportData } from '../data.ts';
import { difference } from '../difference.ts';
import { type Content, cut, html, type Markup } from '../markup.ts';
import { intervalPlot } from '../plots.ts';
import { name, scrollBox, section, table } from '../tables.ts';

/** With more classes than this a matrix is unreadable, so confusions are listed. */
const MAX_CLASSES = 24;
/** Rows of that list. */
const CONFUSIONS = 30;

export function accuracySection({ evaluation, model }: ReportData): Markup | undefined {
  if (!evaluation) return undefined;
  const { images, available, correct, interval, classes, original } = evaluation;
  const part =
    images < available
      ? `the first ${formatCount(images)} of ${formatCount(available)} pictures`
      : `${formatCount(images)} pictures`;
  // The axis starts at a round number below the lowest interval, which the table's heading states.
  const lowest = classes.reduce(
    (min, { images: count, interval, originalCorrect }) =>
      count > 0 ? Math.min(min, interval[0], (originalCorrect ?? count) / count) : min,
    1,
  );
  const min = Math.max(0, Math.floor(lowest * 20 - 0.2) / 20);
  return section(
    'accuracy',
    'Accuracy by class',
    original && comparison(evaluation, original),
    html`<p>${formatCount(correct)} of ${part} in ${name(cut(evaluation.data, 200))} are classified correctly: ${formatPercent(evaluation.accuracy)}, between ${formatPercent(interval[0])} and ${formatPercent(interval[1])} with 95% confidence (Wilson’s interval).${original === undefined && stated(model)}</p>`,
    evaluation.mayBeSeen &&
      html`<p>The folder has no <code>test</code> or <code>validation</code>: pictures that the network was trained on may be among these, so new ones may be classified less well.</p>`,
    table(
      original
        ? 'Accuracy by class, with 95% intervals; ring: original'
        : 'Accuracy by class, with 95% intervals',
      [
        { heading: 'Class' },
        { heading: original ? 'This file' : 'Accuracy', number: true },
        ...(original
          ? [
              { heading: 'Original', number: true },
              { heading: 'Difference, points', number: true },
            ]
          : []),
        { heading: html`<span class="axis"><span>${formatAxis(min)}</span><span>100%</span></span>` },
        { heading: '95% interval', number: true },
        { heading: 'Right', number: true },
        { heading: 'Pictures', number: true },
      ],
      classes.map((row) =>
        row.images === 0
          ? [name(cut(row.label, 40)), '', ...(original ? ['', ''] : []), '', '', '', '0']
          : [
              name(cut(row.label, 40)),
              formatPercent(row.correct / row.images),
              ...originalCells(row),
              intervalPlot(
                row.correct / row.images,
                row.interval,
                min,
                row.originalCorrect === undefined ? undefined : row.originalCorrect / row.images,
              ),
              `${formatPercent(row.interval[0])} – ${formatPercent(row.interval[1])}`,
              formatCount(row.correct),
              formatCount(row.images),
            ],
      ),
    ),
  );
}

/** This file and its original side by side. */
function comparison(
  { images, correct, accuracy, interval }: EvaluationData,
  original: NonNullable<EvaluationData['original']>,
): Markup {
  const { lost, gained } = original;
  const range = ([low, high]: readonly [number, number]): string =>
    `${formatPercent(low)} to ${formatPercent(high)}`;
  const figures: [string, Content, Content][] = [
    ['This file', formatPercent(accuracy), range(interval)],
    ['The original', formatPercent(original.accuracy), range(original.interval)],
    [
      'Difference',
      difference(correct, original.correct, images),
      html`${formatCount(lost)} lost, which only the original gets right; ${formatCount(gained)} gained, which only this file does`,
    ],
  ];
  return html`<dl class="figures compared">${figures.map(
    ([what, value, note]) => html`<div><dt>${what}</dt><dd><b>${value}</b><span>${note}</span></dd></div>\n`,
  )}</dl>`;
}

function originalCells({ images, correct, originalCorrect }: ClassData): Content[] {
  if (originalCorrect === undefined) return [];
  return [formatPercent(originalCorrect / images), difference(correct, originalCorrect, images, '')];
}

/** What the file says of its original, which was not given. */
function stated({ origin }: ReportData['model']): Markup | undefined {
  if (origin?.denseAccuracy === undefined) return undefined;
  return html` The file states ${formatPercent(origin.denseAccuracy)} for its original; with <code>--dense</code> this page compares them on these pictures.`;
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
  const { mistakes, images, correct, original } = evaluation;
  const wrong = images - correct;
  if (wrong === 0)
    return section('mistakes', 'Misclassified pictures', html`<p>None of ${formatCount(images)}.</p>`);
  const which =
    mistakes.length < wrong
      ? `${formatCount(mistakes.length)} of ${formatCount(wrong)}`
      : `All ${formatCount(wrong)}`;
  const how = 'the most confident answers first. Label → answer, and the probability of each.';
  if (original === undefined)
    return section('mistakes', 'Misclassified pictures', html`<p>${which}, ${how}</p>`, pictures(mistakes));
  const { lost } = original;
  const groups = [
    [`Right in the original: ${formatCount(lost)}`, mistakes.filter((mistake) => mistake.original?.correct)],
    [`Wrong in both: ${formatCount(wrong - lost)}`, mistakes.filter((mistake) => !mistake.original?.correct)],
  ] as const;
  return section(
    'mistakes',
    'Misclassified pictures',
    html`<p>${which}: first those that the original gets right, then those that it does not either; ${how}</p>`,
    groups.map(([heading, group]) => group.length > 0 && html`<h3>${heading}</h3>${pictures(group)}`),
  );
}

function pictures(mistakes: readonly Mistake[]): Markup {
  return html`<ul class="mistakes">${mistakes.map(picture)}</ul>`;
}

function picture(mistake: Mistake): Markup {
  const { index, label, answer, probability, labelProbability, width, height, original } = mistake;
  const size = html`width="${width}" height="${height}"`;
  return html`<li><img src="${mistake.picture}" ${size} alt="Picture ${index}: a ${cut(label, 40)}, classified as ${cut(answer, 40)}">
<span>${name(cut(label, 20))} → <b>${name(cut(answer, 20))}</b></span><span class="small">${share(labelProbability)} → ${share(probability)}</span>${
    original &&
    !original.correct &&
    html`<span class="small">original: ${name(cut(original.answer, 20))}</span>`
  }<span class="small">no. ${index}</span></li>
`;
}

function share(probability: number): string {
  return probability > 0 && probability < 0.005 ? '<1%' : `${Math.round(probability * 100)}%`;
}
