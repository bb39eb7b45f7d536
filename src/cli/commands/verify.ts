import type { Argv } from 'yargs';
import { picturesOrProbes } from '../../compress/probes.ts';
import { naming, namingAsync, WjpegError } from '../../errors.ts';
import { type InputSpec, inputLength } from '../../format/manifest.ts';
import type { WjzFile } from '../../format/read.ts';
import type { SkippedFile } from '../../node/picture-folder/skipped.ts';
import { argmax } from '../../runtime/answer.ts';
import { availability } from '../../runtime/backends/availability.ts';
import type { BackendName } from '../../runtime/backends/backend.ts';
import { BACKEND_NAMES } from '../../runtime/backends/names.ts';
import {
  comparedSession,
  type ExactNetwork,
  exactNetwork,
  type Transform,
} from '../../runtime/exact-network.ts';
import type { DenseSource } from '../../runtime/load-network.ts';
import { type BoundedLogits, relativeError } from '../../runtime/oracle.ts';
import type { Path } from '../../runtime/path.ts';
import { InferenceSession } from '../../runtime/session.ts';
import {
  type Agreement,
  compareWithOracle,
  type Verification,
  verifyAgainstOracle,
} from '../../runtime/verify.ts';
import { checkNumber, checkWhole } from '../../terminal/option-values.ts';
import { withProgress } from '../../terminal/progress.ts';
import { formatTable } from '../../text/table.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import { denseArchitectureOption, readDenseSource } from '../network-options.ts';
import { readModel } from '../open-model.ts';
import { type BackendChoice, denseOption, jsonOption } from '../options.ts';
import { loadTestData, TEST_DATA } from '../picture-data.ts';

interface VerifyArguments {
  model: string;
  data: string | undefined;
  samples: number | undefined;
  backend: BackendChoice | 'all';
  dense: string | undefined;
  architecture: string | undefined;
  tolerance: number | undefined;
  json: boolean;
}

/** `worst` and `passed` not on the expanded path: its error is that of rounding its pixels. */
interface Verdict extends Agreement, Partial<Pick<Verification, 'worst' | 'passed'>> {
  readonly path: Path;
  readonly backend: BackendName;
}

/** Exact logits of each input; tolerances per logit, or one relative error. */
interface Expected {
  readonly source: DenseSource;
  readonly transform: Transform | undefined;
  readonly exact: readonly Float64Array[];
  readonly tolerances: readonly Float64Array[] | number;
}

/** Numbers of all inputs together: 1 GiB as float32. */
const MAX_VALUES = 2 ** 28;
/** Inputs where no number is named, and the fewest of a network that takes many multiplications: the exact answers are slow. */
const SAMPLES = 64;
const MIN_SAMPLES = 4;
/** Multiplications of all inputs: a minute or two with the simulated rounding errors. */
const MAX_WORK = 5e7;

/** `wjpeg verify model.wjz`. */
export function addVerifyCommand(parser: Argv): Argv {
  return parser.command(
    'verify <model>',
    'Compare every path and backend with the exact (float64) outputs',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A model, .wjz or .jpg' })
        .options({
          data: {
            type: 'string',
            describe: `${TEST_DATA}, to take inputs from; seeded strokes, shapes and noise if left out`,
          },
          samples: {
            type: 'number',
            describe: 'How many inputs; 64, fewer for large convolutional networks',
          },
          backend: {
            choices: ['all', ...BACKEND_NAMES] as const,
            default: 'all' as const,
            describe: 'Backend; all: every available one',
          },
          dense: {
            ...denseOption,
            describe: `${denseOption.describe}: its path is verified too, and the stored network compared with it`,
          },
          architecture: denseArchitectureOption,
          tolerance: {
            type: 'number',
            describe:
              'Maximum relative error of the coefficient path; default: what rounding to float32 explains, ' +
              'computed for each output of each input',
          },
          json: jsonOption,
        })
        .example('wjpeg verify model.wjz', 'every backend, on seeded inputs')
        .example(
          'wjpeg verify model.wjz --data data/mnist --samples 10000 --backend reference',
          'all test images',
        )
        .check(({ samples, tolerance }) => {
          if (samples !== undefined) checkWhole('samples', samples, 1);
          checkNumber('tolerance', tolerance, { min: 0 });
          return true;
        }),
    run,
  );
}

