import { formatCount, formatPercent, formatRatio } from '../../src/report/format.ts';
import { markdownTable } from '../markdown.ts';
import type { Row, Setting } from './measure.ts';
import type { Skipped } from './networks.ts';

/** Points of accuracy whose loss a user should hear of. */
const LOSS = 1;

/** Sizes and accuracy of the default: one row per network. */
export function defaultTable(rows: readonly Row[]): string[] {
  return markdownTable([
    [
      'network',
      'layers',
      'test pictures',
      'bytes',
      'smaller',
      'accuracy',
      'points lost',
      'answers on probes',
    ],
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
