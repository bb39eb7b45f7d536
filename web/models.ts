import { joinBytes } from '../src/bytes.ts';
import { WjpegError } from '../src/errors.ts';
import type { WjzFile } from '../src/format/reading.ts';
import type { Path } from '../src/runtime/path.ts';
import { InferenceSession } from '../src/runtime/session.ts';
import { FirstLayer } from './first-layer.ts';

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
  /** Of a chain of linear layers. */
  readonly firstLayer?: FirstLayer;
}

export function disposeModel(model: Model): void {
  model.session.dispose();
  model.firstLayer?.dispose();
}

/** Fetches a file; `onProgress` gets the bytes that are there, of so many. */
export async function download(
  address: string,
  signal?: AbortSignal,
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
  // Without options nothing has to be loaded that checks them.
  const session = await (path === 'coefficient' && !dense
    ? InferenceSession.create(bytes)
    : InferenceSession.create(bytes, { path, ...(dense && { dense }) }));
  const { file } = session;
  const firstLayer = file.manifest.outputs ? {} : { firstLayer: new FirstLayer(file, path, dense) };
  return { session, file, bytes: dense?.length ?? bytes.length, complete: true, local, ...firstLayer };
}

export async function request(address: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, signal ? { signal } : {});
  } catch (cause) {
    throw new WjpegError('unavailable', 'FETCH_FAILED', `${address}: could not be fetched`, { cause });
  }
  if (response.ok) return response;
  throw new WjpegError('unavailable', 'FETCH_FAILED', `${address}: the server answered ${response.status}`);
}
