import { type LabelledPictures, lastPictures } from '../../image/labelled-pictures.ts';
import { classify } from '../../report/classify.ts';
import { InferenceSession } from '../../runtime/session.ts';
import { formatPercent } from '../../text/numbers.ts';
import { formatTable } from '../../text/table.ts';

/** How the written file labels the pictures that were held out. */
export interface HeldOutResult {
  readonly pictures: number;
  readonly correct: number;
  /** Of any number of such pictures the share that is right, with 95% confidence. */
  readonly interval: readonly [low: number, high: number];
  readonly classes: readonly string[];
  /** Pictures by label (row) and answer (column). */
  readonly confusion: readonly (readonly number[])[];
}

/** Larger tables do not fit a terminal. */
const MAX_TABLE = 12;
/** Widest name in a table. */
const MAX_NAME = 16;
/** Pairs that are named where there are too many classes for a table. */
const PAIRS = 10;

/** Runs a file on the last `count` pictures. */
export async function classifyHeldOut(
  file: Uint8Array,
  data: LabelledPictures,
  count: number,
): Promise<HeldOutResult> {
  const session = await InferenceSession.create(file);
  try {
    const heldOut = lastPictures(data, count);
    const { answer, correct } = await classify(session, heldOut, count);
    const confusion = session.labels.map(() => session.labels.map(() => 0));
    answer.forEach((index, at) => {
      confusion[heldOut.labels[at]][index]++;
    });
    const interval = wilson(correct, count);
    return { pictures: count, correct, interval, classes: session.labels, confusion };
  } finally {
    session.dispose();
  }
}

/** The interval of Wilson (1927) for a share of which `correct` of `count` were seen, of 95%. */
function wilson(correct: number, count: number): readonly [number, number] {
  const [part, z] = [correct / count, 1.96];
  const centre = part + z ** 2 / (2 * count);
  const half = z * Math.sqrt((part * (1 - part)) / count + (z / (2 * count)) ** 2);
  const scale = 1 + z ** 2 / count;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** Of fewer pictures the share that is right says little. */
const FEW = 50;

/** What few pictures are worth; empty for many. */
export function printConfidence({ pictures, interval }: HeldOutResult): string {
  if (pictures >= FEW) return '';
  const [low, high] = interval.map((part) => `${Math.round(100 * part)}%`);
  return `That is little to go by: of many such pictures ${low} to ${high} would be right (95% confidence).\n`;
}

/** A table of labels and answers, or of many classes the pairs that are confused most. */
export function printConfusion({ pictures, correct, classes, confusion }: HeldOutResult): string {
  const title = `Held-out pictures: ${correct} of ${pictures} right (${formatPercent(correct / pictures)})`;
  if (classes.length <= MAX_TABLE) {
    const names = classes.map(short);
    const rows = confusion.map((row, label) => [
      names[label],
      ...row.map((count) => (count === 0 ? '·' : String(count))),
    ]);
    return `${title}; rows are labels, columns answers:\n\n${formatTable([['', ...names], ...rows])}\n`;
  }
  const pairs = confusion
    // Of thousands of classes most pairs never occur.
    .flatMap((row, label) =>
      row.flatMap((count, answer) => (label !== answer && count > 0 ? [{ label, answer, count }] : [])),
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, PAIRS);
  if (pairs.length === 0) return `${title}\n`;
  const rows = pairs.map(({ label, answer, count }) => {
    const all = confusion[label].reduce((sum, value) => sum + value, 0);
    return [classes[label], classes[answer], `${count} of ${all}`];
  });
  return `${title}; confused most:\n\n${formatTable([['label', 'answer', 'pictures'], ...rows], 2)}\n`;
}

function short(name: string): string {
  const letters = [...name];
  return letters.length > MAX_NAME ? `${letters.slice(0, MAX_NAME - 1).join('')}…` : name;
}
