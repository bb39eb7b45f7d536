import type { Argv } from 'yargs';
import type { ExecutorOptions } from '../../engine/backends/backend.ts';
import { evaluate } from '../../engine/evaluate.ts';
import { PATHS, type Path } from '../../engine/path.ts';
import { InferenceSession } from '../../engine/session.ts';
import { namingAsync } from '../../errors.ts';
import { readFileBytes } from '../../node/files.ts';
import { loadIdxPair } from '../../node/mnist.ts';
import { visibleJson } from '../../visible-text.ts';
import { formatBytes, formatMicroseconds, formatPercent, formatTable } from '../format.ts';
import {
  type BackendChoice,
  backendOption,
  checkWhole,
  denseOption,
  executorOptions,
  jsonOption,
  MAX_MODEL_BYTES,
  memoryOption,
  precisionOption,
  preference,
  readModel,
  threadsOption,
} from '../options.ts';
import { startProgress } from '../progress.ts';

interface EvalArguments extends ExecutorOptions {
  model: string;
  data: string;
  path: Path | 'all';
  backend: BackendChoice;
  dense: string | undefined;
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
  /** Mean over the run, in batches. */
  readonly microsecondsPerImage: number;
}

/** `wjpeg eval model.wjz --data DIR`. */
export function addEvalCommand(parser: Argv): Argv {
  return parser.command(
    'eval <model>',
    'Measure accuracy on labelled pictures (IDX files, as of MNIST), each path',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A .wjz model' })
        .options({
          data: {
            type: 'string',
            demandOption: true,
            describe: 'Folder with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, .gz or not',
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
          dense: { ...denseOption, describe: 'The original weights (safetensors), for the dense path' },
          limit: { type: 'number', describe: 'Only the first N pictures' },
          json: jsonOption,
        })
        .example('wjpeg eval model.wjz --data data/mnist', 'accuracy on the paths that the file can run')
        .example(
          'wjpeg eval model.wjz --data data/mnist --dense model.safetensors',
          'and on the original weights',
        )
        .check(({ limit, threads }) => {
          checkWhole('threads', threads, 1);
          if (limit !== undefined) checkWhole('limit', limit, 1);
          return true;
        }),
    run,
  );
}

async function run(options: EvalArguments): Promise<void> {
  const file = await readModel(options.model);
  const data = await loadIdxPair(options.data, 't10k');
  const dense = options.dense === undefined ? undefined : await readFileBytes(options.dense, MAX_MODEL_BYTES);
  const paths = options.path === 'all' ? PATHS.filter((path) => path !== 'dense' || dense) : [options.path];
  const backends = await preference(options.backend);
  const results: PathResult[] = [];
  for (const path of paths) {
    const name = path === 'dense' && options.dense ? options.dense : options.model;
    const session = await namingAsync(name, () =>
      InferenceSession.fromFile(file, {
        path,
        backends,
        ...executorOptions(options),
        ...(dense && { dense }),
      }),
    );
    const images = Math.min(options.limit ?? data.count, data.count);
    const progress = startProgress(path, images);
    try {
      const { correct, microseconds } = await namingAsync(options.data, () =>
        evaluate(session, data, images, (done) => progress.advance(done)),
      );
      results.push({
        path,
        backend: session.backend,
        correct,
        images,
        accuracy: correct / images,
        residentBytes: session.residentBytes,
        microsecondsPerImage: microseconds / images,
      });
    } finally {
      progress.stop();
      session.dispose();
    }
  }
  const report = { model: options.model, data: options.data, results };
  process.stdout.write(options.json ? `${visibleJson(report, 2)}\n` : `${print(results)}\n`);
}

function print(results: readonly PathResult[]): string {
  const rows = [['path', 'backend', 'correct', 'accuracy', 'resident', 'an image, batched']];
  for (const result of results) {
    rows.push([
      result.path,
      result.backend,
      `${result.correct}/${result.images}`,
      formatPercent(result.accuracy),
      formatBytes(result.residentBytes),
      formatMicroseconds(result.microsecondsPerImage),
    ]);
  }
  return formatTable(rows);
}
