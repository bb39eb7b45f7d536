import { basename } from 'node:path';
import type { Path } from '../engine/path.ts';
import type { InferenceResult } from '../engine/session.ts';
import { visibleText } from '../visible-text.ts';
import { formatBytes, formatMicroseconds, formatPercent, formatRatio, formatTable } from './format.ts';

export interface Answer {
  readonly file: string;
  readonly result: InferenceResult;
}

/** What one path costs, measured. */
export interface Cost {
  readonly path: Path;
  readonly backend: string;
  readonly residentBytes: number;
  /** Median of one inference. */
  readonly microseconds: number;
}

export interface InferOutput {
  readonly embedded: boolean;
  readonly model: string;
  readonly answers: readonly Answer[];
  /** What gave the answers. */
  readonly path: Path;
  readonly backend: string;
  /** Of what was asked for, then of the baseline; none where only an answer is wanted. */
  readonly costs: readonly Cost[];
  readonly labels: readonly string[];
  readonly top: number;
}

/** What `wjpeg-infer` prints. */
export function printInference(output: InferOutput): string {
  const lines: string[] = [];
  if (output.embedded) {
    lines.push(`No model given: the embedded ${basename(output.model)} looks at an embedded picture.`, '');
  }
  for (const answer of output.answers) lines.push(...describeAnswer(answer, output), '');
  lines.push(output.costs.length > 0 ? compareCosts(output.costs) : `${output.path} on ${output.backend}`);
  return `${lines.join('\n')}\n`;
}

function describeAnswer({ file, result }: Answer, { embedded, labels, top }: InferOutput): string[] {
  const { picture } = result;
  const name = visibleText(embedded ? basename(file) : file);
  const lines = [`${name}: ${visibleText(result.label)}`];
  if (picture) {
    lines.push(`  ${describePicture(picture)}`);
    for (const warning of picture.warnings) lines.push(`  warning: ${warning}`);
  }
  const order = [...result.probabilities.keys()].sort(
    (a, b) => result.probabilities[b] - result.probabilities[a],
  );
  const width = labels.reduce((most, label) => Math.max(most, visibleText(label).length), 0);
  for (const index of order.slice(0, top)) {
    const probability = result.probabilities[index];
    const bar = '█'.repeat(Math.round(probability * 30));
    lines.push(
      `  ${visibleText(labels[index]).padEnd(width)}  ${formatPercent(probability).padStart(7)}  ${bar}`.trimEnd(),
    );
  }
  return lines;
}

function describePicture(picture: NonNullable<InferenceResult['picture']>): string {
  const via = picture.via === 'coefficients' ? 'enters as coefficients, never as pixels' : 'enters as pixels';
  const ground = `${picture.ground} ground${picture.inverted ? ', inverted for the model' : ''}`;
  return `${picture.format.toUpperCase()} ${picture.sourceWidth}×${picture.sourceHeight}, ${ground}; ${via}`;
}

function compareCosts(costs: readonly Cost[]): string {
  const [asked, baseline] = costs as readonly [Cost, Cost?];
  const rows = [['path', 'backend', 'resident', 'an inference']];
  for (const { path, backend, residentBytes, microseconds } of costs) {
    rows.push([path, backend, formatBytes(residentBytes), formatMicroseconds(microseconds)]);
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
