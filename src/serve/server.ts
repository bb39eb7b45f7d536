import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { WjpegError } from '../errors.ts';
import { WorkerPool } from '../node/workers/pool.ts';
import type { ExecutorOptions } from '../runtime/backends/backend.ts';
import type { BackendPreference } from '../runtime/backends/choose.ts';
import { type AnsweredRequest, serverApp } from './app.ts';
import { Batcher, type BatchLimits } from './batcher.ts';
import { BodyReader } from './body.ts';
import { Metrics } from './metrics.ts';
import { describeModel, type ModelFile, Models } from './models.ts';
import type { BatchJob, BatchResult, ServeSettings } from './worker.ts';

export interface ServerOptions extends BatchLimits {
  readonly models: readonly (ModelFile & { readonly bytes: Uint8Array })[];
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly workers: number;
  /** The script that threads run. */
  readonly worker: URL;
  readonly backends: BackendPreference;
  readonly precision: ExecutorOptions['precision'];
  readonly maxPixels: number;
  readonly maxBody: number;
  /** Milliseconds in which a request must have arrived. */
  readonly requestTimeout: number;
  readonly version: string;
  onRequest(request: AnsweredRequest): void;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Takes no more connections, and resolves when all requests are answered; after `milliseconds` those left are cut off. */
  drain(milliseconds: number): Promise<{ readonly cutOff: boolean }>;
}

/** Bodies that are held at once, in multiples of the largest one, and at least so many bytes. */
const BODIES = 4;
const MIN_BODY_BYTES = 2 ** 28;
/** Milliseconds. Load balancers keep idle connections for a minute. */
const KEEP_ALIVE = 65_000;
const CHECK_INTERVAL = 1000;

/** Opens models in threads, and listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { models, backends, precision, maxPixels, maxBody } = options;
  const described = await Promise.all(models.map((model, index) => describeModel(model, index)));
  const settings: ServeSettings = {
    role: 'serve',
    models: models.map(({ bytes }) => bytes),
    backends,
    precision,
    maxPixels,
  };
  const pool = await WorkerPool.start<BatchJob, BatchResult>(options.worker, options.workers, settings);
  const metrics = new Metrics();
  const batcher = new Batcher(pool, options, metrics);
  let isDraining = false;
  const app = serverApp({
    models: new Models(described),
    batcher,
    bodies: new BodyReader(maxBody, Math.max(MIN_BODY_BYTES, BODIES * maxBody)),
    metrics,
    version: options.version,
    isReady: () => !isDraining && !pool.hasFailed,
    onRequest: options.onRequest,
  });
  const server = createServer(
    {
      headersTimeout: options.requestTimeout,
      requestTimeout: options.requestTimeout,
      keepAliveTimeout: KEEP_ALIVE,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL, options.requestTimeout),
    },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  try {
    await listen(server, options);
  } catch (error) {
    await pool.close();
    throw error;
  }
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    drain: async (milliseconds) => {
      isDraining = true;
      let cutOff = false;
      const timer = setTimeout(() => {
        cutOff = true;
        server.closeAllConnections();
      }, milliseconds);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(timer);
      batcher.stop();
      await pool.close();
      return { cutOff };
    },
  };
}

function listen(server: Server, { port, host }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(explained(error, host, port));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

/** What operating systems say where nothing can listen. */
const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there: choose another --port, 0 for any that is free',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'no machine has that name',
  EAI_AGAIN: 'no machine has that name',
  EACCES: 'permission denied, as for most ports below 1024',
};

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const what = LISTEN_ERRORS[error.code ?? ''];
  if (what === undefined) return error;
  return new WjpegError('unavailable', 'SERVE_ADDRESS', `cannot listen on ${host}, port ${port}: ${what}`, {
    cause: error,
  });
}
