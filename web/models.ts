import { joinBytes } from '../src/bytes.ts';
import { WjpegError } from '../src/errors.ts';
import type { WjzFile } from '../src/format/reading.ts';
import type { PreparedInput } from '../src/image/prepare-picture.ts';
import { EXECUTOR_DEFAULTS, type Executor } from '../src/runtime/backends/backend.ts';
import { preferredBackend } from '../src/runtime/backends/choose.ts';
import { networkOnPath } from '../src/runtime/load-network.ts';
import type { LoadProgress } from '../src/runtime/parts/loading.ts';
import type { Path } from '../src/runtime/path.ts';
import { InferenceSession } from '../src/runtime/session.ts';
import { samplerOf, timeInTurn } from '../src/timing.ts';
import { slowed } from './slow-link.ts';

/** A stop of the slider, as models.json lists it. */
export interface Listed {
  readonly file: string;
  readonly net: string;
  readonly how: string;
  /** Test error in percent, measured beforehand (data/frontier/README.md). */
  readonly error: number;
  readonly bytes: number;
}

/** A model that answers. */
export interface Model {
  readonly session: InferenceSession;
  /** What has arrived of its file. */
  readonly file: WjzFile;
  /** Bytes that have come. */
  readonly bytes: number;
  /** Whether that is all of the file. */
  readonly complete: boolean;
  /** Whether they came from the visitor's disk. */
  readonly local: boolean;
  /** The first layer alone, for its neurons; of a chain of linear layers. */
  readonly firstLayer?: Executor;
}

export function disposeModel(model: Model): void {
  model.session.dispose();
  model.firstLayer?.dispose();
}

export async function listModels(): Promise<readonly Listed[]> {
  return (await request('models.json')).json();
}

/** Fetches a file; `onProgress` gets the bytes that are there, of so many. */
export async function download(
  address: string,
  signal: AbortSignal,
  onProgress: (received: number, total: number) => void = () => {},
): Promise<Uint8Array> {
  const response = await request(address, signal);
  const total = Number(response.headers.get('content-length'));
  const parts: Uint8Array[] = [];
  let received = 0;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    received += part.value.length;
    onProgress(received, total);
  }
  return joinBytes(parts);
}

/** Makes a model of the bytes of a `.wjz`, or of a JPEG that is one. `dense`: the original weights, for the `dense` path. */
export async function openModel(
  bytes: Uint8Array,
  { path = 'coefficient', dense, local = false }: { path?: Path; dense?: Uint8Array; local?: boolean } = {},
): Promise<Model> {
  const source = dense ? { dense } : {};
  const session = await InferenceSession.create(bytes, { path, ...source });
  const { file } = session;
  const firstLayer = file.manifest.outputs ? {} : { firstLayer: await firstLayerOf(file, path, source) };
  return { session, file, bytes: dense?.length ?? bytes.length, complete: true, local, ...firstLayer };
}

/**
 * Loads a model by parts over the slow link: `onModel` gets it as soon as it answers, and again whenever it has got
 * better. The session is the same one all along.
 */
export async function loadByParts(
  address: string,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
  onModel: (model: Model) => void,
): Promise<void> {
  const response = await request(address, signal);
  const total = Number(response.headers.get('content-length')) || undefined;
  let session: InferenceSession | undefined;
  let shown: LoadProgress | undefined;
  let busy: Promise<void> = Promise.resolve();
  const show = async (progress: LoadProgress): Promise<void> => {
    if (signal.aborted || session === undefined) return;
    if (progress.scans <= (shown?.scans ?? 0) && progress.complete === (shown?.complete ?? false)) return;
    shown = progress;
    const { file } = session;
    onModel({
      session,
      file,
      bytes: progress.received,
      complete: progress.complete,
      local: false,
      firstLayer: await firstLayerOf(file, 'coefficient', {}),
    });
  };
  const report = (progress: LoadProgress): void => {
    onProgress({ ...progress, total });
    busy = busy.then(() => show(progress));
    // What it fails with is told at the end; until then it must not count as unhandled.
    busy.catch(() => {});
  };
  const source = slowed(response.body as ReadableStream<Uint8Array>);
  session = await InferenceSession.create(source, { progressive: true, onProgress: report });
  if (session.progress) report(session.progress);
  await session.complete;
  await busy;
}

/** The first layer alone: a network cut after it. */
async function firstLayerOf(file: WjzFile, path: Path, source: { dense?: Uint8Array }): Promise<Executor> {
  const [first] = (await networkOnPath(file, path, source)).nodes;
  return (await preferredBackend('auto')).backend.create({ nodes: [first] }, EXECUTOR_DEFAULTS);
}

/** What the neurons of the first layer of a chain say to an input. */
export async function activations(
  { firstLayer }: Model,
  input: PreparedInput,
): Promise<Float32Array | undefined> {
  return input.kind === 'coefficients'
    ? firstLayer?.run(input.coefficients, 1, 'coefficients')
    : firstLayer?.run(input.values, 1, 'values');
}

/** Samples are long: clocks of browsers are coarse. Between them the page gets its turn. */
const PLAN = {
  rounds: 5,
  sampleMilliseconds: 8,
  warmUpMilliseconds: 8,
  pause: (): Promise<void> => new Promise((resolve) => setTimeout(resolve)),
} as const;

/** Microseconds an inference takes here, from the prepared input to the outputs. */
export async function timeInference(session: InferenceSession, input: PreparedInput): Promise<number> {
  const [{ median }] = await timeInTurn([samplerOf(() => session.runPrepared(input))], PLAN);
  return median;
}

async function request(address: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, signal ? { signal } : {});
  } catch (cause) {
    throw new WjpegError('unavailable', 'FETCH_FAILED', `${address}: could not be fetched`, { cause });
  }
  if (response.ok) return response;
  throw new WjpegError('unavailable', 'FETCH_FAILED', `${address}: the server answered ${response.status}`);
}
