import { basename } from 'node:path';
import type { WjpegError } from '../errors.ts';
import type { InferenceResult } from '../runtime/options.ts';
import type { Path } from '../runtime/path.ts';
import { paint, paintNotice } from '../terminal/colors.ts';
import { formatBytes, formatMicroseconds, formatPercent, formatRatio } from '../text/numbers.ts';
import { formatTable } from '../text/table.ts';
import { visibleJson, visibleText } from '../visible-text.ts';
import { STANDARD_INPUT } from './parse.ts';

export interface Answer {
  readonly file: string;
  readonly result: InferenceResult;
}

/** What one path costs, measured. */
export interface Cost {
  readonly path: Path;
  /** The path as the table names it. */
  readonly described: string;
  readonly backend: string;
  readonly residentBytes: number;
  /** Median of one inference. */
  readonly microseconds: number;
}

/** What holds for all pictures of a run. */
export interface InferContext {
  readonly embedded: boolean;
  readonly model: string;
  /** What gives the answers. */
  readonly path: Path;
  readonly backend: string;
  readonly labels: readonly string[];
  /** Whether the network takes pictures in colour, of which the background does not matter. */
  readonly inColour: boolean;
  /** Whether the first layer multiplies bytes, which are pixels. */
  readonly inBytes: boolean;
  readonly top: number;
  /** From which probability on an answer is confident. */
  readonly minProbability: number;
}

/** How a run is printed, piece by piece as the answers come. */
export interface Layout {
  /** Whether it has a place for costs. */
  readonly costs: boolean;
  /** Whether it has a place for warnings about pictures; if not, they go to standard error. */
  readonly warnings: boolean;
  head(): string;
  answer(answer: Answer): string;
  /** What standard output says of a picture that failed; standard error has the message. */
  failure(file: string, error: WjpegError): string;
  /** Costs of what was asked for, then of the baseline; none where only answers are wanted. */
  tail(costs: readonly Cost[]): string;
}

/** More pictures than this are printed as a table. */
const MAX_DETAILED = 3;
/** Widest column of file names in a table, which is printed before all names are known to be read. */
const MAX_NAME = 40;

/** A picture's name as it is printed. */
export function shownName(file: string): string {
  return file === STANDARD_INPUT ? 'standard input' : file;
}

export function chooseLayout(
  options: { readonly json: boolean; readonly csv: boolean },
  context: InferContext,
  files: readonly string[],
): Layout {
  if (options.json) return jsonLines(context);
  if (options.csv) return csvLayout();
  return files.length > MAX_DETAILED ? tableLayout(context, files) : detailed(context);
}

function detailed(context: InferContext): Layout {
  return {
    costs: true,
    warnings: true,
    head: () =>
      context.embedded
        ? `No model given; running the built-in ${basename(context.model)} on a sample image.\n\n`
        : '',
    answer: (given) => `${describeAnswer(given, context).join('\n')}\n\n`,
    failure: () => '',
    tail: (costs) => `${summary(costs, context)}\n`,
  };
}

function tableLayout(context: InferContext, files: readonly string[]): Layout {
  const longest = files.reduce((max, file) => Math.max(max, visibleText(shownName(file)).length), 0);
  const names = Math.min(MAX_NAME, longest);
  const labels = context.labels.reduce((max, label) => Math.max(max, visibleText(label).length), 5);
  const line = (name: string, label: string, probability: string, note: string): string =>
    `${name.padEnd(names)}  ${label.padEnd(labels)}  ${probability.padStart(11)}  ${note}`
      .trimEnd()
      .concat('\n');
  return {
    costs: true,
    warnings: false,
    head: () => line('picture', 'label', 'probability', ''),
    answer: ({ file, result }) => {
      const name = visibleText(shownName(file));
      if (result.picture?.blank) return line(name, '–', '–', 'blank');
      const note = result.confident ? '' : 'not confident';
      return line(name, visibleText(result.label), formatPercent(result.probability), note);
    },
    failure: () => '',
    tail: (costs) => `\n${summary(costs, context)}\n`,
  };
}