async function run(options: VerifyArguments): Promise<void> {
  await import('../../gpu.ts');
  const file = await readModel(options.model);
  if (options.samples !== undefined) checkSamples(options.samples, file.manifest.input);
  const source = await readDenseSource(options);
  const { absent, available } = await tellBackends(options.backend);
  const skipped: SkippedFile[] = [];
  const data =
    options.data === undefined ? undefined : await loadTestData(options.data, file.manifest, skipped);
  const stored = await exactNetwork(file, 'coefficient', {});
  const { work } = stored;
  const samples = options.samples ?? Math.max(MIN_SAMPLES, Math.min(SAMPLES, Math.floor(MAX_WORK / work)));
  const inputs = naming(options.data ?? options.model, () =>
    picturesOrProbes(file.manifest.input, samples, data),
  );
  const { answers, ...expected } = await exactAnswers(stored, inputs, {}, options.tolerance);
  const dense =
    source.dense &&
    (await exactAnswers(
      await namingAsync(options.dense as string, () => exactNetwork(file, 'dense', source)),
      inputs,
      source,
      options.tolerance,
    ));
  const loss = dense && lossOf(expected.exact, dense.exact);
  const silent = silentNeurons(answers);
  const verdicts: Verdict[] = [];
  for (const backend of available) {
    for (const path of ['coefficient', 'expanded'] as const)
      verdicts.push(await verifyPath(file, path, backend, inputs, expected));
    if (dense) verdicts.push(await verifyPath(file, 'dense', backend, inputs, dense));
  }
  const failed = verdicts.filter(({ passed }) => passed === false);
  const { model } = options;
  process.stdout.write(
    options.json
      ? `${visibleJson({ model, inputs: inputs.length, tolerance: options.tolerance ?? 'float32', verdicts, absent, silent, skipped, ...(loss && { original: loss }), passed: failed.length === 0 }, 2)}\n`
      : print(verdicts, absent, inputs.length, silent, options.tolerance, loss),
  );
  if (failed.length > 0) {
    const worst = failed.map(({ backend, worst }) => `${backend} ${describeWorst(worst)}`).join(', ');
    throw new WjpegError(
      'corrupt',
      'VERIFY_FAILED',
      `${model}: relative error above the tolerance: ${worst}`,
    );
  }
}

/** Which backends are verified, and why others are not. */
async function tellBackends(
  wanted: VerifyArguments['backend'],
): Promise<{ available: BackendName[]; absent: string[] }> {
  const available: BackendName[] = [];
  const absent: string[] = [];
  for (const backend of wanted === 'all' ? BACKEND_NAMES : [wanted as BackendName]) {
    const state = await availability(backend);
    if (state.available) available.push(backend);
    else absent.push(`backend ${backend} is unavailable: ${state.reason}`);
  }
  if (available.length > 0) return { available, absent };
  throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', absent.join('; '));
}

/** Refuses more inputs than memory should hold. */
function checkSamples(samples: number, input: InputSpec): void {
  const most = Math.floor(MAX_VALUES / inputLength(input));
  if (samples <= most) return;
  throw new WjpegError(
    'misuse',
    'OPTION_VALUE',
    `--samples is ${samples}, expected at most ${most} inputs of ${inputLength(input)} numbers`,
  );
}

/** The exact answers to inputs, and what is expected of sessions. */
async function exactAnswers(
  { oracle, transform }: ExactNetwork,
  inputs: readonly Float32Array[],
  source: DenseSource,
  tolerance: number | undefined,
): Promise<Expected & { readonly answers: readonly BoundedLogits[] }> {
  const answers = await withProgress('exact answers', inputs.length, (advance) =>
    inputs.map((input, index) => {
      advance(index + 1);
      return oracle.runBounded(input);
    }),
  );
  return {
    source,
    transform,
    exact: answers.map(({ logits }) => logits),
    tolerances: tolerance ?? answers.map(({ tolerances }) => tolerances),
    answers,
  };
}

