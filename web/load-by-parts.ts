import type { LoadProgress } from '../src/runtime/parts/loading.ts';
import { InferenceSession } from '../src/runtime/session.ts';
import { FirstLayer } from './first-layer.ts';
import { type Model, request } from './models.ts';
import { slowed } from './slow-link.ts';

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
      firstLayer: new FirstLayer(file, 'coefficient'),
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
