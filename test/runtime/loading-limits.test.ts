import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InferenceSession, type SessionOptions } from '../../src/index.ts';
import { byParts } from '../parts/models.ts';

const model = readFileSync(new URL('../../data/mnist-mlp-512-q20.wjz', import.meta.url));
const parts = byParts(model);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let handler: Handler;
let server: Server;
let address: string;
let requests: IncomingMessage[] = [];
/** Resolves when the connection of the last request is closed. */
let closed: Promise<void>;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    closed = new Promise((resolve) => {
      response.on('close', resolve);
    });
    handler(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.wjz`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function serve(next: Handler): void {
  requests = [];
  handler = next;
}

async function refusal(options: SessionOptions, source: unknown = address): Promise<string> {
  return InferenceSession.create(source as string, options).then(
    () => 'none',
    ({ code, message }) => `${code} ${message}`,
  );
}

const silent: Handler = () => {};
const stalling: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': parts.length });
  response.write(parts.subarray(0, 500));
};
const FAST = { retries: 1, retryDelay: 1 };

describe('a server that falls silent', () => {
  it.each([
    ['before it answers', silent],
    ['in its answer', stalling],
  ])('%s is given up', async (_, behaviour) => {
    serve(behaviour);
    expect(await refusal({ timeout: 50 })).toBe(
      `LOADING_TIMEOUT ${address}: no bytes for 0.05 s (option \`timeout\`)`,
    );
    await closed;
  });

  it.each([
    ['before it answers', silent],
    ['in its answer', stalling],
  ])('%s is asked again, then given up, by parts', async (_, behaviour) => {
    serve(behaviour);
    expect(await refusal({ progressive: true, timeout: 50, ...FAST })).toMatch(
      /^DOWNLOAD_BROKEN .*1 more attempts brought no data; the last: no bytes for 0.05 s/,
    );
    expect(requests).toHaveLength(2);
    await closed;
  });

  it('as a Response is given up too', async () => {
    serve(stalling);
    expect(await refusal({ timeout: 50 }, await fetch(address))).toMatch(/^LOADING_TIMEOUT/);
  });
});

describe('a signal', () => {
  it.each([
    ['plain, no answer', silent, {}],
    ['plain, half an answer', stalling, {}],
    ['by parts, no answer', silent, { progressive: true }],
    ['by parts, half an answer', stalling, { progressive: true }],
  ])('stops the request: %s', async (_, behaviour, options) => {
    const controller = new AbortController();
    serve((request, response) => {
      behaviour(request, response);
      setTimeout(() => controller.abort(new Error('enough')), 20);
    });
    const opening = InferenceSession.create(address, { ...options, signal: controller.signal });
    await expect(opening).rejects.toMatchObject({
      name: 'WjpegError',
      kind: 'unavailable',
      code: 'LOADING_ABORTED',
      message: `${address}: loading was aborted: enough`,
      cause: new Error('enough'),
    });
    await closed;
    expect(requests).toHaveLength(1);
  });

  it.each([{}, { progressive: true }])('that is aborted already asks for nothing (%o)', async (options) => {
    serve(silent);
    expect(await refusal({ ...options, signal: AbortSignal.abort() })).toMatch(/^LOADING_ABORTED/);
    expect(requests).toHaveLength(0);
  });

  it('stops the rest of a model that answers already; it goes on answering', async () => {
    serve((_, response) => {
      response.writeHead(200, { 'content-length': parts.length });
      response.write(parts.subarray(0, 25_000));
    });
    const controller = new AbortController();
    const session = await InferenceSession.create(address, { progressive: true, signal: controller.signal });
    controller.abort();
    await expect(session.complete).rejects.toMatchObject({ code: 'LOADING_ABORTED' });
    await closed;
    expect((await session.infer(new Float32Array(784))).logits).toHaveLength(10);
    await expect(async () => session.resume()).rejects.toMatchObject({ code: 'LOADING_ABORTED' });
    session.dispose();
  });

  it('that comes late disposes of what has been opened', async () => {
    const controller = new AbortController();
    // The file has been read by then; the session is being made.
    const late = { signal: controller.signal, path: 'expanded' } as const;
    const opening = InferenceSession.create(model, late);
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: 'LOADING_ABORTED' });
  });

  it('stops a stream', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      cancel: () => {
        cancelled = true;
      },
    });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    expect(await refusal({ signal: controller.signal }, stream)).toMatch(/^LOADING_ABORTED/);
    expect(cancelled).toBe(true);
  });

  it('stops the loading of a picture', async () => {
    serve(silent);
    const session = await InferenceSession.create(model);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    await expect(session.infer(address, { signal: controller.signal })).rejects.toMatchObject({
      code: 'LOADING_ABORTED',
    });
    await expect(session.infer(address, { timeout: 20 })).rejects.toMatchObject({ code: 'LOADING_TIMEOUT' });
    session.dispose();
  });
});

