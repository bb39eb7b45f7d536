import type { Argv } from 'yargs';
import type { ExecutorOptions } from '../../engine/backends/backend.ts';
import { PATHS, type Path } from '../../engine/path.ts';
import { InferenceSession } from '../../engine/session.ts';
import { namingAsync, WjpegError } from '../../errors.ts';
import type { GroundOption } from '../../input/ground.ts';
import { readFileBytes, readStandardInput } from '../../node/files.ts';
import { visibleJson } from '../../visible-text.ts';
import type { WjzFile } from '../../wjz/read.ts';
import { EMBEDDED_MODEL, EMBEDDED_PICTURE } from '../embedded.ts';
import { type Answer, type Cost, type InferOutput, printInference } from '../infer-output.ts';
import { medianMicroseconds } from '../measure.ts';
import {
  type BackendChoice,
  backendOption,
  checkWhole,
  denseOption,
  executorOptions,
  groundOption,
  jsonOption,
  MAX_MODEL_BYTES,
  MAX_PICTURE_BYTES,
  memoryOption,
  precisionOption,
  preference,
  readModel,
  threadsOption,
} from '../options.ts';
import { STANDARD_INPUT } from '../parse.ts';

export interface InferArguments extends ExecutorOptions {
  model: string | undefined;
  pictures: string[] | undefined;
  path: Path;
  backend: BackendChoice;
  dense: string | undefined;
  top: number;
  ground: GroundOption;
  repeats: number;
  baseline: boolean;
  json: boolean;
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
    'Say what a model sees in pictures, beside the dense baseline',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', describe: 'A .wjz model; the embedded one if left out' })
        .positional('pictures', {
          type: 'string',
          array: true,
          describe: 'PNG or JPEG files; - is standard input',
        })
        .options({
          path: { choices: PATHS, default: 'coefficient' as const, describe: 'How the weights are held' },
          backend: backendOption,
          precision: precisionOption,
          memory: memoryOption,
          threads: threadsOption,
          dense: {
            ...denseOption,
            describe: 'The original weights (safetensors), to compare with; else matrix form',
          },
          top: { type: 'number', default: 3, describe: 'How many labels to print' },
          ground: groundOption,
          repeats: { type: 'number', default: 101, describe: 'Timed samples; the median is printed' },
          baseline: {
            type: 'boolean',
            default: true,
            describe: 'Time the network and its dense baseline; --no-baseline only answers',
          },
          json: jsonOption,
        })
        .example('wjpeg-infer', 'the embedded model on an embedded picture')
        .example('wjpeg-infer model.wjz seven.png', 'one picture')
        .example('wjpeg-infer model.wjz a.png b.jpg --top 1', 'several pictures')
        .example('cat seven.jpg | wjpeg-infer model.wjz -', 'a picture from standard input')
        .example('wjpeg-infer model.wjz seven.png --dense model.safetensors', 'beside the original weights')
        .check(({ top, repeats }) => {
          checkWhole('top', top, 1);
          checkWhole('repeats', repeats, 1, 1e6);
          return true;
        }),
    infer,
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
  const pictures: Picture[] = [];
  for (const path of names) pictures.push({ file: path, bytes: await readPicture(path) });

  // The cost is that of the first picture, before others make the session build more than that one needs.
  const session = await openSession(model, options.path, options);
  const first = await answer(session, pictures[0], options);
  const costs = options.baseline ? [await cost(session, pictures[0], options)] : [];
  const answers: Answer[] = [first];
  for (const picture of pictures.slice(1)) answers.push(await answer(session, picture, options));
  session.dispose();

  const baseline = options.dense === undefined ? 'matrix' : 'dense';
  if (options.baseline && baseline !== options.path) {
    const other = await openSession(model, baseline, options);
    costs.push(await cost(other, pictures[0], options));
    other.dispose();
  }
  const output: InferOutput = {
    embedded,
    model: name,
    answers,
    path: session.path,
    backend: session.backend,
    costs,
    labels: session.labels,
    top: options.top,
  };
  process.stdout.write(options.json ? `${visibleJson(jsonOf(output), 2)}\n` : printInference(output));
}

async function readPicture(name: string): Promise<Uint8Array> {
  return name === STANDARD_INPUT
    ? readStandardInput(MAX_PICTURE_BYTES)
    : readFileBytes(name, MAX_PICTURE_BYTES);
}

async function openSession(model: Model, path: Path, options: InferArguments): Promise<InferenceSession> {
  const { file } = model;
  const backends = await preference(options.backend);
  const how = executorOptions(options);
  if (path !== 'dense' || options.dense === undefined) {
    return namingAsync(model.name, () => InferenceSession.fromFile(file, { path, backends, ...how }));
  }
  const dense = await readFileBytes(options.dense, MAX_MODEL_BYTES);
  return namingAsync(options.dense, () => InferenceSession.fromFile(file, { path, dense, backends, ...how }));
}

async function answer(session: InferenceSession, picture: Picture, options: InferArguments): Promise<Answer> {
  const result = await namingAsync(picture.file, () =>
    session.run(picture.bytes, { ground: options.ground }),
  );
  return { file: picture.file, result };
}

/** Time of one inference, from prepared input to logits, and memory of one path. */
async function cost(session: InferenceSession, picture: Picture, options: InferArguments): Promise<Cost> {
  const prepared = await session.prepare(picture.bytes, { ground: options.ground });
  const microseconds = await medianMicroseconds(() => session.runPrepared(prepared), {
    repeats: options.repeats,
  });
  const { path, backend, residentBytes } = session;
  return { path, backend, residentBytes, microseconds };
}

/** The same content as the printed text, for programs. */
function jsonOf({ embedded, model, answers, path, backend, costs, labels }: InferOutput): object {
  return {
    model,
    embedded,
    path,
    backend,
    pictures: answers.map(({ file, result }) => ({
      file,
      label: result.label,
      probability: result.probabilities[result.index],
      probabilities: Object.fromEntries(labels.map((label, index) => [label, result.probabilities[index]])),
      logits: [...result.logits],
      picture: result.picture,
    })),
    paths: costs,
  };
}
