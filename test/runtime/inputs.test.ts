import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceResult, ModelInput } from '../../src/index.ts';
import { InferenceSession } from '../../src/index.ts';
import { Host } from '../parts/host.ts';

const DATA = new URL('../../data/', import.meta.url);
const model = readFileSync(new URL('mnist-mlp-512-trained.wjz', DATA));
const pngFile = new URL('pictures/digit-7.png', DATA);
const png = readFileSync(pngFile);
const jpeg = readFileSync(new URL('pictures/digit-3-grey.jpg', DATA));

let session: InferenceSession;
let host: Host;
let seven: InferenceResult;

beforeAll(async () => {
  session = await InferenceSession.create(model);
  host = await Host.open({
    '/seven.png': { type: 'image/png', body: png },
    '/page.png': { type: 'image/png', body: '\n <!DOCTYPE html><html>Not found</html>' },
  });
  seven = await session.infer(png);
});
afterAll(async () => {
  session.dispose();
  await host.close();
});

/** The input that the network sees of the seven, as plain numbers. */
async function sevenValues(): Promise<Float32Array> {
  const prepared = await session.prepare(png);
  return prepared.kind === 'values' ? prepared.values : new Float32Array(0);
}

function error(input: unknown): Promise<string> {
  return session.infer(input as ModelInput).then(
    () => 'none',
    ({ code, message }) => `${code} ${message}`,
  );
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

describe('an encoded picture', () => {
  const copy = new Uint8Array(png);
  const forms: Record<string, () => ModelInput | Promise<ModelInput>> = {
    Buffer: () => png,
    Uint8Array: () => copy,
    Uint8ClampedArray: () => new Uint8ClampedArray(copy.buffer),
    DataView: () => new DataView(copy.buffer),
    ArrayBuffer: () => copy.buffer,
    SharedArrayBuffer: () => shared(png),
    'Uint8Array on shared memory': () => new Uint8Array(shared(png)),
    Blob: () => new Blob([copy]),
    File: () => new File([copy], 'seven.png'),
    Response: () => new Response(copy),
    'a fetched Response': () => fetch(`${host.address}/seven.png`),
    Request: () => new Request(`${host.address}/seven.png`),
    URL: () => new URL(`${host.address}/seven.png`),
    'an address': () => `${host.address}/seven.png`,
    'a data: address': () => `data:image/png;base64,${png.toString('base64')}`,
    'a file: URL': () => pngFile,
    'a stream': () => new Blob([copy]).stream(),
  };
  it.each(Object.keys(forms))('as %s answers the same', async (name) => {
    const answer = await session.infer(await forms[name]());
    expect(answer.logits).toEqual(seven.logits);
    expect(answer.picture).toEqual(seven.picture);
  });
});

describe('pixels', () => {
  const side = 12;
  const grey = Uint8Array.from({ length: side * side }, (_, i) => (i * 37) % 256);
  const opacity = Uint8Array.from({ length: side * side }, (_, i) => (i * 11) % 256);
  const pixels = (channels: number, sample: (pixel: number, channel: number) => number) => ({
    data: Uint8ClampedArray.from({ length: side * side * channels }, (_, i) =>
      sample(Math.floor(i / channels), i % channels),
    ),
    width: side,
    height: side,
    channels,
  });
  const rgba = (pixel: number, channel: number): number =>
    channel === 3 ? opacity[pixel] : (grey[pixel] * (channel + 1)) % 256;

  it.each([
    ['grey', pixels(1, (pixel) => grey[pixel])],
    ['grey with opacity', pixels(2, (pixel, channel) => [grey, opacity][channel][pixel])],
    ['RGB', pixels(3, rgba)],
    ['RGBA', pixels(4, rgba)],
    ['opaque RGBA', pixels(4, (pixel, channel) => (channel === 3 ? 255 : rgba(pixel, channel)))],
  ])('%s answer as the same pixels in a PNG', async (_, { data, width, height, channels }) => {
    const encoded = encode({ data: new Uint8Array(data), width, height, channels, depth: 8 });
    const expected = await session.infer(encoded);
    const answer = await session.infer({ data, width, height });
    expect(answer.logits).toEqual(expected.logits);
    expect(answer.picture).toEqual({ ...expected.picture, format: 'pixels' });
    const plain = await session.infer({ data: Array.from(data), width, height });
    expect(plain.logits).toEqual(expected.logits);
  });

  it.each([
    [{ data: new Uint8Array(10), width: 2, height: 2 }, /PICTURE_SIZE .*10 samples, expected 16 \(RGBA\)/],
    [{ data: new Uint8Array(0), width: 0, height: 2 }, /PICTURE_SIZE .*0×2/],
    [{ data: new Uint8Array(4), width: 1.5, height: 2 }, /PICTURE_SIZE .*1.5×2/],
    [{ data: [1, 2, 300, 4], width: 2, height: 2 }, /PICTURE_SIZE .*300 at 2/],
    [{ data: new Uint16Array(4), width: 2, height: 2 }, /PICTURE_SIZE .*Uint16Array/],
    [{ data: new Uint8Array(4), width: 1e5, height: 1e5 }, /PICTURE_TOO_LARGE/],
  ])('that are none are refused (%#)', async (input, message) => {
    expect(await error(input)).toMatch(message);
  });

  it('without a header among encoded ones are told how to be given', async () => {
    expect(await error(new Uint8Array(784))).toMatch(/PICTURE_FORMAT .*\{ data, width, height \}/);
  });
});

describe('a vector', () => {
  it('answers the same in every form', async () => {
    const values = await sevenValues();
    const rows = Array.from({ length: 28 }, (_, y) => Array.from(values.subarray(y * 28, (y + 1) * 28)));
    const forms: ModelInput[] = [
      values,
      Float64Array.from(values),
      Array.from(values),
      rows,
      [[rows]],
      rows.map((row) => Float32Array.from(row)) as unknown as ModelInput,
      [Array.from(values)],
      { data: values, dims: [784] },
      { data: values, dims: [1, 784] },
      { data: values, dims: [1, 1, 28, 28] },
      { data: Float64Array.from(values), dims: [28, 28] },
      { data: Array.from(values), dims: [1, 28, 28, 1] },
    ];
    for (const form of forms) {
      const answer = await session.infer(form);
      expect(answer.logits).toEqual(seven.logits);
      expect(answer.picture).toBeUndefined();
      const prepared = await session.prepare(form);
      expect(await session.runPrepared(prepared)).toEqual(seven.logits);
    }
  });

  const zeros = (length: number): number[] => new Array(length).fill(0);
  it.each([
    [new Float32Array(783), /INPUT_LENGTH .*783 values.*784/],
    [new Float32Array(0), /INPUT_LENGTH .*0 values.*784/],
    [new Float64Array(785), /INPUT_LENGTH .*785 values, expected 784 \(28 rows of 28\)/],
    [[], /INPUT_LENGTH .*\[0\], expected \[784\] or \[28, 28\]/],
    [zeros(10), /INPUT_LENGTH .*\[10\]/],
    [[zeros(784), zeros(784)], /INPUT_SHAPE .*\[2, 784\].*for 2 inputs call runBatch/],
    [[zeros(28), zeros(27)], /INPUT_SHAPE .*rows of 28 and of 27/],
    [{ data: new Float32Array(784), dims: [392, 2] }, /INPUT_SHAPE .*\[392, 2\]/],
    [{ data: new Float32Array(784), dims: [3, 28, 28] }, /INPUT_SHAPE .*\[3, 28, 28\].*runBatch/],
    [{ data: new Float32Array(783), dims: [784] }, /INPUT_LENGTH .*783 values, expected 784/],
    [{ data: new Float32Array(784), dims: '784' }, /INPUT_SHAPE .*'784'/],
    [{ data: new Float32Array(784), dims: [-784] }, /INPUT_SHAPE/],
    [{ data: new Uint8Array(784), dims: [784] }, /INPUT_TYPE .*Uint8Array/],
    [new Int32Array(784), /INPUT_TYPE .*Int32Array/],
    [new BigInt64Array(784), /INPUT_TYPE .*BigInt64Array/],
    [['1', ...zeros(783)], /INPUT_TYPE .*value 0 is '1'/],
    [new Array(784), /INPUT_TYPE .*value 0 is undefined/],
    [[Number.NaN, ...zeros(783)], /INPUT_NOT_FINITE/],
    [Float64Array.of(1e300, ...zeros(783)), /INPUT_NOT_FINITE/],
  ])('that does not fit is refused (%#)', async (input, message) => {
    expect(await error(input)).toMatch(message);
  });
});

describe('what is no input', () => {
  it.each([undefined, null, 7, true, {}, () => 0, Symbol('x'), new Map(), { data: 1 }])(
    'is refused by name (%#)',
    async (input) => {
      expect(await error(input)).toMatch(/^INPUT_TYPE got \w+, expected an address/);
    },
  );

  it.each(['digit.png', './digit.png', 'C:\\digit.png', '/etc/passwd', 'file:///etc/passwd'])(
    'the path %s is not read',
    async (path) => {
      expect(await error(path)).toMatch(/^SOURCE_ADDRESS .*is not a URL.*for a file pass/s);
    },
  );

  it('a missing file is named', async () => {
    expect(await error(pathToFileURL('/nowhere/digit.png'))).toMatch(
      /^FILE_NOT_FOUND .*\/nowhere\/digit.png/,
    );
  });

  it('an address that answers 404 or HTML is named', async () => {
    const missing = `${host.address}/missing.png`;
    expect(await error(missing)).toBe(`FETCH_FAILED ${missing}: the server answered 404`);
    const page = `${host.address}/page.png`;
    expect(await error(page)).toMatch(`SOURCE_CONTENT ${page}: the content is an HTML page, expected a PNG`);
    const inFile = new File(['<html>'], 'saved.png');
    expect(await error(inFile)).toMatch('SOURCE_CONTENT saved.png: the content is an HTML page');
  });
});

describe('runBatch of inputs', () => {
  it('returns one result each, in order, whatever their forms', async () => {
    const values = await sevenValues();
    const inputs: ModelInput[] = [jpeg, png, values, new Blob([png]), jpeg, Array.from(values)];
    const answers = await session.inferBatch(inputs);
    expect(answers.map(({ label }) => label)).toEqual(['3', '7', '7', '7', '3', '7']);
    for (const [at, input] of inputs.entries()) {
      const alone = await session.infer(input);
      expect(answers[at].picture).toEqual(alone.picture);
      alone.logits.forEach((logit, i) => {
        expect(answers[at].logits[i]).toBeCloseTo(logit, 4);
      });
    }
  });

  it('names the input that cannot be run', async () => {
    await expect(session.inferBatch([png, new Uint8Array(3)])).rejects.toMatchObject({
      code: 'PICTURE_FORMAT',
      message: expect.stringMatching(/^input 1: /),
    });
    await expect(session.inferBatch([1, 2] as never)).rejects.toMatchObject({ code: 'INPUT_TYPE' });
  });

  it('of none is no results', async () => {
    expect(await session.inferBatch([])).toEqual([]);
  });

  it('of more than a group is right to the last', async () => {
    const values = await sevenValues();
    const other = values.map((value) => value / 2);
    const answers = await session.inferBatch(
      Array.from({ length: 300 }, (_, i) => (i < 299 ? values : other)),
    );
    expect(answers).toHaveLength(300);
    const { logits } = await session.infer(other);
    answers[299].logits.forEach((logit, i) => {
      expect(logit).toBeCloseTo(logits[i], 4);
    });
  });

  it('in its old form takes a Float32Array and a number, and returns logits', async () => {
    const logits = await session.runBatch(await sevenValues(), 1);
    expect(logits).toEqual(seven.logits);
  });
});

describe('lengths', () => {
  it.each([
    [new Float32Array(0), 0],
    [new Float32Array(0), 1],
    [new Float32Array(784), 0],
    [new Float32Array(784), -1],
    [new Float32Array(784), 0.5],
    [new Float32Array(784), Number.NaN],
    [new Float32Array(784), undefined],
    [new Float32Array(783), 1],
    [new Float64Array(784), 1],
    [new Uint8Array(784), 1],
    ['x', 1],
    [undefined, 1],
  ])('runBatch refuses others (%#)', async (values, batch) => {
    await expect(session.runBatch(values as never, batch as never)).rejects.toMatchObject({
      code: expect.stringMatching(/^INPUT_(LENGTH|TYPE)$/),
    });
  });

  it.each([
    { kind: 'values', values: new Float32Array(0) },
    { kind: 'values', values: new Float32Array(1) },
    { kind: 'values', values: new Float64Array(784) },
    { kind: 'values' },
    { kind: 'coefficients', coefficients: new Float32Array(0) },
    { kind: 'coefficients', coefficients: new Float32Array(784) },
    { kind: 'coefficients' },
    { kind: 'other', values: new Float32Array(1) },
    {},
  ])('runPrepared refuses others (%#)', async (prepared) => {
    await session.infer(png);
    await expect(session.runPrepared(prepared as never)).rejects.toMatchObject({
      code: expect.stringMatching(/^INPUT_(LENGTH|TYPE)$/),
    });
  });
});
