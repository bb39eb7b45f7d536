import type { Argv } from 'yargs';
import { availability } from '../../engine/backends/availability.ts';
import type { BackendName } from '../../engine/backends/backend.ts';
import { BACKEND_NAMES } from '../../engine/backends/names.ts';
import { loadNetwork } from '../../engine/load-network.ts';
import { Oracle } from '../../engine/oracle.ts';
import { evaluationInputs } from '../../engine/sample-inputs.ts';
import { InferenceSession } from '../../engine/session.ts';
import { type Agreement, compareWithOracle } from '../../engine/verify.ts';
import { naming, WjpegError } from '../../errors.ts';
import { loadIdxPair } from '../../node/mnist.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import type { WjzFile } from '../../wjz/read.ts';
import { formatTable } from '../format.ts';
import { type BackendChoice, checkNumber, checkWhole, jsonOption, readModel } from '../options.ts';
import { startProgress } from '../progress.ts';

interface VerifyArguments {
  model: string;
  data: string | undefined;
  samples: number;
  backend: BackendChoice | 'all';
  tolerance: number;
  json: boolean;
}

interface Verdict extends Agreement {
  readonly path: 'coefficient' | 'matrix';
  readonly backend: BackendName;
}

/** `wjpeg verify model.wjz`. */
export function addVerifyCommand(parser: Argv): Argv {
  return parser.command(
    'verify <model>',
    'Check that all paths agree with the exact answer, and within which error',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A .wjz model' })
        .options({
          data: {
            type: 'string',
            describe: 'Folder of IDX files to take inputs from; seeded noise if left out',
          },
          samples: { type: 'number', default: 64, describe: 'How many inputs' },
          backend: {
            choices: ['all', ...BACKEND_NAMES] as const,
            default: 'all' as const,
            describe: 'Which backend; all: every one that this machine has',
          },
          tolerance: {
            type: 'number',
            default: 1e-5,
            describe: 'Greatest relative error of the coefficient path',
          },
          json: jsonOption,
        })
        .example('wjpeg verify model.wjz', 'every backend, on seeded noise')
        .example(
          'wjpeg verify model.wjz --data data/mnist --samples 10000 --backend reference',
          'all test images',
        )
        .check(({ samples, tolerance }) => {
          checkWhole('samples', samples, 1);
          checkNumber('tolerance', tolerance, { min: 0 });
          return true;
        }),
    run,
  );
}

async function run(options: VerifyArguments): Promise<void> {
  await import('../../gpu.ts');
  const file = await readModel(options.model);
  const data = options.data === undefined ? undefined : await loadIdxPair(options.data, 't10k');
  const inputs = naming(options.data ?? options.model, () =>
    evaluationInputs(file.manifest.input, options.samples, data),
  );
  const oracle = new Oracle(loadNetwork(file, 'coefficient'));
  const progress = startProgress('exact answers', inputs.length);
  const exact = inputs.map((input, index) => {
    progress.advance(index + 1);
    return oracle.run(input);
  });
  progress.stop();

  const verdicts: Verdict[] = [];
  const absent: string[] = [];
  for (const backend of options.backend === 'all' ? BACKEND_NAMES : [options.backend as BackendName]) {
    const state = await availability(backend);
    if (state.available) verdicts.push(...(await verifyBackend(file, backend, inputs, exact)));
    else absent.push(`backend ${backend} is not here: ${state.reason}`);
  }
  if (verdicts.length === 0) throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', absent.join('; '));
  const failed = verdicts.filter(
    ({ path, greatest }) => path === 'coefficient' && !(greatest <= options.tolerance),
  );
  const { model, tolerance } = options;
  process.stdout.write(
    options.json
      ? `${visibleJson({ model, inputs: inputs.length, tolerance, verdicts, absent, passed: failed.length === 0 }, 2)}\n`
      : print(verdicts, absent, inputs.length),
  );
  if (failed.length > 0) {
    const worst = failed.map(({ backend, greatest }) => `${backend} ${greatest}`).join(', ');
    throw new WjpegError('corrupt', 'VERIFY_FAILED', `${model}: relative error above ${tolerance}: ${worst}`);
  }
}

async function verifyBackend(
  file: WjzFile,
  backend: BackendName,
  inputs: readonly Float32Array[],
  exact: readonly Float64Array[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const path of ['coefficient', 'matrix'] as const) {
    const session = await InferenceSession.fromFile(file, { path, backends: [backend] });
    const progress = startProgress(`${path} on ${backend}`, inputs.length);
    try {
      const agreement = await compareWithOracle(session, inputs, exact, (done) => progress.advance(done));
      verdicts.push({ path, backend: session.backend, ...agreement });
    } finally {
      progress.stop();
      session.dispose();
    }
  }
  return verdicts;
}

function print(verdicts: readonly Verdict[], absent: readonly string[], inputs: number): string {
  const rows = [['path', 'backend', 'greatest error', 'mean error', 'same answer']];
  for (const { path, backend, greatest, mean, sameAnswer } of verdicts) {
    rows.push([path, backend, greatest.toExponential(1), mean.toExponential(1), `${sameAnswer}/${inputs}`]);
  }
  const note =
    'Errors are relative to the greatest logit of the exact answer: float64, by the unrounded inverse DCT.\n' +
    'The matrix path decodes pixels, which rounds every weight to a whole grey level: its error is that rounding.\n';
  return `${formatTable(rows)}\n\n${absent.map((line) => `${visibleText(line)}\n`).join('')}${note}`;
}
