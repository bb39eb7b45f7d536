import type { MemoryMode, Precision } from '../../src/runtime/backends/backend.ts';
import type { Path } from '../../src/runtime/path.ts';
import { formatBytes, formatMicroseconds, formatRatio } from '../../src/text/numbers.ts';
import { markdownReport, type Report, type Table, textReport } from '../subjects/report.ts';
import { type Absence, describeAbsences, type Timed } from '../subjects/section.ts';
import type { LargeEntrant } from './field.ts';
import type { MemoryCheck } from './memory.ts';

/** One path on one network at one batch size. */
export interface LargeTiming {
  /** Rows and columns of the square layer; 0 for the whole network. */
  readonly size: number;
  readonly name: string;
  /** The name in plots: path, or bits per weight. */
  readonly series: string;
  readonly path: Path;
  readonly precision: Precision;
  readonly memory: MemoryMode;
  readonly bitsPerWeight?: number;
  readonly density?: number;
  readonly batch: number;
  /** Median time of one image, least and greatest, in microseconds. */
  readonly image: number;
  readonly min: number;
  readonly max: number;
  readonly error: number;
  readonly residentBytes?: number;
  readonly peakBytes?: number;
}

export interface LargeRun {
  readonly machine: string;
  readonly command: string;
  readonly quick: boolean;
  readonly backend: string;
  /** Sizes of the whole network. */
  readonly network: string;
  readonly timings: readonly LargeTiming[];
  readonly memory: readonly MemoryCheck[];
  readonly absent: readonly Absence[];
  readonly wrong: readonly string[];
}

export function largeTiming(size: number, timed: Timed<LargeEntrant, string>): LargeTiming {
  const { entrant, batch, image, call, error, memory } = timed;
  const { spec, stored, name } = entrant;
  return {
    ...{ size, name, path: spec.path, precision: spec.precision, memory: spec.memory, batch, image, error },
    // The qualities are the same at all sizes, the bits nearly so.
    series: stored
      ? `about ${Math.round(stored.bitsPerWeight)} bits${spec.memory === 'speed' ? '' : `, ${spec.memory}`}`
      : spec.path,
    ...(stored && { bitsPerWeight: stored.bitsPerWeight, density: stored.density }),
    min: call.min / batch,
    max: call.max / batch,
    ...(memory.residentBytes !== undefined && { residentBytes: memory.residentBytes }),
    ...(memory.peakBytes !== undefined && { peakBytes: memory.peakBytes }),
  };
}

function tables({ timings, memory, network, backend }: LargeRun): Table[] {
  const sizes = [...new Set(timings.map(({ size }) => size))];
  const timeTables = sizes.map((size) => ({
    title: `${size === 0 ? network : `${size}→${size}`} on ${backend}`,
    rows: timeTable(timings.filter((one) => one.size === size)),
  }));
  const title = `Memory of ${network}, reported beside measured`;
  return [...timeTables, ...(memory.length > 0 ? [{ title, rows: memoryTable(memory) }] : [])];
}

/** All that is printed, and written as Markdown. */
function reportOf(run: LargeRun): Report {
  return { tables: tables(run), remarks: remarks(run), quick: run.quick };
}

export function largeText(run: LargeRun): string {
  return textReport(reportOf(run));
}

export function largeMarkdown(run: LargeRun): string {
  return markdownReport('wjpeg on large layers', run, reportOf(run), [
    { file: 'large-time.svg', alt: 'Time by size' },
    { file: 'large-memory.svg', alt: 'Memory by size' },
  ]);
}

function remarks({ absent, wrong }: LargeRun): string[] {
  return [
    'Random low-pass weights, every layer a JPEG in the layout matrix; inputs are noise without zeros. Times are medians of an image.',
    'Relative error: against float64 on the weights that the path runs, before timing.',
    'Measured memory: resident set beyond what it was before the session, after collecting garbage.',
    ...describeAbsences(absent),
    ...wrong.map((text) => `WRONG ANSWER: ${text}`),
  ];
}

function timeTable(timings: readonly LargeTiming[]): string[][] {
  const batches = [...new Set(timings.map(({ batch }) => batch))];
  const names = [...new Set(timings.map(({ name }) => name))];
  const find = (name: string, batch: number): LargeTiming | undefined =>
    timings.find((one) => one.name === name && one.batch === batch);
  return [
    [
      'path',
      'bits per weight',
      'nonzeros per weight',
      ...batches.flatMap((batch) => [`batch ${batch}`, 'dense ÷ it']),
      'resident',
      'peak',
      'relative error',
    ],
    ...names.map((name) => {
      const mine = timings.filter((one) => one.name === name);
      const { bitsPerWeight, density } = mine[0];
      const { residentBytes, peakBytes } = mine[mine.length - 1];
      const cells = batches.flatMap((batch) => {
        const [one, dense] = [find(name, batch), find('dense', batch)];
        return [
          one ? formatMicroseconds(one.image) : '',
          one && dense ? formatRatio(dense.image / one.image) : '',
        ];
      });
      return [
        name,
        bitsPerWeight === undefined ? '32' : bitsPerWeight.toFixed(2),
        density === undefined ? '1' : density.toFixed(3),
        ...cells,
        residentBytes === undefined ? '' : formatBytes(residentBytes),
        peakBytes === undefined ? '' : formatBytes(peakBytes),
        Math.max(...mine.map(({ error }) => error)).toExponential(1),
      ];
    }),
  ];
}

function memoryTable(checks: readonly MemoryCheck[]): string[][] {
  return [
    [
      'path',
      'residentBytes',
      'measured, ready',
      'measured, after runs',
      'peakBytes',
      'measured peak, loading',
      'measured peak, runs',
    ],
    ...checks.map((check) => [
      check.name,
      formatBytes(check.residentBytes),
      formatBytes(check.resident),
      formatBytes(check.afterwards),
      formatBytes(check.peakBytes),
      formatBytes(check.loadPeak),
      formatBytes(check.runPeak),
    ]),
  ];
}
