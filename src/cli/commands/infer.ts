import type { Argv } from 'yargs';
import { namingAsync, WjpegError } from '../../errors.ts';
import type { Fit } from '../../format/manifest.ts';
import type { WjzFile } from '../../format/read.ts';
import type { BackgroundOption } from '../../image/background.ts';
import { EMBEDDED_MODEL, EMBEDDED_PICTURE } from '../../node/embedded.ts';
import { readFileBytes, readStandardInput } from '../../node/files.ts';
import type { ExecutorOptions } from '../../runtime/backends/backend.ts';
import type { DenseSource } from '../../runtime/load-network.ts';
import type { RunOptions, SessionOptions } from '../../runtime/options.ts';
import { PATHS, type Path } from '../../runtime/path.ts';
import { InferenceSession } from '../../runtime/session.ts';
import { checkNumber, checkWhole } from '../../terminal/option-values.ts';
import { reportError } from '../../terminal/program.ts';
import { visibleText } from '../../visible-text.ts';
import { type Answer, type Cost, chooseLayout, type InferContext, shownName } from '../infer-output.ts';
import { LeftOut } from '../left-out.ts';
import { medianMicroseconds } from '../measure.ts';
import { denseArchitectureOption, readDenseSource } from '../network-options.ts';
import { readModel } from '../open-model.ts';
import {
  type BackendChoice,
  backendOption,
  backgroundOption,
  checkDensePath,
  denseOption,
  describePath,
  executorOptions,
  fitOption,
  inOptions,
  jsonOption,
  MAX_PICTURE_BYTES,
  MAX_THREADS,
  maxPixelsOption,
  memoryOption,
  precisionOption,
  preference,
  threadsOption,
} from '../options.ts';
import { STANDARD_INPUT } from '../parse.ts';
import { listPictures } from '../picture-list.ts';

export interface InferArguments extends ExecutorOptions {
  model: string | undefined;
  pictures: string[] | undefined;
  path: Path;
  backend: BackendChoice;
  dense: string | undefined;
  architecture: string | undefined;
  top: number;
  background: BackgroundOption;
  fit: Fit | undefined;
  minProbability: number;
  maxPixels: number;
  repeats: number;
  baseline: boolean;
  json: boolean;
  csv: boolean;
  /** Which program runs, for messages. */
  program: string;
}

interface Model {
  readonly name: string;
  readonly file: WjzFile;
}

