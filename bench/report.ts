import { formatBytes, formatMicroseconds, formatRatio } from '../src/text/numbers.ts';
import { formatTable } from '../src/text/table.ts';
import type { CaseResult } from './cases.ts';
import { markdownTable } from './markdown.ts';

export interface BenchRun {
  readonly machine: string;
  readonly command: string;
  readonly quick: boolean;
  readonly inputs: string;
  readonly results: readonly CaseResult[];
  /** What could not be measured, and why. */
  readonly absent: readonly string[];
}

const HEADINGS = [
  'path',
  'backend',
  'batch',
  'an image',
  'least…greatest call',
  'against dense',
  'resident',
  'error',
];

export function resultsTable(run: BenchRun): string {
  const notes = [
    run.machine,
    `inputs: ${run.inputs}; error: greatest relative error of the logits, before timing`,
  ];
  return [formatTable([HEADINGS, ...rows(run)]), '', ...notes, ...run.absent].join('\n');
}

export function markdownReport(run: BenchRun): string {
  return `${[
    '# wjpeg bench',
    '',
    `Machine: ${run.machine}.`,
    `Command: \`${run.command}\`. Inputs: ${run.inputs}. Times are medians.`,
    ...(run.quick ? ['', '**A quick run: too few samples for figures.**'] : []),
    '',
    ...markdownTable([HEADINGS, ...rows(run)]),
    '',
    ...run.absent.map((text) => `- Not measured: ${text}`),
    '',
    '![Time an image](plot.svg)',
  ].join('\n')}\n`;
}

function rows({ results }: BenchRun): string[][] {
  return results.map((result) => [
    result.path,
    result.backend,
    String(result.batch),
    formatMicroseconds(result.image),
    `${formatMicroseconds(result.call.min)}…${formatMicroseconds(result.call.max)}`,
    againstDense(result, results),
    formatBytes(result.residentBytes),
    result.error.toExponential(1),
  ]);
}

/** How many times faster than the dense baseline (`dense`, else `matrix`) of the same backend and batch. */
function againstDense(result: CaseResult, results: readonly CaseResult[]): string {
  const peer = (path: string): CaseResult | undefined =>
    results.find(
      (other) => other.path === path && other.backend === result.backend && other.batch === result.batch,
    );
  const baseline = peer('dense') ?? peer('expanded');
  return baseline ? formatRatio(baseline.image / result.image) : '';
}
