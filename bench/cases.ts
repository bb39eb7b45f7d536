import { picturesOrProbes } from '../src/compress/probes.ts';
import { WjpegError } from '../src/errors.ts';
import type { WjzFile } from '../src/format/read.ts';
import type { LabelledPictures } from '../src/image/labelled-pictures.ts';
import { availability } from '../src/runtime/backends/availability.ts';
import type { BackendName } from '../src/runtime/backends/backend.ts';
import { networkOnPath } from '../src/runtime/load-network.ts';
import { Oracle } from '../src/runtime/oracle.ts';
import { PATHS, type Path } from '../src/runtime/path.ts';
import { InferenceSession } from '../src/runtime/session.ts';
import { compareWithOracle } from '../src/runtime/verify.ts';
import type { Timing } from '../src/timing.ts';
import { timeCall } from './time-call.ts';

export interface CaseOptions {
  readonly file: WjzFile;
  readonly dense: Uint8Array | undefined;
  readonly data: LabelledPictures | undefined;
  readonly backends: readonly BackendName[];
  readonly batches: readonly number[];
  readonly quick: boolean;
}

export interface CaseResult {
  readonly path: Path;
  readonly backend: BackendName;
  readonly batch: number;
  /** Of one call, in microseconds. */
  readonly call: Timing;
  /** Median time of one image in microseconds. */
  readonly image: number;
  readonly residentBytes: number;
  /** Greatest relative error of the logits against the exact answer of the same weights; measured before timing. */
  readonly error: number;
}

/** Maximum relative error at which a path is still timed: float32 against float64, both on the weights that the path runs. */
const TOLERANCE = 1e-5;

/** Inputs that are compared before timing. */
const CHECKED = 64;

export async function runCases(
  options: CaseOptions,
): Promise<{ results: CaseResult[]; absent: string[]; inputs: string }> {
  const results: CaseResult[] = [];
  const absent: string[] = [];
  const { file, dense, data } = options;
  const { input } = file.manifest;
  const count = Math.max(CHECKED, ...options.batches);
  // Without pictures what looks like some: on noise alone, rounding to pixels costs more than on any picture.
  const inputs = picturesOrProbes(input, count, data);
  if (!dense) absent.push('path dense: no original weights given, so matrix is the dense baseline');
  const paths = PATHS.filter((path) => path !== 'dense' || dense);
  const checked = inputs.slice(0, CHECKED);
  const answers = new Map(
    await Promise.all(paths.map(async (path) => [path, await exactAnswers(options, path, checked)] as const)),
  );
  for (const backend of options.backends) {
    const state = await availability(backend);
    if (!state.available) {
      absent.push(`backend ${backend}: ${state.reason}`);
      continue;
    }
    for (const path of paths) {
      const exact = answers.get(path) as Float64Array[];
      // Of expanded weights, 8-bit pixels, the report says how far it is from the coefficients.
      const reported = answers.get(path === 'expanded' ? 'coefficient' : path) as Float64Array[];
      const create = (): Promise<InferenceSession> =>
        InferenceSession.fromFile(file, { path, backends: [backend], ...(dense && { dense }) });
      for (const batch of options.batches) {
        // A session of its own for each batch size, so that its memory is that batch size's.
        const session = await create();
        const { max } = await compareWithOracle(session, checked, exact);
        if (!(max <= TOLERANCE)) {
          throw new WjpegError(
            'corrupt',
            'BENCH_DISAGREES',
            `${path} on ${backend}: relative error ${max} before timing, expected at most ${TOLERANCE}: not timed`,
          );
        }
        const error = reported === exact ? max : (await compareWithOracle(session, checked, reported)).max;
        session.dispose();
        results.push(await timeCase(await create(), batch, inputs, error, options.quick));
        process.stderr.write('.');
      }
    }
  }
  return { results, absent, inputs: data ? 'test images (IDX)' : 'seeded strokes, shapes and noise' };
}

async function exactAnswers(
  { file, dense }: CaseOptions,
  path: Path,
  inputs: readonly Float32Array[],
): Promise<Float64Array[]> {
  const oracle = new Oracle(await networkOnPath(file, path, dense ? { dense } : {}));
  return inputs.map((input) => oracle.run(input));
}

async function timeCase(
  session: InferenceSession,
  batch: number,
  inputs: readonly Float32Array[],
  error: number,
  quick: boolean,
): Promise<CaseResult> {
  const values = new Float32Array(batch * session.inFeatures);
  for (let i = 0; i < batch; i++) values.set(inputs[i % inputs.length], i * session.inFeatures);
  const { path, backend } = session;
  const call = await timeCall(`${path} ${backend} ${batch}`, () => session.runBatch(values, batch), quick);
  const { residentBytes } = session;
  session.dispose();
  return { path, backend, batch, call, image: call.median / batch, residentBytes, error };
}
