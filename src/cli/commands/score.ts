import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Argv } from 'yargs';
import { WjpegError } from '../../errors.ts';
import type { Fit } from '../../format/manifest.ts';
import type { BackgroundOption } from '../../image/background.ts';
import { readFileBytes } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { checkOutputs } from '../../node/output-files.ts';
import type { Precision } from '../../runtime/backends/backend.ts';
import { checkWhole } from '../../terminal/option-values.ts';
import { formatCount, formatSeconds } from '../../text/numbers.ts';
import { openModel } from '../open-model.ts';
import {
  type BackendChoice,
  backendOption,
  backgroundOption,
  fitOption,
  maxPixelsOption,
  precisionOption,
} from '../options.ts';
import { STANDARD_INPUT } from '../parse.ts';
import { type ScoreTotals, score } from '../score/run.ts';
import { parseShard, shardOf } from '../score/shard.ts';

interface ScoreArguments {
  model: string;
  pictures: string[] | undefined;
  output: string | undefined;
  list: string | undefined;
  null: boolean;
  tar: string | undefined;
  shard: string | undefined;
  shards: number | undefined;
  resume: boolean;
  workers: number;
  top: number;
  logits: boolean;
  allowErrors: boolean;
  backend: BackendChoice;
  precision: Precision;
  background: BackgroundOption;
  fit: Fit | undefined;
  maxPixels: number;
}

/** What the program ends with when all is written but some pictures have an error instead of an answer. */
const EXIT_WITH_ERRORS = 3;

const EXIT_CODES =
  'Exit codes: 0 every picture has an answer; 3 all is written, but some have an error (0 with --allow-errors); ' +
  '1 stopped before the end, --resume goes on; 2 the command line makes no sense.';

/** Characters of a model's SHA-256 that stand in each line. */
const MODEL_DIGITS = 12;

/** `wjpeg score model.wjz pictures… -o out.ndjson`. */
export function addScoreCommand(parser: Argv): Argv {
  return parser.command(
    'score <model> [pictures..]',
    'Classify many pictures, on all cores and in shards: one line of JSON each (docs/scale.md)',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A model, .wjz or .jpg' })
        .positional('pictures', {
          type: 'string',
          array: true,
          describe: 'PNG or JPEG files, folders of them, or quoted patterns',
        })
        .options({
          output: { alias: 'o', type: 'string', describe: 'The file to write; {shard} stands for the shard' },
          list: { type: 'string', describe: 'A file with one name per line; - is standard input' },
          null: { alias: '0', type: 'boolean', default: false, describe: 'In the list NUL ends names' },
          tar: { type: 'string', describe: 'A tar archive of pictures; - is standard input' },
          shard: {
            type: 'string',
            describe:
              'i/n: every n-th picture from the i-th on, i from 0; if left out, as the scheduler says',
          },
          shards: { type: 'number', describe: 'The number of shards, where the scheduler says only which' },
          resume: { type: 'boolean', default: false, describe: 'Go on after what the output has already' },
          workers: {
            type: 'number',
            default: availableParallelism(),
            defaultDescription: 'one per core',
            describe: 'Threads that decode and classify',
          },
          top: { type: 'number', default: 1, describe: 'How many outputs each line has, by probability' },
          logits: { type: 'boolean', default: false, describe: 'Add the logits to each line' },
          'allow-errors': {
            type: 'boolean',
            default: false,
            describe: 'End with 0 although pictures failed',
          },
          backend: backendOption,
          precision: precisionOption,
          background: backgroundOption,
          fit: fitOption('as the model says'),
          'max-pixels': maxPixelsOption,
        })
        .example('wjpeg score model.wjz photos -o out.ndjson', 'a folder, on all cores')
        .example('wjpeg score model.wjz photos -o out.ndjson --resume', 'go on after an interruption')
        .example("find . -name '*.jpg' -print0 | wjpeg score model.wjz --list - -0", 'names from a pipe')
        .example('wjpeg score model.wjz --tar - < pictures.tar > out.ndjson', 'an archive')
        .example(
          "wjpeg score model.wjz photos --shard 0/4 -o 'part-{shard}.ndjson'",
          'the first of four parts',
        )
        .epilogue(EXIT_CODES)
        .check(check),
    (options) => run(options as unknown as ScoreArguments),
  );
}