/** How far the stored network is from the original, both computed exactly. */
type Loss = Pick<Agreement, 'max' | 'mean' | 'sameAnswer'>;

function lossOf(stored: readonly Float64Array[], original: readonly Float64Array[]): Loss {
  const errors = stored.map((logits, input) => relativeError(logits, original[input]));
  const isSame = (logits: Float64Array, input: number): boolean => argmax(logits) === argmax(original[input]);
  return {
    max: errors.reduce((max, error) => Math.max(max, error), 0),
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    sameAnswer: stored.filter(isSame).length,
  };
}

async function verifyPath(
  file: WjzFile,
  path: Path,
  backend: BackendName,
  inputs: readonly Float32Array[],
  { source, transform, exact, tolerances }: Expected,
): Promise<Verdict> {
  const session = await InferenceSession.fromFile(file, { path, backends: [backend], ...source });
  try {
    const agreement = await withProgress(`${path} on ${backend}`, inputs.length, (advance) =>
      path === 'expanded'
        ? compareWithOracle(session, inputs, exact, advance)
        : verifyAgainstOracle(comparedSession(session, transform), inputs, exact, tolerances, advance),
    );
    return { path, backend: session.backend, ...agreement };
  } finally {
    session.dispose();
  }
}

/** Hidden neurons that no input activates. */
interface SilentNeurons {
  readonly silent: number;
  readonly neurons: number;
}

function silentNeurons(answers: readonly BoundedLogits[]): SilentNeurons {
  const layers = answers[0].active.map((_, layer) =>
    Array.from(answers[0].active[layer], (_, neuron) => answers.some(({ active }) => active[layer][neuron])),
  );
  const neurons = layers.flat();
  return { silent: neurons.filter((isActive) => !isActive).length, neurons: neurons.length };
}

function print(
  verdicts: readonly Verdict[],
  absent: readonly string[],
  inputs: number,
  { silent, neurons }: SilentNeurons,
  tolerance: number | undefined,
  loss: Loss | undefined,
): string {
  const rows = [
    ['path', 'backend', 'max error', 'mean error', 'same answer', 'closest to its tolerance', 'verdict'],
  ];
  for (const { path, backend, max, mean, sameAnswer, worst, passed } of verdicts) {
    rows.push([
      path,
      backend,
      max.toExponential(1),
      mean.toExponential(1),
      `${sameAnswer}/${inputs}`,
      worst ? describeWorst(worst) : '',
      passed === undefined ? '' : passed ? 'passed' : 'failed',
    ]);
  }
  const original =
    loss === undefined
      ? ''
      : `The stored network against the original, both computed exactly: max error ${loss.max.toExponential(1)}, mean ` +
        `${loss.mean.toExponential(1)}, same answer ${loss.sameAnswer}/${inputs}.\n`;
  const note =
    'Errors are relative to the largest logit of the exact answer: float64, by the unrounded inverse DCT. ' +
    'Inputs run in batches and alone.\n' +
    `${tolerance === undefined ? TOLERANCE_NOTE : `Tolerance: ${tolerance}, as given.`}\n` +
    'The expanded path decodes pixels, which rounds every weight to a whole grey level: its error is that rounding.\n' +
    (silent === 0
      ? ''
      : `${silent} of ${neurons} hidden neurons are never active on these inputs: errors in their weights would go undetected. ` +
        'More inputs: --samples, --data.\n');
  return `${formatTable(rows)}\n\n${absent.map((line) => `${visibleText(line)}\n`).join('')}${original}${note}`;
}

const TOLERANCE_NOTE =
  'Tolerance: 8 standard deviations of the float32 rounding errors of all layers, for each output of each input.';

function describeWorst(worst: Verification['worst'] | undefined): string {
  if (!worst) return '';
  return `${worst.error.toExponential(1)} of ${worst.tolerance.toExponential(1)} (${worst.form})`;
}
