import { type Context, Hono } from 'hono';
import { WjpegError } from '../errors.ts';
import { argmax, softmax } from '../runtime/answer.ts';
import type { Batcher } from './batcher.ts';
import type { BodyReader } from './body.ts';
import { isCalled, parseInferRequest } from './infer-request.ts';
import { inferResponse, type OutputTensor } from './infer-response.ts';
import type { Metrics } from './metrics.ts';
import type { Models, ServedModel } from './models.ts';
import { openApi } from './openapi.ts';
import { RequestError } from './request-error.ts';

/** What the server is made of. */
export interface ServerParts {
  readonly models: Models;
  readonly batcher: Batcher;
  readonly bodies: BodyReader;
  readonly metrics: Metrics;
  readonly version: string;
  /** Whether it takes requests: false while it drains, and where all threads are lost. */
  isReady(): boolean;
  /** Called for every request that has been answered. */
  onRequest(request: AnsweredRequest): void;
}

export interface AnsweredRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly model?: string;
  readonly inputs?: number;
  /** Why it was refused. */
  readonly error?: string;
  /** What no client is told. */
  readonly cause?: unknown;
}

interface Variables {
  id: string;
  start: number;
  model: string;
  inputs: number;
  error: string;
  cause: unknown;
}
/** Of Node.js: `outgoing` is destroyed when the client has gone. */
interface Bindings {
  readonly outgoing?: { readonly destroyed: boolean };
}
type Env = { Variables: Variables; Bindings: Bindings };

/** Extensions of the protocol that the server has. */
const EXTENSIONS = ['model_versions', 'binary_tensor_data'];

/** The Open Inference Protocol, version 2, over HTTP; metrics and the description of the interface beside it. */
export function serverApp(parts: ServerParts): Hono<Env> {
  const { models, metrics, version } = parts;
  const app = new Hono<Env>({ strict: false });

  app.use(async (c, next) => {
    const id = c.req.header('x-request-id')?.slice(0, 128) || crypto.randomUUID();
    c.set('id', id);
    c.set('start', performance.now());
    await next();
    c.header('X-Request-Id', id.replace(/[^\x20-\x7e]/g, '?'));
    if (!parts.isReady()) c.header('Connection', 'close');
    const milliseconds = performance.now() - c.get('start');
    const { status } = c.res;
    const [model, inputs, error, cause] = [c.get('model'), c.get('inputs'), c.get('error'), c.get('cause')];
    if (model !== undefined) metrics.request(model, status, milliseconds / 1000, inputs ?? 0);
    parts.onRequest({
      id,
      method: c.req.method,
      path: c.req.path,
      status,
      milliseconds,
      ...(model !== undefined && { model }),
      ...(inputs !== undefined && { inputs }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
  });

  app.onError((error, c) => {
    const known = asRequestError(error);
    c.set('error', known.message);
    if (known.status === 500) c.set('cause', error);
    return c.json({ error: known.message }, known.status, { ...known.headers });
  });
  app.notFound((c) => {
    const message = `there is nothing at ${c.req.path}`;
    c.set('error', message);
    return c.json({ error: message }, 404);
  });

  const get = (path: string, handler: (c: Context<Env>) => Response): void => {
    app.get(path, handler);
    app.all(path, (c) => refuseMethod(c, 'GET, HEAD'));
  };
  get('/v2', (c) => c.json({ name: 'wjpeg', version, extensions: EXTENSIONS }));
  get('/v2/health/live', (c) => c.json({ live: true }));
  get('/v2/health/ready', (c) => c.json({ ready: parts.isReady() }, parts.isReady() ? 200 : 503));
  get('/openapi.json', (c) => c.json(openApi(version)));
  get('/metrics', (c) =>
    c.body(metrics.text({ queued: parts.batcher.queued, isReady: parts.isReady(), version }), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  );
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    get(path, (c) => c.json(modelMetadata(modelOf(c, models), models)));
    get(`${path}/ready`, (c) => {
      const { name } = modelOf(c, models);
      return c.json({ name, ready: parts.isReady() }, parts.isReady() ? 200 : 503);
    });
    app.post(`${path}/infer`, (c) => infer(c, parts));
    app.all(`${path}/infer`, (c) => refuseMethod(c, 'POST'));
  }
  return app;
}

function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof WjpegError && error.kind !== 'unavailable')
    return new RequestError(400, `${error.code}: ${error.message}`);
  return new RequestError(500, 'internal error');
}

function refuseMethod(c: Context<Env>, allowed: string): never {
  throw new RequestError(405, `${c.req.method} is not allowed here, expected ${allowed}`, { Allow: allowed });
}

function modelOf(c: Context<Env>, models: Models): ServedModel {
  const [name, version] = [c.req.param('model') ?? '', c.req.param('version')];
  const model = models.find(name, version);
  if (model) return model;
  const which = version === undefined ? '' : ` of version '${version}'`;
  throw new RequestError(404, `there is no model '${name}'${which}`);
}

function modelMetadata(model: ServedModel, models: Models): object {
  return {
    name: model.name,
    versions: models.versions(model.name),
    platform: 'wjpeg_wjz',
    inputs: [{ name: model.input, datatype: 'FP32', shape: [-1, ...model.shape] }],
    outputs: model.outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape: [-1, ...shape] })),
    properties: model.takesPictures
      ? { pictures: `${model.input} also takes BYTES of shape [n]: one PNG or JPEG each, in JSON as base64` }
      : {},
  };
}

