import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { readSafetensors, readWjz } from '../../src/format.ts';
import {
  availability,
  InferenceSession,
  type RunOptions,
  type SessionOptions,
  type WjpegError,
} from '../../src/index.ts';
import { type LabelledPictures, TRAIN_DEFAULTS, Trainer } from '../../src/train.ts';

const model = readFileSync(new URL('../../data/mnist-mlp-512-trained.wjz', import.meta.url));
const png = readFileSync(new URL('../../data/pictures/digit-7.png', import.meta.url));

const pictures: LabelledPictures = {
  count: 0,
  width: 28,
  height: 28,
  pictures: new Uint8Array(0),
  labels: new Uint8Array(0),
};

async function refusal(work: () => Promise<unknown>): Promise<string> {
  return work().then(
    () => 'none',
    ({ kind, code, message }) => `${kind} ${code} ${message}`,
  );
}

const WRONG: [object, RegExp][] = [
  [{ pth: 'expanded' }, /OPTION_UNKNOWN .*unknown option 'pth'.*\bpath\b.*did you mean 'path'/],
  [{ Backend: 'wasm' }, /OPTION_UNKNOWN .*did you mean 'backend'/],
  [{ zzzz: 1 }, /OPTION_UNKNOWN .*expected one of: path, backends, backend, [^(]*$/],
  [{ path: 'coeff' }, /OPTION_VALUE .*'path' is 'coeff', expected one of: coefficient, .*mean 'coefficient'/],
  [{ path: 'matrix' }, /OPTION_VALUE .*'matrix' is now called 'expanded'/],
  [{ path: null }, /OPTION_VALUE .*'path' is null/],
  [{ memory: 'stram' }, /OPTION_VALUE .*speed, compact, stream \(did you mean 'stream'\?\)/],
  [{ precision: 'fp16' }, /OPTION_VALUE .*'fp16', expected one of: float32, int16/],
  [{ threads: 0 }, /OPTION_VALUE .*'threads' is 0, expected a whole number, 1 to 64/],
  [{ threads: '2' }, /OPTION_VALUE .*'2'/],
  [{ backend: 'webgpux' }, /OPTION_VALUE .*did you mean 'webgpu'/],
  [{ backend: 'wgsl' }, /OPTION_VALUE .*'wgsl' is now called 'webgpu'/],
  [{ backends: ['webasm'] }, /OPTION_VALUE .*'webasm' is now called 'gpujs:wasm'/],
  [{ backends: ['wasm', 'cpu'] }, /OPTION_VALUE .*'cpu' is now called 'gpujs:cpu'/],
  [{ backends: ['wasm', 'cuda'] }, /OPTION_VALUE .*\['wasm', 'cuda'\]/],
  [{ backends: ['wasm', 'referense'] }, /OPTION_VALUE .*did you mean 'reference'/],
  [{ backends: [] }, /OPTION_VALUE/],
  [{ backend: 'wasm', backends: ['wasm'] }, /OPTION_VALUE .*the same/],
  [{ progressive: 1 }, /OPTION_VALUE .*true or false/],
  [{ onProgress: 'x' }, /OPTION_VALUE .*a function/],
  [{ retries: -1 }, /OPTION_VALUE/],
  [{ timeout: 0 }, /OPTION_VALUE .*'timeout' is 0/],
  [{ timeout: Number.NaN }, /OPTION_VALUE/],
  [{ signal: new AbortController() }, /OPTION_VALUE .*AbortController.*an AbortSignal/],
  [{ dense: 'model.safetensors' }, /OPTION_VALUE .*Uint8Array/],
  [{ limits: { maxEntrys: 3 } }, /OPTION_UNKNOWN .*limits: unknown option 'maxEntrys'.*'maxEntries'/],
  [{ jpegLimits: { maxPixels: 3 } }, /OPTION_UNKNOWN .*jpegLimits.*maxSamples, maxScans/],
  [{ pictureLimits: 5 }, /OPTION_VALUE .*pictureLimits: options are 5/],
];

describe('options of a session', () => {
  it.each(WRONG)('%o are refused by create and fromFile', async (options, message) => {
    expect(await refusal(() => InferenceSession.create(model, options))).toMatch(message);
    expect(await refusal(() => InferenceSession.fromFile(readWjz(model), options))).toMatch(message);
  });

  it.each(['wasm', null, 7, []])('%o is no options', async (options) => {
    expect(await refusal(() => InferenceSession.create(model, options as SessionOptions))).toMatch(
      /^misuse OPTION_VALUE InferenceSession.create: options are/,
    );
  });

  it('that are undefined are the same as absent', async () => {
    const options = { path: undefined, backends: undefined, threads: undefined, signal: undefined };
    const session = await InferenceSession.create(model, options as unknown as SessionOptions);
    expect(session).toMatchObject({ path: 'coefficient', backend: 'wasm' });
    session.dispose();
  });

  it.each([
    { backend: 'reference' },
    { backends: 'reference' },
    { backend: ['reference'] },
    { backends: ['reference', 'wasm'] },
  ] as SessionOptions[])('%o choose the backend', async (options) => {
    const session = await InferenceSession.create(model, options);
    expect(session.backend).toBe('reference');
    session.dispose();
  });
});

describe('options of a run', () => {
  it.each([
    [{ bakground: 'dark' }, /OPTION_UNKNOWN .*did you mean 'background'/],
    [{ ground: 'dark' }, /OPTION_UNKNOWN .*option 'ground' is now called 'background'/],
    [{ background: 'drak' }, /OPTION_VALUE .*did you mean 'dark'/],
    [{ timeout: -5 }, /OPTION_VALUE/],
  ] as [RunOptions, RegExp][])('%o are refused', async (options, message) => {
    const session = await InferenceSession.create(model);
    const vector = new Float32Array(784);
    expect(await refusal(() => session.infer(png, options))).toMatch(message);
    expect(await refusal(() => session.infer(vector, options))).toMatch(message);
    expect(await refusal(() => session.prepare(png, options))).toMatch(message);
    expect(await refusal(() => session.inferBatch([png, vector], options))).toMatch(message);
    session.dispose();
  });
});

describe('availability', () => {
  it('refuses a name that no backend has', async () => {
    expect(await refusal(() => availability('wsam' as 'wasm'))).toMatch(/ARGUMENT .*did you mean 'wasm'/);
  });
});

describe('bytes that are changed after they were given', () => {
  it.each([{ memory: 'stream' }, {}] as SessionOptions[])('change no answer (%o)', async (options) => {
    const mine = new Uint8Array(model);
    const opening = InferenceSession.create(mine, options);
    mine.fill(0);
    const session = await opening;
    const file = new Uint8Array(model);
    const other = await InferenceSession.fromFile(readWjz(file), options);
    file.fill(0);
    const values = Float32Array.from({ length: 784 * 64 }, (_, i) => Math.sin(i));
    const untouched = await InferenceSession.create(model, options);
    const expected = await untouched.runBatch(values, 64);
    expect(await session.runBatch(values, 64)).toEqual(expected);
    expect(await other.runBatch(values, 64)).toEqual(expected);
  });

  it('change no batch that waits for its kernels', async () => {
    const session = await InferenceSession.create(model);
    const values = Float32Array.from({ length: 784 * 64 }, (_, i) => Math.sin(i));
    const running = session.runBatch(values, 64);
    const copy = values.slice();
    values.fill(0);
    expect(await running).toEqual(await session.runBatch(copy, 64));
  });
});

describe('using', () => {
  it('disposes of a session at the end of its block', async () => {
    let kept: InferenceSession;
    {
      using session = await InferenceSession.create(model);
      kept = session;
      expect((await session.infer(png)).label).toBe('7');
    }
    await expect(kept.infer(png)).rejects.toMatchObject({ code: 'SESSION_DISPOSED' });
    {
      await using session = await InferenceSession.create(model);
      kept = session;
    }
    await expect(kept.infer(png)).rejects.toMatchObject({ code: 'SESSION_DISPOSED' });
  });
});

test('a Trainer without options takes its defaults, and the rest from the data', () => {
  const data = {
    count: 60,
    width: 8,
    height: 8,
    pictures: new Uint8Array(60 * 64),
    labels: Uint8Array.from({ length: 60 }, (_, i) => i % 3),
  };
  expect(new Trainer(data).options).toEqual({ ...TRAIN_DEFAULTS, outputs: 3, validation: 5, batch: 55 });
  expect(new Trainer(data, { validation: 20, batch: 10 }).options).toMatchObject({
    validation: 20,
    batch: 10,
  });
});

describe('options of other functions', () => {
  it.each([
    [() => readWjz(model, { maxEntrys: 1 } as object), /OPTION_UNKNOWN .*'maxEntries'/],
    [() => readWjz('model.wjz' as never), /ARGUMENT .*'model.wjz', expected a Uint8Array/],
    [() => readSafetensors(new Uint8Array(9), { maxHeader: 1 } as object), /OPTION_UNKNOWN .*maxHeaderBytes/],
    [() => readSafetensors(undefined as never), /ARGUMENT .*undefined, expected a Uint8Array/],
    [() => new Trainer(pictures, { ...TRAIN_DEFAULTS, epoch: 1 } as never), /OPTION_UNKNOWN .*'epochs'/],
    [
      () => new Trainer(pictures, { ...TRAIN_DEFAULTS, table: 'all' as 'shared' }),
      /OPTION_VALUE .*'table' is 'all'/,
    ],
    [() => new Trainer(pictures, { step: { rows: 1 } as never }), /OPTION_MISSING .*'matrix' is missing/],
    [() => new Trainer(pictures, { ...TRAIN_DEFAULTS, rate: 'codr' as 'coder' }), /did you mean 'coder'/],
  ])('are refused (%#)', (call, message) => {
    let refusal = 'none';
    try {
      call();
    } catch (error) {
      const { code, message: text } = error as WjpegError;
      refusal = `${code} ${text}`;
    }
    expect(refusal).toMatch(message);
  });
});
