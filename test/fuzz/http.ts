import { readFileSync } from 'node:fs';
import type { ErrorCode } from '../../src/error-codes.ts';
import { WjpegError } from '../../src/errors.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { WorkerPool } from '../../src/node/workers/pool.ts';
import { serverApp } from '../../src/serve/app.ts';
import { Batcher } from '../../src/serve/batcher.ts';
import { BodyReader } from '../../src/serve/body.ts';
import { Metrics } from '../../src/serve/metrics.ts';
import { describeModel, Models } from '../../src/serve/models.ts';
import { type BatchJob, type BatchResult, beginServing } from '../../src/serve/worker.ts';
import { graphContent } from '../format/graph-contents.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

const model = writeWjz(graphContent());
const MAX_BODY = 2 ** 20;

/** The server without its sockets and threads: models run here. */
async function startApp() {
  const run = await beginServing({
    role: 'serve',
    models: [model],
    backends: ['wasm'],
    precision: 'float32',
    maxPixels: 2 ** 17,
  });
  // What a session makes for its first batch belongs to no request.
  const values = new Float32Array(64 * 6);
  await run({ model: 0, inputs: [{ kind: 'values', values, count: 64 }] });
  const pool = {
    free: 1,
    hasFailed: false,
    run: async (job: BatchJob) => (await run(job)).result,
  } as unknown as WorkerPool<BatchJob, BatchResult>;
  const metrics = new Metrics();
  return serverApp({
    models: new Models([await describeModel({ name: 'm', version: '1', file: readWjz(model) }, 0)]),
    batcher: new Batcher(pool, { maxBatch: 64, maxQueue: 1000, maxWait: 10_000 }, metrics),
    bodies: new BodyReader(MAX_BODY, 4 * MAX_BODY),
    metrics,
    version: '0',
    isReady: () => true,
    onRequest: () => {},
  });
}
const app = await startApp();

const DIGIT = new Uint8Array(readFileSync(new URL('../../data/pictures/digit-3-grey.jpg', import.meta.url)));
const VALUES = [0, 0.5, 1, -1, 0.25, 2];
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const input = (more: object): object => ({
  inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 6], ...more }],
});
const REQUESTS = [
  { id: 'a', ...input({ data: VALUES }), outputs: [{ name: 'c' }] },
  input({
    shape: [2, 1, 2, 3],
    data: [
      [
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
      ],
      [
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
      ],
    ],
  }),
  { ...input({ parameters: { binary_data_size: 24 } }), parameters: { binary_data_output: true } },
  input({ datatype: 'BYTES', shape: [1], data: [Buffer.from(DIGIT).toString('base64')] }),
];
const FLOATS = new Uint8Array(Float32Array.from(VALUES).buffer);

/** A request: 4 bytes with the length of its JSON, -1 for none stated, then its body. */
function request(jsonLength: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setInt32(0, jsonLength);
  return Uint8Array.from(Buffer.concat([head, ...parts]));
}
const seeds = [
  ...REQUESTS.map((json) => request(-1, bytesOf(json))),
  request(bytesOf(REQUESTS[2]).length, bytesOf(REQUESTS[2]), FLOATS),
  request(0, FLOATS),
  request(0, DIGIT),
];

function generate(random: Random): Uint8Array {
  const index = random.below(REQUESTS.length);
  const changed = mutateJson(REQUESTS[index], random);
  // More inputs than the body has values of.
  const json = bytesOf(random.chance(0.05) ? input({ shape: [65_536, 6], data: VALUES }) : changed);
  const binary = random.chance(0.3) ? mutateBytes(FLOATS, random) : FLOATS;
  if (index === 2) return request(random.chance(0.9) ? json.length : random.below(99), json, binary);
  if (random.chance(0.1)) return request(0, random.pick([mutateBytes(DIGIT, random), binary]));
  return request(random.chance(0.9) ? -1 : random.size(2 ** 31 - 1), json);
}

/** Bodies of requests to `wjpeg serve`: an answer, or one error of the client's (4xx) in a line. */
export const http: Target = {
  seeds,
  generate,
  async read(bytes, variant) {
    const body = bytes.slice(4);
    const length = bytes.length < 4 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
    const response = await app.request('/v2/models/m/infer', {
      method: 'POST',
      body,
      headers: {
        ...(length >= 0 && { 'inference-header-content-length': String(length) }),
        ...(variant % 2 === 0 && { 'content-length': String(body.length) }),
      },
    });
    if (response.status === 200) {
      await response.arrayBuffer();
      return;
    }
    const { error } = (await response.json()) as { error: unknown };
    if (response.status < 400 || response.status >= 500 || typeof error !== 'string')
      throw new Error(`status ${response.status}: ${error}`);
    // Statuses are this protocol's codes.
    throw new WjpegError('corrupt', `HTTP_${response.status}` as ErrorCode, error);
  },
  // Pictures are 2^17 pixels at most, of 16 bytes each while they are read.
  memoryCap: (bytes) => 2 ** 21 + 100 * bytes.length,
};
