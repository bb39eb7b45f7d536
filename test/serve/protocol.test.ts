import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, startServing } from '../../bench/serve/start.ts';
import { InferenceSession } from '../../src/runtime/session.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');
const MLP = join(DATA, 'mnist-mlp-512-trained.wjz');
const LENET = join(DATA, 'mnist-lenet5-trained.jpg');
const SEVEN = readFileSync(join(DATA, 'pictures', 'digit-7.png'));
const THREE = readFileSync(join(DATA, 'pictures', 'digit-3-grey.jpg'));
const MAX_BODY = 2 ** 20;

/** The published description of the protocol. */
const published = JSON.parse(readFileSync(join(import.meta.dirname, 'open-inference-rest.json'), 'utf8'));
const ajv = new Ajv({ strict: false });
ajv.addSchema({ $id: 'published', components: { schemas: published.schemas } });

function conforms(schema: string, value: unknown): void {
  const validate = ajv.getSchema(`published#/components/schemas/${schema}`);
  if (!validate) throw new Error(`there is no schema ${schema}`);
  expect(validate(value), JSON.stringify([validate.errors, value])).toBe(true);
}

let serving: Serving;
let session: InferenceSession;
const address = (path: string): string => `http://127.0.0.1:${serving.port}${path}`;
beforeAll(async () => {
  serving = await startServing([
    MLP,
    `digits:1=${MLP}`,
    `digits:2=${LENET}`,
    '--max-body',
    '1MiB',
    '--timeout',
    '2',
  ]);
  session = await InferenceSession.create(readFileSync(MLP));
});
afterAll(() => {
  serving.child.kill('SIGKILL');
  session.dispose();
});

const INFER = '/v2/models/digits/versions/1/infer';
const values = (seed: number): number[] => Array.from({ length: 784 }, (_, i) => ((i * seed) % 17) / 17);
const tensor = (data: unknown, shape: number[], more = {}): object => ({
  name: 'input',
  datatype: 'FP32',
  shape,
  data,
  ...more,
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers
  readonly json: any;
}

async function get(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(address(path), init);
  return { status: response.status, headers: response.headers, json: await response.json() };
}

const post = (body: unknown, path = INFER, headers = {}): Promise<Answer> =>
  get(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });

