import { formatCount, formatPercent, formatRatio } from '../../src/text/numbers.ts';
import { markdownTable } from '../markdown.ts';
import type { Row, Setting } from './measure.ts';
import type { Skipped } from './networks.ts';

/** Points of accuracy whose loss a user should hear of. */
const LOSS = 1;

/** Sizes and accuracy of the default: one row per network. */
export function defaultTable(rows: readonly Row[]): string[] {
  return markdownTable([
    ['network', 'layers', 'pictures', 'bytes', 'smaller', 'accuracy', 'points lost', 'answers on probes'],
    ...rows.map((row) => [
      row.name,
      row.sizes,
      row.data,
      formatCount(row.bytes),
      formatRatio(row.denseBytes / row.bytes),
      `${formatPercent(row.before)} → ${formatPercent(row.after)}`,
      pointsLost(row).toFixed(2),
      `${(100 * row.agreement).toFixed(1)}%, ${(100 * row.outputError).toFixed(1)}%`,
    ]),
  ]);
}

/** What the figures that need no pictures say about the accuracy that is lost: ordered by the error on probes. */
export function warningTable(rows: readonly Row[]): string[] {
  const ordered = [...rows].sort((a, b) => a.outputError - b.outputError);
  return markdownTable([
    ['network', 'stored with', 'worst layer', 'answers on probes', 'their error', 'points lost', 'warned'],
    ...ordered.map((row) => [
      row.name,
      settingText(row.setting),
      `${(100 * row.worstLayer).toFixed(0)}%`,
      `${(100 * row.agreement).toFixed(1)}%`,
      `${(100 * row.outputError).toFixed(1)}%`,
      pointsLost(row).toFixed(2),
      row.warned ? 'yes' : '',
    ]),
  ]);
}

/** Limits of the bands of `bandTable`: relative errors of the answers on probes. */
const BANDS = [0, 0.03, 0.06, 0.1, 0.125, 0.15, 0.2, 0.3, 0.5, Infinity];

/** The same in a few lines: for each band of the error on probes, how many files lose how much. */
export function bandTable(rows: readonly Row[]): string[] {
  const bands = BANDS.slice(1).map((to, i) => {
    const inside = rows.filter(({ outputError }) => outputError >= BANDS[i] && outputError < to);
    const lost = inside.map(pointsLost).sort((a, b) => a - b);
    const percent = (value: number): string => `${Number((100 * value).toFixed(1))}%`;
    return [
      to === Infinity ? `from ${percent(BANDS[i])}` : `${percent(BANDS[i])} to ${percent(to)}`,
      String(inside.length),
      String(lost.filter((points) => points > LOSS).length),
      (lost[lost.length >> 1] ?? NaN).toFixed(2),
      (lost[lost.length - 1] ?? NaN).toFixed(2),
    ];
  });
  return markdownTable([['error of the answers', 'files', 'lose > 1 point', 'median', 'most'], ...bands]);
}

/** One line: how many losses are warned of, and how many warnings tell of none. */
export function warningSummary(rows: readonly Row[]): string {
  const lost = rows.filter((row) => pointsLost(row) > LOSS);
  const kept = rows.filter((row) => pointsLost(row) <= LOSS);
  const warned = (some: readonly Row[]): number => some.filter((row) => row.warned).length;
  return (
    `${lost.length} of ${rows.length} files lose more than ${LOSS} point: ${warned(lost)} of them are warned of, ` +
    `and ${warned(kept)} of the other ${kept.length}.`
  );
}

export function skippedLines(skipped: readonly Skipped[]): string[] {
  return skipped.map(({ name, reason }) => `${name}: skipped, ${reason}`);
}

export function isDefault({ setting: { quality, maxError } }: Row): boolean {
  return quality === undefined && maxError === undefined;
}

function settingText({ quality, maxError }: Setting): string {
  if (quality !== undefined) return `--quality ${quality}`;
  return maxError === undefined ? 'default' : `--max-error ${maxError}`;
}

export function pointsLost({ before, after }: Row): number {
  return 100 * (before - after);
}