/** One object per line and picture, in order; one that failed has `error` instead of the answer. */
function jsonLines({ model, path, backend, labels }: InferContext): Layout {
  return {
    costs: false,
    warnings: true,
    head: () => '',
    answer: ({ file, result }) =>
      `${visibleJson({
        file: shownName(file),
        label: result.label,
        index: result.index,
        probability: result.probability,
        confident: result.confident,
        blank: result.picture?.blank ?? false,
        // A list, not an object by label: labels may be equal.
        probabilities: labels.map((label, index) => ({ label, probability: result.probabilities[index] })),
        logits: [...result.logits],
        picture: result.picture,
        model,
        path,
        backend,
      })}\n`,
    failure: (file, { code, message }) =>
      `${visibleJson({ file: shownName(file), error: { code, message } })}\n`,
    tail: () => '',
  };
}

/**
 * RFC 4180; a picture that failed has its error code in the last column. A blank one has the answer all the same, to which
 * its columns `confident` and `blank` say what it is worth.
 */
function csvLayout(): Layout {
  const row = (...cells: string[]): string => `${cells.map(csvCell).join(',')}\n`;
  return {
    costs: false,
    warnings: false,
    head: () => row('file', 'index', 'label', 'probability', 'confident', 'blank', 'error'),
    answer: ({ file, result: { index, label, probability, confident, picture } }) =>
      row(
        visibleText(shownName(file)),
        String(index),
        visibleText(label),
        String(probability),
        String(confident),
        String(picture?.blank ?? false),
        '',
      ),
    failure: (file, { code }) => row(visibleText(shownName(file)), '', '', '', '', '', code),
    tail: () => '',
  };
}

function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function summary(costs: readonly Cost[], { path, backend }: InferContext): string {
  return costs.length > 0 ? compareCosts(costs) : `${path} on ${backend}`;
}

function describeAnswer({ file, result }: Answer, context: InferContext): string[] {
  const { embedded, labels, top } = context;
  const { picture } = result;
  const name = visibleText(embedded ? basename(file) : shownName(file));
  const lines = [`${name}: ${verdict(result, context)}`];
  if (picture) {
    lines.push(`  ${describePicture(picture, context)}`);
    for (const warning of picture.warnings) lines.push(paintNotice(`  warning: ${warning}`, process.stdout));
  }
  // What a network says of nothing means nothing.
  if (picture?.blank) return lines;
  const order = [...result.probabilities.keys()].sort(
    (a, b) => result.probabilities[b] - result.probabilities[a],
  );
  const width = labels.reduce((max, label) => Math.max(max, visibleText(label).length), 0);
  for (const index of order.slice(0, top)) {
    const probability = result.probabilities[index];
    const blocks = '█'.repeat(Math.round(probability * 30));
    const bar = blocks && paint('bar', blocks, process.stdout);
    lines.push(
      `  ${visibleText(labels[index]).padEnd(width)}  ${formatPercent(probability).padStart(7)}  ${bar}`.trimEnd(),
    );
  }
  return lines;
}

function verdict({ label, confident, picture }: InferenceResult, { minProbability }: InferContext): string {
  if (picture?.blank) return 'blank: nothing stands out from the background';
  const shown = visibleText(label);
  return confident
    ? shown
    : `not confident; most likely ${shown}, but below ${formatPercent(minProbability)}`;
}

function describePicture(
  picture: NonNullable<InferenceResult['picture']>,
  { inColour, inBytes }: InferContext,
): string {
  const size = picture.scale < 1 ? `, decoded at ${8 * picture.scale}/8 of its size` : '';
  const coefficients = inBytes ? 'of which int8 makes pixels' : 'never as pixels';
  const via =
    picture.via === 'coefficients' ? `enters as coefficients, ${coefficients}` : `enters as pixels${size}`;
  const found = [`${picture.format.toUpperCase()} ${picture.sourceWidth}×${picture.sourceHeight}`];
  if (picture.orientation !== 1) found.push(`turned upright (Exif orientation ${picture.orientation})`);
  if (!inColour) found.push(`${picture.background} background`);
  if (picture.inverted) found.push('inverted for the model');
  return `${found.join(', ')}; ${via}`;
}

function compareCosts(costs: readonly Cost[]): string {
  const [asked, baseline] = costs as readonly [Cost, Cost?];
  const rows = [['path', 'backend', 'resident', 'per inference']];
  for (const { described, backend, residentBytes, microseconds } of costs) {
    rows.push([described, backend, formatBytes(residentBytes), formatMicroseconds(microseconds)]);
  }
  if (baseline) {
    rows.push([
      `${baseline.path} ÷ ${asked.path}`,
      '',
      formatRatio(baseline.residentBytes / asked.residentBytes),
      formatRatio(baseline.microseconds / asked.microseconds),
    ]);
  }
  return formatTable(rows);
}
