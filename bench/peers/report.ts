import { formatBytes, formatMicroseconds, formatRatio } from '../../src/text/numbers.ts';
import { markdownReport, type Report, type Table, textReport } from '../subjects/report.ts';
import { type Absence, describeAbsences } from '../subjects/section.ts';
import type { ColdStart } from './cold.ts';
import { type InputsName, type Measurement, type Ratio, TARGET_BATCHES, targetRows } from './ratios.ts';
import { COMPETITORS, MODELS } from './targets.ts';

export interface PeersRun {
  readonly machine: string;
  readonly command: string;
  readonly quick: boolean;
  readonly backend: string;
  readonly measurements: readonly Measurement[];
  readonly ratios: readonly Ratio[];
  readonly coldStarts: readonly ColdStart[];
  readonly absent: readonly Absence[];
  /** Who answered wrongly, and was not timed there. */
  readonly wrong: readonly string[];
  /** What the reader of the figures has to know. */
  readonly notes: readonly string[];
}

export function threadsOf(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

/** All tables of a run, the targets first. */
export function tables(run: PeersRun): Table[] {
  return [
    { title: 'Asked and reached: digits, 1 thread', rows: targetTable(run.ratios) },
    ...sections(run).flatMap(({ inputs, threads }) => {
      const where = `${inputs}, ${threadsOf(threads)}`;
      return [
        { title: `An image, microseconds: ${where}`, rows: timesTable(run.measurements, inputs, threads) },
        { title: `Times faster: ${where}`, rows: ratioTable(run.ratios, inputs, threads) },
      ];
    }),
    ...(run.coldStarts.length > 0
      ? [{ title: 'Whole process, one answer', rows: coldTable(run.coldStarts) }]
      : []),
  ].filter(({ rows }) => rows.length > 1);
}

/** All that is printed, and written as Markdown. */
function reportOf(run: PeersRun): Report {
  return { tables: tables(run), remarks: remarks(run), quick: run.quick };
}

export function peersText(run: PeersRun): string {
  return textReport(reportOf(run));
}

export function peersMarkdown(run: PeersRun): string {
  return markdownReport('wjpeg beside peers', run, reportOf(run));
}

function remarks({ notes, absent, wrong }: PeersRun): string[] {
  return [...notes, ...describeAbsences(absent), ...wrong.map((text) => `WRONG ANSWER: ${text}`)];
}

function sections({ measurements }: PeersRun): { inputs: InputsName; threads: number }[] {
  const seen = new Map(
    measurements.map(({ inputs, threads }) => [`${inputs} ${threads}`, { inputs, threads }]),
  );
  return [...seen.values()];
}

/** A ratio beside the one that was asked for, and whether it is reached. */
export function formatReached(reached: number | undefined, asked: number | undefined): string {
  const got = reached === undefined ? 'not measured' : formatRatio(reached);
  if (asked === undefined) return got;
  const verdict = reached === undefined ? '' : reached >= asked ? ', reached' : ', missed';
  return `${got} (≥ ${asked}×${verdict})`;
}

export function targetTable(ratios: readonly Ratio[]): string[][] {
  return [
    ['model', 'precision', 'against', ...TARGET_BATCHES.map((batch) => `batch ${batch} (asked)`)],
    ...targetRows(ratios).map(({ model, precision, against, cells }) => [
      MODELS[model].title,
      precision,
      against,
      ...cells.map(({ reached, asked }) => formatReached(reached, asked)),
    ]),
  ];
}

function timesTable(all: readonly Measurement[], inputs: InputsName, threads: number): string[][] {
  const here = all.filter((one) => one.inputs === inputs && one.threads === threads);
  const batches = [...new Set(here.map(({ batch }) => batch))];
  const names = [...new Set(here.map(({ name }) => name))];
  return [
    [
      'subject',
      ...batches.map((batch) => `batch ${batch} (least…greatest)`),
      'relative error',
      'says it holds',
    ],
    ...names.map((name) => {
      const mine = here.filter((one) => one.name === name);
      const cells = batches.map((batch) => {
        const one = mine.find((candidate) => candidate.batch === batch);
        return one ? formatSpread(one) : '';
      });
      // Of the greatest batch: what small ones need is there by then.
      const resident = mine.at(-1)?.memory.residentBytes;
      return [
        name,
        ...cells,
        Math.max(...mine.map(({ error }) => error)).toExponential(1),
        resident === undefined ? '' : formatBytes(resident),
      ];
    }),
  ];
}

function formatSpread({ image, call, batch }: Measurement): string {
  const digits = (value: number): string => value.toFixed(value < 100 ? 2 : 0);
  return `${digits(image)} (${digits(call.min / batch)}…${digits(call.max / batch)})`;
}

function ratioTable(all: readonly Ratio[], inputs: InputsName, threads: number): string[][] {
  const here = all.filter((one) => one.inputs === inputs && one.threads === threads);
  const batches = [...new Set(here.map(({ batch }) => batch))];
  const competitors = COMPETITORS.filter((competitor) => here.some(({ against }) => against === competitor));
  const ours = new Map(
    here.map(({ model, precision, memory }) => [
      `${model} ${precision} ${memory}`,
      { model, precision, memory },
    ]),
  );
  return [
    ['ours', 'against', ...batches.map((batch) => `batch ${batch}`)],
    ...[...ours.values()].flatMap(({ model, precision, memory }) =>
      competitors.flatMap((against) => {
        const mine = here.filter(
          (one) =>
            one.model === model &&
            one.precision === precision &&
            one.memory === memory &&
            one.against === against,
        );
        if (mine.length === 0) return [];
        const cells = batches.map((batch) => {
          const one = mine.find((candidate) => candidate.batch === batch);
          return one ? formatRatio(one.ratio) : '';
        });
        return [[`${model} ${precision}${memory === 'speed' ? '' : ` ${memory}`}`, against, ...cells]];
      }),
    ),
  ];
}

function coldTable(starts: readonly ColdStart[]): string[][] {
  const milliseconds = (value: number): string => formatMicroseconds(value * 1000);
  const bare = starts[0].milliseconds;
  return [
    ['process', 'median', 'least…greatest', 'beyond bare Node', 'peak RSS'],
    ...starts.map(({ name, milliseconds: median, min, max, peakRss }) => [
      name,
      milliseconds(median),
      `${milliseconds(min)}…${milliseconds(max)}`,
      milliseconds(Math.max(0, median - bare)),
      formatBytes(peakRss),
    ]),
  ];
}
