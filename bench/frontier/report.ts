import { formatPercent, formatRatio } from '../../src/text/numbers.ts';
import { formatTable } from '../../src/text/table.ts';
import { METHODS, methodOf } from './methods.ts';
import { NETS } from './nets.ts';
import type { FrontierPoint } from './point.ts';

export interface FrontierRun {
  readonly machine: string;
  readonly command: string;
  readonly quick: boolean;
  /** Test images that were labelled. */
  readonly images: number;
  /** Measured and published. */
  readonly points: readonly FrontierPoint[];
  /** What could not be measured, and why. */
  readonly absent: readonly string[];
}

const HEADINGS = [
  'data',
  'net',
  'method',
  'setting',
  'bytes',
  '÷ float32',
  'test error',
  'nonzeros',
  'nonzeros per weight',
];

/** What a reader must know to read the figures rightly. */
const NOTES = [
  'Bytes are of whole files, headers and all. Each file is read back and what is found there is run.',
  'All settings that were swept are shown with their test errors: that is reporting, nothing is chosen by them.',
  'Settings of wjpeg itself were chosen on held-out training pictures. Nothing but the trained nets was trained again.',
  'Settings that name a command were measured by an earlier run; their files are not kept. All others were measured by this one.',
  'Files of more than ten times the least error of their net are in the table only, not in the plot.',
  'Published figures are as their authors print them, not measured here; most of them are without augmentation, which our trained nets may have (docs/training.md).',
];

export function frontierTable(run: FrontierRun): string {
  const table = formatTable([HEADINGS, ...rows(run)]);
  return [table, '', run.machine, `${run.images} test images`, ...NOTES, ...absences(run)].join('\n');
}

export function frontierMarkdown(run: FrontierRun): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `${[
    '# wjpeg frontier',
    '',
    `Machine: ${run.machine}.`,
    `Command: \`${run.command}\`. ${run.images} test images.`,
    ...(run.quick ? ['', '**A quick run: too few pictures for figures.**'] : []),
    '',
    '![Bytes and test error](frontier.svg)',
    '',
    line(HEADINGS),
    line(HEADINGS.map((_, index) => (index < 4 ? '---' : '--:'))),
    ...rows(run).map(line),
    '',
    ...[...NOTES, ...absences(run)].map((text) => `- ${text}`),
  ].join('\n')}\n`;
}

/** Nets and methods in their order, each from the largest file to the smallest. */
export function inOrder(points: readonly FrontierPoint[]): FrontierPoint[] {
  const net = (point: FrontierPoint): number => NETS.findIndex((known) => known.net === point.net);
  const method = (point: FrontierPoint): number => METHODS.findIndex(({ id }) => id === point.method);
  return points.toSorted((a, b) => net(a) - net(b) || method(a) - method(b) || b.bytes - a.bytes);
}

function absences({ absent }: FrontierRun): string[] {
  return absent.map((text) => `Not measured: ${text}`);
}

function rows({ points }: FrontierRun): string[][] {
  return inOrder(points).map((point) => {
    const { net, method, setting, bytes, error, nonzeros, weights } = point;
    return [
      NETS.find((known) => known.net === net)?.data ?? '',
      net,
      methodOf(method).label,
      setting,
      bytes.toLocaleString('en-US'),
      weights === undefined ? '' : formatRatio((4 * weights) / bytes),
      formatPercent(error),
      nonzeros?.toLocaleString('en-US') ?? '',
      nonzeros === undefined || weights === undefined ? '' : (nonzeros / weights).toFixed(4),
    ];
  });
}