describe('the Open Inference Protocol', () => {
  it('has every path of the published description', async () => {
    const { json } = await get('/openapi.json');
    const bare = (path: string): string => path.replace(/\$?\{[^}]*\}/g, '*').replace(/\/$/, '');
    expect(Object.keys(json.paths).map(bare)).toEqual(expect.arrayContaining(published.paths.map(bare)));
  });

  it('says that it is live and ready, and what it is', async () => {
    expect(await get('/v2/health/live')).toMatchObject({ status: 200, json: { live: true } });
    expect(await get('/v2/health/ready')).toMatchObject({ status: 200, json: { ready: true } });
    for (const path of ['/v2', '/v2/']) {
      const { status, json } = await get(path);
      expect([status, json.name]).toEqual([200, 'wjpeg']);
      conforms('metadata_server_response', json);
    }
  });

  it('describes models and versions; a name alone means the last one', async () => {
    const { json } = await get('/v2/models/digits/versions/1');
    conforms('metadata_model_response', json);
    expect(json).toMatchObject({ name: 'digits', versions: ['1', '2'] });
    expect(json.inputs).toEqual([{ name: 'input', datatype: 'FP32', shape: [-1, 1, 28, 28] }]);
    expect(json.outputs.map((output: { name: string }) => output.name)).toEqual([
      'logits',
      'probabilities',
      'label',
    ]);
    expect(await get('/v2/models/digits/versions/2/ready')).toMatchObject({
      json: { name: 'digits', ready: true },
    });
    expect(await get('/v2/models/mnist-mlp-512-trained/ready')).toMatchObject({ status: 200 });
    const answer = await post({ inputs: [tensor(values(3), [1, 784])] }, '/v2/models/digits/infer');
    expect(answer.json.model_version).toBe('2');
  });

  it.each([
    ['flat', (data: number[]) => data, [2, 784]],
    ['by its extents', (data: number[]) => data, [2, 1, 28, 28]],
    ['nested', (data: number[]) => [[data.slice(0, 784)], [data.slice(784)]], [2, 1, 28, 28]],
  ] as const)('infers tensors in JSON, %s', async (_name, form, shape) => {
    const data = [...values(3), ...values(5)];
    const request = { id: 'a1', inputs: [tensor(form(data), [...shape])] };
    conforms('inference_request', request);
    const { status, json } = await post(request);
    expect(status, JSON.stringify(json)).toBe(200);
    conforms('inference_response', json);
    expect(json).toMatchObject({ model_name: 'digits', model_version: '1', id: 'a1' });
    const [logits, probabilities, label] = json.outputs;
    expect([logits.shape, probabilities.shape, label.shape]).toEqual([[2, 10], [2, 10], [2]]);
    for (const [i, seed] of [3, 5].entries()) {
      const expected = await session.infer(Float32Array.from(values(seed)));
      for (let k = 0; k < 10; k++) expect(logits.data[10 * i + k]).toBeCloseTo(expected.logits[k], 4);
      expect(label.data[i]).toBe(expected.label);
    }
  });

  it('calls the output of a trained graph logits, and knows it by the number of its layer', async () => {
    const { json } = await get('/v2/models/digits/versions/2');
    expect(json.outputs[0]).toEqual({ name: 'logits', datatype: 'FP32', shape: [-1, 10] });
    const inputs = [tensor(values(3), [1, 784])];
    const ask = async (name: string): Promise<{ name: string; data: number[] }[]> =>
      (await post({ inputs, outputs: [{ name }] }, '/v2/models/digits/infer')).json.outputs;
    const [[logits], [former]] = [await ask('logits'), await ask('4')];
    expect([logits.name, former.name]).toEqual(['logits', '4']);
    expect(former.data).toEqual(logits.data);
    const both = { inputs, outputs: [{ name: 'logits' }, { name: '5' }] };
    expect((await post(both, '/v2/models/digits/infer')).json.error).toMatch(
      /no output '?"?5"?'?, expected one of logits, /,
    );
  });

  it('takes and gives binary tensors', async () => {
    const floats = Float32Array.from([...values(3), ...values(7)]);
    const json = new TextEncoder().encode(
      JSON.stringify({
        inputs: [
          { name: 'input', datatype: 'FP32', shape: [2, 784], parameters: { binary_data_size: 6272 } },
        ],
        outputs: [
          { name: 'label', parameters: { binary_data: true } },
          { name: 'probabilities' },
          { name: 'logits', parameters: { binary_data: true } },
        ],
      }),
    );
    const response = await fetch(address(INFER), {
      method: 'POST',
      headers: { 'Inference-Header-Content-Length': String(json.length) },
      body: new Blob([json, floats]),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const length = Number(response.headers.get('inference-header-content-length'));
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, length)));
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(head.outputs.map((output: { name: string }) => output.name)).toEqual([
      'label',
      'probabilities',
      'logits',
    ]);
    const [label, , logits] = head.outputs;
    expect(label.parameters.binary_data_size + logits.parameters.binary_data_size).toBe(
      bytes.length - length,
    );
    const expected = await session.infer(floats.subarray(0, 784));
    const text = bytes.subarray(length, length + label.parameters.binary_data_size);
    expect([text[0], text[4]]).toEqual([1, expected.label.charCodeAt(0)]);
    const given = new Float32Array(bytes.slice(length + text.length).buffer);
    expect(given).toHaveLength(20);
    for (let k = 0; k < 10; k++) expect(given[k]).toBeCloseTo(expected.logits[k], 4);
  });

  it('takes pictures as BYTES: in base64, in binary, and as the whole body', async () => {
    const label = { outputs: [{ name: 'label' }] };
    const data = [SEVEN.toString('base64'), THREE.toString('base64')];
    const inJson = await post({ ...label, inputs: [tensor(data, [2], { datatype: 'BYTES' })] });
    expect(inJson.json.outputs[0]).toMatchObject({ datatype: 'BYTES', shape: [2], data: ['7', '3'] });

    const elements = [THREE, SEVEN].flatMap((file) => [Uint32Array.of(file.length), file]);
    const size = 8 + SEVEN.length + THREE.length;
    const parameters = { binary_data_size: size };
    const json = JSON.stringify({
      ...label,
      inputs: [{ name: 'input', datatype: 'BYTES', shape: [2, 1], parameters }],
    });
    const binary = await get(INFER, {
      method: 'POST',
      headers: { 'Inference-Header-Content-Length': String(json.length) },
      body: new Blob([json, ...(elements as BlobPart[])]),
    });
    expect(binary.json.outputs[0].data).toEqual(['3', '7']);

    const raw = { method: 'POST', headers: { 'Inference-Header-Content-Length': '0' } };
    const whole = await get(INFER, { ...raw, body: SEVEN as unknown as BodyInit });
    // As curl --data-binary sends it.
    const plain = await get(INFER, { method: 'POST', body: SEVEN as unknown as BodyInit });
    expect(plain.json.outputs).toEqual(whole.json.outputs);
    expect(whole.json.outputs[2].data).toEqual(['7']);
    expect(whole.json.parameters).toBeUndefined();
  });

  it('says what it had to overlook in a picture', async () => {
    const cut = THREE.subarray(0, THREE.length - 40);
    const one = await get(INFER, { method: 'POST', body: cut as unknown as BodyInit });
    expect(one.status).toBe(200);
    conforms('inference_response', one.json);
    const { warnings } = one.json.parameters;
    expect(warnings.join()).toMatch(/ends|end|missing|cut/);
    const data = [SEVEN.toString('base64'), cut.toString('base64')];
    const inputs = [{ name: 'input', datatype: 'BYTES', shape: [2], data }];
    const two = await post({ inputs });
    expect(two.json.parameters.warnings).toEqual(warnings.map((one: string) => `input 1: ${one}`));
    // Those of others in the same batch are not among them.
    const others = await Promise.all(
      [THREE, cut, SEVEN].map((body) => get(INFER, { method: 'POST', body: body as unknown as BodyInit })),
    );
    expect(others.map(({ json }) => json.parameters?.warnings)).toEqual([undefined, warnings, undefined]);
  });

  it.each([
    ['WebP', 'RIFF\x10\0\0\0WEBPVP8 ', /WebP, expected a PNG or JPEG: convert it/],
    ['GIF', 'GIF89a\x01\0\x01\0', /GIF, expected a PNG or JPEG: convert it/],
  ])('names a picture in %s, and what to do', async (_, text, message) => {
    const body = Buffer.from(text, 'latin1') as unknown as BodyInit;
    for (const headers of [{}, { 'Inference-Header-Content-Length': '0' }]) {
      const { status, json } = await get(INFER, { method: 'POST', body, headers });
      expect([status, json.error]).toEqual([400, expect.stringMatching(message)]);
    }
  });

  it('answers many at once, each as it would be alone', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        post({ id: String(i), inputs: [tensor(values(i + 1), [1, 784])] }),
      ),
    );
    for (const [i, { status, json }] of answers.entries()) {
      const { logits } = await session.infer(Float32Array.from(values(i + 1)));
      expect([status, json.id]).toEqual([200, String(i)]);
      for (let k = 0; k < 10; k++) expect(json.outputs[0].data[k]).toBeCloseTo(logits[k], 3);
    }
    const metrics = await (await fetch(address('/metrics'))).text();
    const [, batches] = /wjpeg_batch_inputs_count (\d+)/.exec(metrics) ?? [];
    const [, inputs] = /wjpeg_batch_inputs_sum (\d+)/.exec(metrics) ?? [];
    expect(Number(inputs)).toBeGreaterThan(Number(batches));
    expect(metrics).toMatch(/^wjpeg_requests_total\{model="digits",code="200"\} \d+$/m);
  });
});

