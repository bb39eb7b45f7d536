import type { Argv } from 'yargs';
import { namingAsync } from '../../errors.ts';
import type { LabelledPictures } from '../../image/labelled-pictures.ts';
import type { SkippedFile } from '../../node/picture-folder/skipped.ts';
import type { ExecutorOptions, ResidentBytes } from '../../runtime/backends/backend.ts';
import { BATCH, evaluate } from '../../runtime/evaluate.ts';
import { PATHS, type Path } from '../../runtime/path.ts';
import { InferenceSession } from '../../runtime/session.ts';
import { checkWhole } from '../../terminal/option-values.ts';
import { withProgress } from '../../terminal/progress.ts';
import { formatBytes, formatMicroseconds, formatPercent } from '../../text/numbers.ts';
import { formatTable } from '../../text/table.ts';
import { visibleJson } from '../../visible-text.ts';
import { type Cost, measureSessions } from '../measure.ts';
import { denseArchitectureOption, readDenseSource } from '../network-options.ts';
import { readModel } from '../open-model.ts';
import {
  type BackendChoice,
  backendOption,
  checkDensePath,
  denseOption,
  describePath,
  executorOptions,
  jsonOption,
  MAX_THREADS,
  memoryOption,
  precisionOption,
  preference,
  threadsOption,
} from '../options.ts';
import { loadTestData, TEST_DATA } from '../picture-data.ts';

interface EvalArguments extends ExecutorOptions {
  model: string;
  data: string;
  path: Path | 'all';
  backend: BackendChoice;
  dense: string | undefined;
  architecture: string | undefined;
  limit: number | undefined;
  json: boolean;
}

interface PathResult {
  readonly path: Path;
  readonly backend: string;
  readonly correct: number;
  readonly images: number;
  readonly accuracy: number;
  readonly residentBytes: number;
  /** How each layer with weights is multiplied, and its bytes. */
  readonly layers: ResidentBytes['nodes'];
  /** Median of one inference, from the values to the logits. */
  readonly microseconds: number;
  /** Median of a call with `BATCH` pictures, per picture. */
  readonly batchMicroseconds: number;
}

/** Timed samples of single inferences, as in `wjpeg report`. */
const REPEATS = 101;

/** `wjpeg eval model.wjz --data DIR`. */
export function addEvalCommand(parser: Argv): Argv {
  return parser.command(
    'eval <model>',
    'Measure the accuracy of each path on labelled pictures',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A model, .wjz or .jpg' })
        .options({
          data: {
            type: 'string',
            demandOption: true,
            describe: TEST_DATA,
          },
          path: {
            choices: ['all', ...PATHS] as const,
            default: 'all' as const,
            describe: 'Which path to measure',
          },
          backend: backendOption,
          precision: precisionOption,
          memory: memoryOption,
          threads: threadsOption,
          dense: { ...denseOption, describe: `${denseOption.describe}, for the dense path` },
          architecture: denseArchitectureOption,
          limit: { type: 'number', describe: 'Only the first N pictures' },
          json: jsonOption,
        })
        .example('wjpeg eval model.wjz --data data/mnist', 'accuracy on the paths that the file can run')
        .example(
          'wjpeg eval model.wjz --data data/mnist --dense model.safetensors',
          'and on the original weights',
        )
        .check(({ limit, threads, path, dense }) => {
          checkWhole('threads', threads, 1, MAX_THREADS);
          checkDensePath(path, dense);
          if (limit !== undefined) checkWhole('limit', limit, 1);
          return true;
        }),
    run,
  );
}

async function run(options: EvalArguments): Promise<void> {
  const file = await readModel(options.model);
  const skipped: SkippedFile[] = [];
  const source = await readDenseSource(options);
  const data = await loadTestData(options.data, file.manifest, skipped);
  const paths =
    options.path === 'all' ? PATHS.filter((path) => path !== 'dense' || source.dense) : [options.path];
  const backends = await preference(options.backend);
  const images = Math.min(options.limit ?? data.count, data.count);
  const sessions: InferenceSession[] = [];
  const results: PathResult[] = [];
  try {
    for (const path of paths) {
      const name = path === 'dense' && options.dense ? options.dense : options.model;
      const how = { path, backends, ...executorOptions(options), ...source };
      sessions.push(await namingAsync(name, () => InferenceSession.fromFile(file, how)));
    }
    const costs = await namingAsync(options.data, () =>
      measureSessions(sessions, data, { repeats: REPEATS }),
    );
    for (const [index, session] of sessions.entries()) {
      const correct = await countCorrect(session, options.data, data, images);
      results.push(pathResult(session, costs[index], correct, images));
    }
  } finally {
    for (const session of sessions) session.dispose();
  }
  const report = { model: options.model, data: options.data, batch: BATCH, skipped, results };
  process.stdout.write(options.json ? `${visibleJson(report, 2)}\n` : `${print(results, options)}\n`);
}

async function countCorrect(
  session: InferenceSession,
  folder: string,
  data: LabelledPictures,
  images: number,
): Promise<number> {
  const { correct } = await withProgress(session.path, images, (advance) =>
    namingAsync(folder, () => evaluate(session, data, images, advance)),
  );
  return correct;
}

function pathResult(
  { path, backend, residentBytes, resident }: InferenceSession,
  { microseconds, batchMicroseconds }: Cost,
  correct: number,
  images: number,
): PathResult {
  const accuracy = correct / images;
  const layers = resident.nodes;
  return { path, backend, correct, images, accuracy, residentBytes, layers, microseconds, batchMicroseconds };
}

function print(results: readonly PathResult[], options: ExecutorOptions): string {
  const rows = [
    ['path', 'backend', 'correct', 'accuracy', 'resident', 'single', `per picture, batch of ${BATCH}`],
  ];
  for (const result of results) {
    rows.push([
      describePath(result.path, options),
      result.backend,
      `${result.correct}/${result.images}`,
      formatPercent(result.accuracy),
      formatBytes(result.residentBytes),
      formatMicroseconds(result.microseconds),
      formatMicroseconds(result.batchMicroseconds),
    ]);
  }
  return formatTable(rows);
}