interface Picture {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** `wjpeg-infer [model.wjz] [pictures…]`, also `wjpeg infer`. */
export function addInferCommand(parser: Argv, command = 'infer [model] [pictures..]'): Argv {
  return parser.command(
    command,
    'Classify images, and compare memory and time with the dense baseline',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', describe: 'A model, .wjz or .jpg; default: the built-in one' })
        .positional('pictures', {
          type: 'string',
          array: true,
          describe: 'PNG or JPEG files, folders of them, or quoted patterns; - is standard input',
        })
        .options({
          path: { choices: PATHS, default: 'coefficient' as const, describe: 'How the weights are held' },
          backend: backendOption,
          precision: precisionOption,
          memory: memoryOption,
          threads: threadsOption,
          dense: {
            ...denseOption,
            describe: `${denseOption.describe}, to compare with; else the expanded JPEGs`,
          },
          architecture: denseArchitectureOption,
          top: { type: 'number', default: 3, describe: 'How many labels to print' },
          background: backgroundOption,
          fit: fitOption('as the model says'),
          'min-probability': {
            type: 'number',
            default: 0,
            describe: 'Answers with a lower probability are marked as not confident, 0 to 1',
          },
          'max-pixels': maxPixelsOption,
          repeats: { type: 'number', default: 101, describe: 'Timed samples; the median is printed' },
          baseline: {
            type: 'boolean',
            default: true,
            describe: 'Time the network and its dense baseline; --no-baseline skips this',
          },
          json: { ...jsonOption, describe: 'Print one JSON object per picture and line (NDJSON)' },
          csv: { type: 'boolean', default: false, describe: 'Print CSV with a header' },
        })
        .example('wjpeg-infer', 'the embedded model on an embedded picture')
        .example('wjpeg-infer model.wjz seven.png', 'one picture')
        .example('wjpeg-infer model.wjz a.png b.jpg --top 1', 'several pictures')
        .example('wjpeg-infer model.wjz photos --csv', 'every PNG and JPEG of a folder, as CSV')
        .example('cat seven.jpg | wjpeg-infer model.wjz -', 'a picture from standard input')
        .example('wjpeg-infer model.wjz seven.png --dense model.safetensors', 'beside the original weights')
        .example(
          'wjpeg-infer model.wjz photo.jpg --min-probability 0.9',
          'mark answers below 90% as not confident',
        )
        .check(({ top, repeats, threads, json, csv, path, dense, ...options }) => {
          const { 'min-probability': minProbability, 'max-pixels': maxPixels } = options;
          checkWhole('threads', threads, 1, MAX_THREADS);
          checkWhole('top', top, 1);
          checkWhole('repeats', repeats, 1, 1e6);
          checkNumber('min-probability', minProbability, { min: 0, max: 1 });
          checkWhole('max-pixels', maxPixels, 1);
          checkDensePath(path, dense);
          if (json && csv) throw new Error('--json and --csv exclude each other');
          return true;
        }),
    (options) =>
      infer({
        ...(options as unknown as InferArguments),
        program: command.startsWith('$0') ? 'wjpeg-infer' : 'wjpeg',
      }),
  );
}

async function infer(options: InferArguments): Promise<void> {
  const embedded = options.model === undefined;
  const name = options.model ?? EMBEDDED_MODEL;
  const names = embedded ? [EMBEDDED_PICTURE] : (options.pictures ?? []);
  const model = { name, file: await readModel(name) };
  if (names.length === 0) {
    throw new WjpegError(
      'misuse',
      'NO_PICTURE',
      `${name}: no picture given, expected at least one PNG or JPEG`,
    );
  }
  const leftOut = new LeftOut();
  const pictures = await listPictures(names, leftOut);
  leftOut.say(options.program);
  const dense = await readDenseSource(options);
  const session = await openSession(model, options.path, options, dense);
  // What is wrong with the original is said before anything is answered.
  if (options.dense !== undefined && options.path !== 'dense')
    (await openSession(model, 'dense', options, dense)).dispose();
  const { path, backend, labels, input } = session;
  const context: InferContext = {
    embedded,
    model: name,
    path,
    backend,
    labels,
    inColour: input.kind === 'image' && input.channels === 3,
    inBytes: isInBytes(session),
    top: options.top,
    minProbability: options.minProbability,
  };
  const layout = chooseLayout(
    options,
    context,
    pictures.map(({ file }) => file),
  );
  let failed = 0;
  // The picture that costs are measured with: the first that could be read.
  let timed: Picture | undefined;
  const costs: Cost[] = [];
  write(layout.head());
  // One picture at a time, printed at once: memory does not grow with their number.
  for (const { file, error: missing } of pictures) {
    try {
      if (missing) throw missing;
      const picture = { file, bytes: await readPicture(file) };
      const given = await answer(session, picture, options);
      if (timed === undefined) {
        timed = picture;
        // Measured before other pictures make the session build more than this one needs.
        if (options.baseline && layout.costs) costs.push(await cost(session, picture, options));
      }
      write(layout.answer(given));
      if (!layout.warnings) reportWarnings(options.program, given);
    } catch (error) {
      if (!(error instanceof WjpegError)) throw error;
      failed++;
      const refusal = inOptions(error);
      write(layout.failure(file, refusal));
      reportError(options.program, namedPicture(file, refusal));
    }
  }
  session.dispose();

  const baseline = options.dense === undefined ? 'expanded' : 'dense';
  if (timed && costs.length > 0 && baseline !== options.path) {
    const other = await openSession(model, baseline, options, dense);
    costs.push(await cost(other, timed, options));
    other.dispose();
  }
  if (timed) write(layout.tail(costs));
  if (failed === 0) return;
  process.exitCode = 1;
  if (pictures.length > 1)
    process.stderr.write(`${options.program}: ${failed} of ${pictures.length} pictures failed\n`);
}

function write(text: string): void {
  if (text !== '') process.stdout.write(text);
}

function reportWarnings(program: string, { file, result }: Answer): void {
  for (const warning of result.picture?.warnings ?? []) {
    process.stderr.write(`${program}: ${visibleText(shownName(file))}: warning: ${visibleText(warning)}\n`);
  }
}

/** The message as it is if it names the picture already. */
function namedPicture(file: string, error: WjpegError): WjpegError {
  const shown = visibleText(shownName(file));
  return error.message.includes(shown)
    ? error
    : new WjpegError(error.kind, error.code, `${shown}: ${error.message}`);
}

async function readPicture(name: string): Promise<Uint8Array> {
  return name === STANDARD_INPUT
    ? readStandardInput(MAX_PICTURE_BYTES)
    : readFileBytes(name, MAX_PICTURE_BYTES);
}

async function openSession(
  model: Model,
  path: Path,
  options: InferArguments,
  dense: DenseSource,
): Promise<InferenceSession> {
  const { file } = model;
  const backends = await preference(options.backend);
  const pictureLimits = { maxPixels: options.maxPixels };
  const how: SessionOptions = { path, backends, pictureLimits, ...executorOptions(options) };
  if (path !== 'dense' || options.dense === undefined) {
    return namingAsync(model.name, () => InferenceSession.fromFile(file, how));
  }
  return namingAsync(options.dense, () => InferenceSession.fromFile(file, { ...how, ...dense }));
}

function isInBytes({ resident }: InferenceSession): boolean {
  const [first] = resident.nodes;
  return first?.weights === 'dense' && first.precision === 'int8';
}

async function answer(session: InferenceSession, picture: Picture, options: InferArguments): Promise<Answer> {
  const result = await namingAsync(shownName(picture.file), () =>
    session.infer(picture.bytes, runOptions(options)),
  );
  return { file: picture.file, result };
}

function runOptions({ background, fit, minProbability }: InferArguments): RunOptions {
  return { background, minProbability, ...(fit && { fit }) };
}

/** Time of one inference, from prepared input to logits, and memory of one path. */
async function cost(session: InferenceSession, picture: Picture, options: InferArguments): Promise<Cost> {
  const prepared = await session.prepare(picture.bytes, runOptions(options));
  const [microseconds] = await medianMicroseconds([() => session.runPrepared(prepared)], options);
  const { path, backend, residentBytes } = session;
  return { path, described: describePath(path, options), backend, residentBytes, microseconds };
}