describe('requests that are wrong', () => {
  const good = tensor(values(3), [1, 784]);
  const binary = (size: unknown): object => ({
    name: 'input',
    datatype: 'FP32',
    shape: [1, 784],
    parameters: { binary_data_size: size },
  });
  it.each([
    ['no JSON', '{bad', 400, /not JSON/],
    ['no UTF-8', '\ud800', 400, /not JSON/],
    [
      'a form',
      '--x\r\nContent-Disposition: form-data; name="file"\r\n',
      400,
      /a form, expected the picture itself/,
    ],
    ['no object', '[]', 400, /not an object/],
    ['deep JSON', `{"inputs":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400, /inputs/],
    [
      'deep data',
      { inputs: [tensor(JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`), [1, 784])] },
      400,
      /nested/,
    ],
    ['no inputs', {}, 400, /inputs/],
    ['another input', { inputs: [{ ...good, name: 'x' }] }, 400, /there is no input 'x', expected 'input'/],
    ['another type', { inputs: [{ ...good, datatype: 'INT64' }] }, 400, /'INT64', expected FP32, or BYTES/],
    [
      'another shape',
      { inputs: [{ ...good, shape: [1, 28] }] },
      400,
      /shape is \[1,28\], expected \[n,1,28,28\]/,
    ],
    ['a negative shape', { inputs: [{ ...good, shape: [-1, 784] }] }, 400, /whole numbers/],
    ['a huge shape', { inputs: [{ ...good, shape: [1e15, 784] }] }, 400, /expected 1 to 65536/],
    ['too few values', { inputs: [{ ...good, data: [1, 2] }] }, 400, /has 784 values, got 2/],
    [
      'too many values',
      { inputs: [{ ...good, shape: [1, 784], data: [values(1), values(2)] }] },
      400,
      /more values/,
    ],
    ['no numbers', { inputs: [{ ...good, data: ['x'] }] }, 400, /expected numbers/],
    [
      'no numbers but null',
      { inputs: [{ ...good, data: values(1).map(() => null) }] },
      400,
      /expected numbers/,
    ],
    ['no base64', { inputs: [{ ...good, datatype: 'BYTES', shape: [1], data: ['%'] }] }, 400, /base64/],
    [
      'no picture',
      { inputs: [{ ...good, datatype: 'BYTES', shape: [1], data: ['aGFsbG8='] }] },
      400,
      /PICTURE_FORMAT/,
    ],
    ['another output', { inputs: [good], outputs: [{ name: 'x' }] }, 400, /expected one of logits/],
    [
      'an output twice',
      { inputs: [good], outputs: [{ name: 'label' }, { name: 'label' }] },
      400,
      /named twice/,
    ],
    ['binary data that are missing', { inputs: [binary(3136)] }, 400, /0 bytes of binary data are left/],
    ['a size that is none', { inputs: [binary('3')] }, 400, /binary_data_size/],
    ['a number as id', { id: 1, inputs: [good] }, 400, /id/],
    ['a prototype', '{"__proto__":{"inputs":[]},"constructor":1}', 400, /inputs/],
  ] as const)('%s', async (_name, body, status, message) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status, json: { error: expect.stringMatching(message) } });
    conforms('inference_error_response', answer.json);
  });

  it.each([
    ['GET', INFER, 405],
    ['POST', '/v2/health/live', 405],
    ['POST', '/v2/models/none/infer', 404],
    ['POST', '/v2/models/digits/versions/3/infer', 404],
    ['GET', '/v2/models/__proto__', 404],
    ['GET', '/v2/models/constructor/ready', 404],
    ['GET', '/v2/models/..%2f..%2fetc%2fpasswd', 404],
    ['GET', '/v2/models/%2Fetc%2Fpasswd/ready', 404],
    ['GET', '/v2/models/%ff%00', 404],
    ['GET', '/v2/models//ready', 404],
    ['GET', '/', 404],
    ['GET', '/../../etc/passwd', 404],
    ['GET', `/v2/models/${'x'.repeat(10_000)}`, 404],
  ])('%s %s', async (method, path, status) => {
    // fetch() would tidy the path.
    const { code, text } = await new Promise<{ code?: number | undefined; text: string }>(
      (resolve, reject) => {
        const sent = httpRequest({ port: serving.port, path, method }, (response) => {
          let body = '';
          response.on('data', (chunk: Uint8Array) => {
            body += chunk;
          });
          response.on('end', () => resolve({ code: response.statusCode, text: body }));
        });
        sent.on('error', reject).end();
      },
    );
    expect(code).toBe(status);
    expect(JSON.parse(text)).toEqual({ error: expect.any(String) });
  });

  it('compressed bodies, and lengths that are none', async () => {
    expect((await post('{}', INFER, { 'Content-Encoding': 'gzip' })).status).toBe(415);
    for (const length of ['x', '-1', '1e3', '99']) {
      const { status } = await post('{}', INFER, { 'Inference-Header-Content-Length': length });
      expect(status, length).toBe(400);
    }
  });
});