function check(given: Record<string, unknown>): true {
  const options = given as unknown as ScoreArguments;
  checkWhole('workers', options.workers, 1, 1024);
  checkWhole('top', options.top, 1);
  checkWhole('max-pixels', given['max-pixels'] as number, 1);
  if (options.shards !== undefined) checkWhole('shards', options.shards, 1);
  if (options.shard !== undefined) parseShard(options.shard);
  if (options.shard !== undefined && options.shards !== undefined)
    throw new Error('--shard says of how many already: leave --shards out');
  if (options.resume && options.output === undefined)
    throw new Error('--resume goes on with a file: name it with -o');
  if (options.null && options.list === undefined) throw new Error('-0 is about --list');
  if (options.list === STANDARD_INPUT && options.tar === STANDARD_INPUT)
    throw new Error('standard input is either the list or the archive');
  const names = options.pictures ?? [];
  if (names.includes(STANDARD_INPUT))
    throw new Error('-: say what standard input is: --list - for names, --tar - for an archive');
  if (names.length === 0 && options.list === undefined && options.tar === undefined)
    throw new Error('no pictures given: name files or folders, or use --list or --tar');
  return true;
}

async function run(options: ScoreArguments): Promise<void> {
  const { model, list, tar } = options;
  const shard = shardOf(options.shard, options.shards, process.env);
  if (shard.from !== '')
    process.stderr.write(`wjpeg: shard ${shard.index}/${shard.count}, by ${shard.from}\n`);
  const output = options.output?.replaceAll('{shard}', String(shard.index));
  await checkOutputs([output], [model, fileOf(list), fileOf(tar)]);
  const bytes = await readFileBytes(model, MAX_MODEL_BYTES);
  await checkTakesPictures(model, bytes);
  const { backend, precision, background, fit, maxPixels, top, logits } = options;
  const totals = await score({
    sources: {
      names: options.pictures ?? [],
      list: list === undefined ? undefined : { file: list, isNull: options.null },
      tar,
    },
    shard,
    settings: {
      role: 'score',
      bytes,
      model: createHash('sha256').update(bytes).digest('hex').slice(0, MODEL_DIGITS),
      backend,
      precision,
      background,
      fit,
      maxPixels,
      top,
      logits,
    },
    workers: options.workers,
    output,
    resume: options.resume,
  });
  process.stderr.write(`wjpeg: ${summary(totals)}\n`);
  if (totals.failed + totals.before.failed > 0 && !options.allowErrors) process.exitCode = EXIT_WITH_ERRORS;
}

function fileOf(name: string | undefined): string | undefined {
  return name === STANDARD_INPUT ? undefined : name;
}

async function checkTakesPictures(model: string, bytes: Uint8Array): Promise<void> {
  const { input } = (await openModel(model, bytes)).manifest;
  if (input.kind === 'image') return;
  throw new WjpegError(
    'misuse',
    'INPUT_NOT_A_PICTURE',
    `${model} takes ${input.length} numbers, not pictures (wjpeg compress --input makes it take pictures)`,
  );
}

function summary({ before, scored, failed, seconds }: ScoreTotals): string {
  const resumed = before.lines > 0 ? `${formatCount(before.lines)} were written before; ` : '';
  const errors = failed + before.failed;
  const rate = seconds > 0 ? `, ${formatCount(Math.round(scored / seconds))} per second` : '';
  return (
    `${resumed}scored ${formatCount(scored)} ${scored === 1 ? 'picture' : 'pictures'} in ${formatSeconds(seconds)}${rate}` +
    `${errors > 0 ? `; ${formatCount(errors)} ${errors === 1 ? 'has' : 'have'} an error` : ''}`
  );
}