async function infer(c: Context<Env>, parts: ServerParts): Promise<Response> {
  c.set('model', '');
  const model = modelOf(c, parts.models);
  c.set('model', model.name);
  const jsonLength = headerLength(c.req.header('inference-header-content-length'));
  const { request, tensors, warnings } = await parts.bodies.read(c.req, async (body) => {
    const request = parseInferRequest(body, jsonLength, model);
    c.set('inputs', request.input.count);
    const { outputs, warnings } = await parts.batcher.run(
      model.index,
      request.input,
      () => c.env?.outgoing?.destroyed === true,
    );
    return {
      request,
      warnings,
      tensors: request.outputs.map(({ name }) => tensorOf(model, name, outputs, request.input.count)),
    };
  });
  const { body, jsonLength: length } = inferResponse(model, request, tensors, warnings);
  return c.body(body, 200, {
    'Content-Type': length === undefined ? 'application/json' : 'application/octet-stream',
    ...(length !== undefined && { 'Inference-Header-Content-Length': String(length) }),
  });
}

function headerLength(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RequestError(400, 'Inference-Header-Content-Length is not a whole number');
}

function tensorOf(
  model: ServedModel,
  name: string,
  outputs: readonly Float32Array[],
  count: number,
): OutputTensor {
  const index = model.outputs.findIndex((output) => isCalled(output, name));
  const { shape, made } = model.outputs[index];
  const own = { name, shape: [count, ...shape] };
  if (made === undefined) return { ...own, datatype: 'FP32', data: finite(outputs[index]) };
  const [logits] = outputs;
  const width = logits.length / count;
  const rows = Array.from({ length: count }, (_, i) =>
    softmax(finite(logits.subarray(i * width, (i + 1) * width))),
  );
  if (made === 'label')
    return { ...own, datatype: 'BYTES', data: rows.map((row) => model.labels[argmax(row)]) };
  const data = new Float32Array(logits.length);
  rows.forEach((row, i) => {
    data.set(row, i * width);
  });
  return { ...own, datatype: 'FP32', data };
}

/** JSON has no other numbers, and they are worth nothing. */
function finite(values: Float32Array): Float32Array {
  if (values.every(Number.isFinite)) return values;
  throw new RequestError(400, 'non-finite output: an intermediate value overflowed float32');
}