/** Sends bytes as they are; gives all that comes back until the server closes the connection. */
function rawSocket(text: string, keepSending = ''): Promise<{ answer: string; milliseconds: number }> {
  const start = performance.now();
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(serving.port, '127.0.0.1', () => socket.write(text));
    const timer = setInterval(() => keepSending && socket.write(keepSending), 200);
    socket.on('data', (bytes) => {
      answer += bytes;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ answer, milliseconds: performance.now() - start });
    });
  });
}

describe('clients that mean harm', () => {
  const head = `POST ${INFER} HTTP/1.1\r\nHost: x\r\n`;

  it('a body of 1 GB is refused by its length, before it is sent', async () => {
    const { answer, milliseconds } = await rawSocket(`${head}Content-Length: 1073741824\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain(`at most ${MAX_BODY} bytes`);
    expect(milliseconds).toBeLessThan(10_000);
  });

  it('a body without a length is refused where it becomes too large', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const { answer } = await rawSocket(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['headers', `${head}X-A: `, 'a'],
    ['a body', `${head}Content-Length: 1000\r\n\r\n`, '{'],
  ])('%s that come byte by byte are cut off', async (_name, text, byte) => {
    const { answer, milliseconds } = await rawSocket(text, byte);
    expect(answer).toMatch(/^$|^HTTP\/1\.1 408 /);
    expect(milliseconds).toBeLessThan(20_000);
  });

  it('leave the server as it was', async () => {
    expect((await post({ inputs: [tensor(values(3), [1, 784])] })).status).toBe(200);
  });
});

describe('the end of a server', () => {
  it('SIGTERM: what has begun is answered, nothing new is taken, exit code 0', async () => {
    const ending = await startServing([MLP]);
    const body = JSON.stringify({ inputs: [tensor(values(3), [1, 784])] });
    const path = '/v2/models/mnist-mlp-512-trained/infer';
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'Content-Length': body.length };
      const sent = httpRequest({ port: ending.port, path, method: 'POST', headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject);
      sent.write(body.slice(0, 100));
      setTimeout(() => ending.child.kill('SIGTERM'), 200);
      setTimeout(() => sent.end(body.slice(100)), 600);
    });
    expect(await answered).toBe(200);
    expect(await ending.ended).toEqual({ code: 0, signal: null });
    await expect(fetch(`http://127.0.0.1:${ending.port}/v2`)).rejects.toThrow();
    const lines = ending
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ message }) => message)).toEqual(['listening', 'draining', 'request', 'stopped']);
    expect(lines[2]).toMatchObject({ level: 'info', status: 200, path, inputs: 1, id: expect.any(String) });
  });

  it('SIGKILL under load: only requests in flight are lost, and another one answers at once', async () => {
    const first = await startServing([MLP, '--log', 'none']);
    const body = JSON.stringify({ inputs: [tensor(values(3), [1, 784])], outputs: [{ name: 'label' }] });
    const { label } = await session.infer(Float32Array.from(values(3)));
    const clients = 8;
    let [right, lost, restarted] = [0, 0, false];
    const client = async (): Promise<void> => {
      for (let after = 0; after < 5; ) {
        try {
          const url = `http://127.0.0.1:${first.port}/v2/models/mnist-mlp-512-trained/infer`;
          const response = await fetch(url, { method: 'POST', body });
          const { outputs } = (await response.json()) as { outputs: { data: string[] }[] };
          expect([response.status, outputs[0].data]).toEqual([200, [label]]);
          right++;
          if (restarted) after++;
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          lost++;
          // As a client does that tries again.
          while (!restarted) await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const all = Promise.all(Array.from({ length: clients }, client));
    await new Promise((resolve) => setTimeout(resolve, 500));
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await startServing([MLP, '--log', 'none', '--port', String(first.port)]);
    restarted = true;
    await all;
    second.child.kill('SIGKILL');
    expect(right).toBeGreaterThanOrEqual(5 * clients);
    // One request per client, and after the restart one that took a connection of the server before.
    expect(lost).toBeLessThanOrEqual(2 * clients);
  });
});