describe('an address with something else', () => {
  it.each([
    ['an HTML page', '<!-- x -->\n<!doctype HTML><p>Sign in</p>'],
    ['an HTML page', '\ufeff  <html lang="en">'],
    ['an XML document', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ['JSON', '{"message": "Not Found"}'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0'],
    ['empty', ''],
  ])('says so: %s', async (what, text) => {
    serve((_, response) => response.writeHead(200).end(text));
    for (const progressive of [false, true]) {
      const message = await refusal({ progressive });
      expect(message).toContain(`SOURCE_CONTENT ${address}: the content is ${what}`);
    }
  });

  it('names the status', async () => {
    serve((_, response) => response.writeHead(403).end());
    for (const progressive of [false, true])
      expect(await refusal({ progressive })).toBe(`FETCH_FAILED ${address}: the server answered 403`);
    serve((_, response) => response.writeHead(503).end());
    expect(await refusal({ progressive: true, ...FAST })).toMatch(
      /DOWNLOAD_BROKEN .*the server answered 503$/,
    );
  });

  it('names the address of a damaged model', async () => {
    serve((_, response) => response.writeHead(200).end(model.subarray(0, 1000)));
    expect(await refusal({})).toMatch(`ZIP_END ${address}: `);
  });

  it('stops where more comes than a model may have', async () => {
    serve((_, response) => {
      const more = (): boolean => response.write(Buffer.alloc(2 ** 19), (error) => void (error || more()));
      more();
    });
    const limits = { maxTotalBytes: 2 ** 20 };
    for (const progressive of [false, true])
      expect(await refusal({ limits, progressive })).toMatch(/^(SOURCE_TOO_LARGE|ZIP_\w+) /);
    await closed;
  });
});

describe('a content encoding', () => {
  const encoded = gzipSync(parts);

  /** Sends the model gzipped; cuts the first answer; `range`: what it does with requests for a part. */
  function serveEncoded(range: 'identity' | 'encoded' | 'ignored' | 'unsatisfiable'): void {
    serve((request, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const part = (body: Uint8Array, tag: string, headers: object): void => {
        const rest = body.subarray(from);
        const common = { etag: tag, 'content-length': rest.length, ...headers };
        response
          .writeHead(206, { ...common, 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` })
          .end(rest);
      };
      if (from > 0 && range === 'identity') return part(parts, '"1"', {});
      if (from > 0 && range === 'encoded') return part(encoded, '"1-gzip"', { 'content-encoding': 'gzip' });
      if (from > 0 && range === 'unsatisfiable') return void response.writeHead(416).end();
      const whole = { etag: '"1-gzip"', 'content-encoding': 'gzip', 'content-length': encoded.length };
      response.writeHead(200, whole);
      if (requests.length > 1) return void response.end(encoded);
      response.write(encoded.subarray(0, 20_000), () => setTimeout(() => response.destroy(), 50));
    });
  }

  it.each(['identity', 'encoded', 'ignored', 'unsatisfiable'] as const)(
    'does not keep a download from being resumed: parts %s',
    async (range) => {
      serveEncoded(range);
      const session = await InferenceSession.create(address, {
        progressive: true,
        retries: 3,
        retryDelay: 1,
      });
      await session.complete;
      expect(session.progress).toMatchObject({ complete: true, received: parts.length, total: parts.length });
      expect(requests[1].headers.range).toMatch(/^bytes=\d+-$/);
      // An offset counts decoded bytes, so a part must not be encoded.
      expect(requests[1].headers['accept-encoding']).toContain('identity');
      const whole = await InferenceSession.create(parts);
      const values = new Float32Array(784).fill(0.5);
      expect((await session.infer(values)).logits).toEqual((await whole.infer(values)).logits);
      session.dispose();
    },
  );

  it('is no matter where nothing breaks', async () => {
    serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': encoded.length }).end(encoded),
    );
    for (const progressive of [false, true]) {
      const session = await InferenceSession.create(address, { progressive });
      await session.complete;
      session.dispose();
    }
  });
});
