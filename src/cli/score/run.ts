import { stat } from 'node:fs/promises';
import { inGroups, inOrder } from '../../node/in-order.ts';
import { isLost, WorkerPool } from '../../node/workers/pool.ts';
import { type Pace, withPace } from '../../terminal/progress.ts';
import { LeftOut } from '../left-out.ts';
import { type LineOutput, newOutput, ResumedOutput, standardOutput } from './output.ts';
import type { ScorePicture } from './picture.ts';
import { countPictures, type PictureSources, picturesOf } from './pictures.ts';
import type { Shard } from './shard.ts';
import { errorLine, type ScoredPictures, type ScoreSettings } from './worker.ts';

/** Pictures that a thread is given at once, and their bytes where they have no files. */
const GROUP = 32;
const GROUP_BYTES = 2 ** 22;
/** Groups per thread that are under way: results wait for those before them. */
const AHEAD = 3;

export interface ScoreRun {
  readonly sources: PictureSources;
  readonly shard: Shard;
  readonly settings: ScoreSettings;
  readonly workers: number;
  /** Absent: standard output. */
  readonly output: string | undefined;
  readonly resume: boolean;
}

/** What came of a run. */
export interface ScoreTotals {
  /** Lines that were there before, and how many of them have an error. */
  readonly before: { readonly lines: number; readonly failed: number };
  readonly scored: number;
  readonly failed: number;
  readonly seconds: number;
}

type Pool = WorkerPool<readonly ScorePicture[], ScoredPictures>;

/** Scores pictures and writes their lines in order. */
export function score(run: ScoreRun): Promise<ScoreTotals> {
  return withPace('score', async (pace) => {
    void expectTotal(pace, run);
    const pool: Pool = await WorkerPool.start(
      new URL('./worker.js', import.meta.url),
      run.workers,
      run.settings,
    );
    try {
      const output = await openOutput(run);
      try {
        return await scoreAll(run, pool, output, pace);
      } finally {
        await output.close();
      }
    } finally {
      await pool.close();
    }
  });
}

async function scoreAll(
  { sources, shard, settings, workers }: ScoreRun,
  pool: Pool,
  output: LineOutput,
  pace: Pace,
): Promise<ScoreTotals> {
  const resumed = output instanceof ResumedOutput ? output : undefined;
  let place = 0;
  const wanted = (file: string): boolean | Promise<boolean> => {
    if (place++ % shard.count !== shard.index) return false;
    return resumed ? resumed.wants(file) : true;
  };
  const start = performance.now();
  const totals = { scored: 0, failed: 0 };
  const leftOut = new LeftOut();
  const groups = inGroups(
    picturesOf(sources, wanted, leftOut),
    GROUP,
    GROUP_BYTES,
    ({ bytes }) => bytes?.length ?? 0,
  );
  const work = (pictures: readonly ScorePicture[]): Promise<ScoredPictures> =>
    scoreGroup(pool, pictures, settings.model);
  for await (const { lines, failed } of inOrder(groups, workers * AHEAD, work)) {
    await output.write(lines);
    totals.scored += lines.length;
    totals.failed += failed;
    pace.advance(totals.scored, resumed?.lines);
  }
  resumed?.finish();
  leftOut.say('wjpeg');
  const { lines = 0, failed = 0 } = resumed ?? {};
  return { ...totals, before: { lines, failed }, seconds: (performance.now() - start) / 1000 };
}

async function openOutput({ output, resume, settings }: ScoreRun): Promise<LineOutput> {
  if (output === undefined) return standardOutput;
  const exists = resume && (await stat(output).catch(() => undefined))?.isFile();
  return exists ? ResumedOutput.open(output, settings.model) : newOutput(output);
}

/** Names can be counted beforehand, what comes through a pipe cannot. */
async function expectTotal(pace: Pace, { sources, shard }: ScoreRun): Promise<void> {
  if (sources.list || sources.tar !== undefined) return;
  const count = await countPictures(sources.names).catch(() => undefined);
  if (count !== undefined) pace.expect(Math.max(0, Math.ceil((count - shard.index) / shard.count)));
}

/** If a thread is lost, each of its pictures is tried apart: the one to blame gets the error. */
async function scoreGroup(
  pool: Pool,
  pictures: readonly ScorePicture[],
  model: string,
): Promise<ScoredPictures> {
  try {
    return await pool.run(pictures);
  } catch (error) {
    if (!isLost(error)) throw error;
  }
  const apart = await pool.runApart(pictures.map((picture) => [picture]));
  const scored = apart.map((result, index): ScoredPictures => {
    if (result.status === 'fulfilled') return result.value;
    if (!isLost(result.reason)) throw result.reason;
    return { lines: [errorLine(pictures[index].file, result.reason, model)], failed: 1 };
  });
  return {
    lines: scored.flatMap(({ lines }) => lines),
    failed: scored.reduce((sum, { failed }) => sum + failed, 0),
  };
}
