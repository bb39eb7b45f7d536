import { availableParallelism } from 'node:os';
import type { Argv } from 'yargs';
import { packageVersion } from '../../node/embedded.ts';
import { readFileBytes } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import type { Precision } from '../../runtime/backends/backend.ts';
import type { AnsweredRequest } from '../../serve/app.ts';
import { bytesOption, checkNumber, checkWhole } from '../../terminal/option-values.ts';
import { openModel } from '../open-model.ts';
import {
  type BackendChoice,
  backendOption,
  maxPixelsOption,
  precisionOption,
  preference,
} from '../options.ts';
import { ServerLog } from '../serve/log.ts';
import { namedModels } from '../serve/model-names.ts';

interface ServeArguments {
  models: string[];
  host: string;
  port: number;
  workers: number;
  maxBatch: number;
  maxQueue: number;
  maxBody: number | undefined;
  timeout: number;
  drain: number;
  log: 'requests' | 'errors' | 'none';
  backend: BackendChoice;
  precision: Precision;
  maxPixels: number;
}

const DEFAULT_BODY = 16 * 2 ** 20;
const INTERRUPTED = 1;
/** A day: timers take no more than 24 of them. */
const MAX_SECONDS = 86_400;

/** `wjpeg serve model.wjz… --port 8080`. */
export function addServeCommand(parser: Argv): Argv {
  return parser.command(
    'serve <models..>',
    'Answer requests over HTTP: the Open Inference Protocol, version 2 (docs/serve.md)',
    (yargs: Argv) =>
      yargs
        .positional('models', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Models: path, name=path or name:version=path',
        })
        .options({
          host: { type: 'string', default: '127.0.0.1', describe: 'Address to listen on; 0.0.0.0 is all' },
          port: { type: 'number', default: 8080, describe: 'Port to listen on; 0 is any that is free' },
          workers: {
            type: 'number',
            default: Math.max(1, availableParallelism() - 1),
            defaultDescription: 'one per core but one',
            describe: 'Threads that decode and classify',
          },
          'max-batch': { type: 'number', default: 64, describe: 'Inputs that run together under load' },
          'max-queue': { type: 'number', default: 1024, describe: 'Inputs that may wait; others get 503' },
          'max-body': bytesOption('Largest body of a request (16 MiB)'),
          timeout: { type: 'number', default: 30, describe: 'Seconds for a request to arrive, and to wait' },
          drain: { type: 'number', default: 25, describe: 'Seconds to answer what is left after SIGTERM' },
          log: {
            choices: ['requests', 'errors', 'none'] as const,
            default: 'requests' as const,
            describe: 'What is logged to standard output, as JSON lines',
          },
          backend: backendOption,
          precision: precisionOption,
          'max-pixels': maxPixelsOption,
        })
        .example('wjpeg serve model.wjz', 'http://127.0.0.1:8080/v2/models/model/infer')
        .example('wjpeg serve digits:1=old.wjz digits:2=new.wjz --host 0.0.0.0', 'two versions, to everybody')
        .check(({ port, workers, timeout, drain, ...options }) => {
          checkWhole('port', port, 0, 65_535);
          checkWhole('workers', workers, 1, 1024);
          checkWhole('max-batch', options['max-batch'], 1, 4096);
          checkWhole('max-queue', options['max-queue'], 1);
          if (options['max-body'] !== undefined) checkWhole('max-body', options['max-body'], 1);
          checkWhole('max-pixels', options['max-pixels'], 1);
          checkNumber('timeout', timeout, { above: 0, max: MAX_SECONDS });
          checkNumber('drain', drain, { min: 0, max: MAX_SECONDS });
          return true;
        }),
    (options) => run(options as unknown as ServeArguments),
  );
}

async function run(options: ServeArguments): Promise<void> {
  const log = new ServerLog();
  const models = await Promise.all(
    (await namedModels(options.models)).map(async (model) => {
      const bytes = await readFileBytes(model.path, MAX_MODEL_BYTES);
      return { ...model, bytes, file: await openModel(model.path, bytes) };
    }),
  );
  // Other commands do not load the HTTP library.
  const { startServer } = await import('../../serve/server.ts');
  const timeout = options.timeout * 1000;
  const server = await startServer({
    models,
    host: options.host,
    port: options.port,
    workers: options.workers,
    worker: new URL('./worker.js', import.meta.url),
    backends: await preference(options.backend),
    precision: options.precision,
    maxPixels: options.maxPixels,
    maxBody: options.maxBody ?? DEFAULT_BODY,
    maxBatch: options.maxBatch,
    maxQueue: options.maxQueue,
    maxWait: timeout,
    requestTimeout: timeout,
    version: packageVersion(),
    onRequest: (request) => logRequest(log, options.log, request),
  });
  // Before anyone is told that it listens: a signal right after that must not end it in the middle of an answer.
  const signalled = new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
  });
  const { host } = options;
  log.write('info', 'listening', {
    host,
    port: server.port,
    models: models.map(({ name, version }) => `${name}:${version}`),
  });
  const signal = await signalled;
  log.write('info', 'draining', { signal, seconds: options.drain });
  const { cutOff } = await server.drain(options.drain * 1000);
  log.write(cutOff ? 'error' : 'info', cutOff ? 'stopped before all was answered' : 'stopped', {});
  if (cutOff) process.exitCode = INTERRUPTED;
}

function logRequest(
  log: ServerLog,
  what: ServeArguments['log'],
  { milliseconds, cause, ...request }: AnsweredRequest,
): void {
  if (what === 'none' || (what === 'errors' && request.status < 500)) return;
  const level = request.status >= 500 ? 'error' : request.status >= 400 ? 'warn' : 'info';
  const stack = cause instanceof Error ? { cause: cause.stack ?? cause.message } : {};
  log.write(level, 'request', { ...request, ms: Math.round(milliseconds * 1000) / 1000, ...stack });
}
