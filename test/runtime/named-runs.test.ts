import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import { parseGraphManifest } from '../../src/format/graph-manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { InferenceSession, type SessionOptions, Tensor } from '../../src/index.ts';
import { randomNetwork } from '../compress/networks.ts';
import { GRAPH_FILE, graphContent } from '../format/graph-contents.ts';
import { backendRows } from '../graph/backends.ts';
import { seededValues } from '../operators/case.ts';
import { byParts } from '../parts/models.ts';

const trained = readFileSync(new URL('../../data/mnist-mlp-512-trained.wjz', import.meta.url));
const lenet = readFileSync(new URL('../../data/mnist-lenet5-trained.jpg', import.meta.url));
const png = readFileSync(new URL('../../data/pictures/digit-7.png', import.meta.url));
/** 16 → 12 → ReLU → 3 → softmax, a chain. */
const chain = (() => {
  const network = randomNetwork([16, 12, 3]);
  const layers = [...network.layers, { type: 'softmax' as const }];
  return writeWjz(compress({ layers }, { input: { kind: 'vector', length: 16 }, layers: [] }).content);
})();
const graph = writeWjz(graphContent());
/** The graph with a softmax behind its first output. */
const softmaxGraph = (() => {
  const content = graphContent();
  const file = {
    ...GRAPH_FILE,
    outputs: ['p', 'sum'],
    layers: [
      ...GRAPH_FILE.layers.map((layer) => (layer.name === 'p' ? { ...layer, name: 'slope' } : layer)),
      { type: 'softmax', name: 'p', inputs: ['c'] },
    ],
  };
  return writeWjz({ ...content, manifest: parseGraphManifest(file) });
})();

const open = (bytes: Uint8Array, options: SessionOptions = {}): Promise<InferenceSession> =>
  InferenceSession.create(bytes, options);
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void => {
  expect(actual.length).toBe(expected.length);
  const largest = Array.from(expected).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  Array.from(expected).forEach((value, at) => {
    expect(
      Math.abs(actual[at] - value) <= tolerance * Math.max(1, largest),
      `${at}: ${actual[at]}, ${value}`,
    ).toBe(true);
  });
};

describe('what a network takes and gives', () => {
  test('a graph that was trained here: logits, and the number of its layer is understood', async () => {
    const session = await open(lenet);
    expect(session.file.manifest.outputs).toEqual(['4']);
    expect(session.outputMetadata).toEqual([
      { name: 'logits', isTensor: true, type: 'float32', shape: ['batch', 10] },
    ]);
    const input = await Tensor.fromImage(png, session.input);
    const { logits } = await session.run({ input });
    const both = await session.run({ input }, ['4', 'logits']);
    expect([...both['4'].data]).toEqual([...logits.data]);
    expect([...both.logits.data]).toEqual([...logits.data]);
    expect(logits.data.indexOf(Math.max(...logits.data))).toBe(7);
    session.dispose();
  });

  test('a graph that came with a number for a name keeps it', async () => {
    const origin = { tool: 'wjpeg compress' };
    const file = readWjz(lenet);
    const imported = { ...file, manifest: { ...file.manifest, origin } };
    const session = await InferenceSession.fromFile(imported);
    expect(session.outputNames).toEqual(['4']);
    session.dispose();
  });

  test('a chain for pictures', async () => {
    const session = await open(trained);
    expect([session.inputNames, session.outputNames]).toEqual([['input'], ['logits']]);
    expect(session.inputMetadata).toEqual([
      { name: 'input', isTensor: true, type: 'float32', shape: ['batch', 1, 28, 28] },
    ]);
    expect(session.outputMetadata).toEqual([
      { name: 'logits', isTensor: true, type: 'float32', shape: ['batch', 10] },
    ]);
  });

  test('a graph: its outputs, by the names of the layers', async () => {
    const session = await open(graph);
    expect(session.inputMetadata[0].shape).toEqual(['batch', 1, 2, 3]);
    expect(session.outputMetadata.map(({ name, shape }) => [name, shape])).toEqual([
      ['c', ['batch', 3]],
      ['sum', ['batch', 16]],
    ]);
  });
});

describe('run by names', () => {
  test('a chain gives its logits, for a batch with its dims', async () => {
    const session = await open(trained);
    const input = await Tensor.fromImage(png, session.input as never);
    const { logits } = await session.run({ input });
    expect(logits).toBeInstanceOf(Tensor);
    expect(logits.dims).toEqual([1, 10]);
    expect([...logits.data]).toEqual([...(await session.infer(png)).logits]);
    const two = new Tensor(Float32Array.of(...input.data, ...new Float32Array(784)), [2, 784]);
    const both = (await session.run({ input: two })).logits;
    expect(both.dims).toEqual([2, 10]);
    close(both.data.subarray(0, 10), logits.data);
    expect(session.resident.nodes).toHaveLength(2);
  });

  test('tensors of other libraries serve: type, data, dims', async () => {
    const session = await open(chain);
    const input = { type: 'float32', data: seededValues(16, 2), dims: [1, 16] };
    expect((await session.run({ input })).logits.dims).toEqual([1, 3]);
  });

  test('a graph gives all its outputs, and those that are named', async () => {
    const session = await open(graph);
    const input = new Tensor(seededValues(12, 4), [2, 1, 2, 3]);
    const { c, sum, ...rest } = await session.run({ input });
    expect([c.dims, sum.dims, rest]).toEqual([[2, 3], [2, 16], {}]);
    expect([...c.data]).toEqual([...(await session.runBatch(input.data, 2))]);
    expect(Object.keys(await session.run({ input }, ['sum']))).toEqual(['sum']);
  });

  test('a graph that ends in softmax gives probabilities by its name; infer keeps the logits', async () => {
    const session = await open(softmaxGraph);
    const input = new Tensor(seededValues(12, 4), [2, 6]);
    const { p } = await session.run({ input });
    expect(p.dims).toEqual([2, 3]);
    const { probabilities, logits } = await session.infer(input.data.subarray(0, 6));
    close(p.data.subarray(0, 3), probabilities, 1e-6);
    const { c, p: again } = await session.run({ input }, ['c', 'p']);
    close(c.data.subarray(0, 3), logits);
    close(again.data, p.data, 1e-6);
  });
});

describe.each(backendRows)('intermediate values on $title', ({ backend, skipped }) => {
  test.skipIf(skipped)('of a chain: its layers, fused or not', async () => {
    const [session, exact] = [await open(chain, { backend }), await open(chain, { backend: 'reference' })];
    const before = session.residentBytes;
    const input = new Tensor(seededValues(5 * 16, 3), [5, 16]);
    const names = session.file.manifest.layers.flatMap((layer) =>
      layer.type === 'linear' ? [layer.name] : [],
    );
    const wanted = [names[0], 'relu 1', names[1], 'softmax 3', 'logits'];
    const got = await session.run({ input }, wanted);
    expect(Object.keys(got)).toEqual(wanted);
    expect(wanted.map((name) => got[name].dims)).toEqual([
      [5, 12],
      [5, 12],
      [5, 3],
      [5, 3],
      [5, 3],
    ]);
    close(
      got['relu 1'].data,
      got[names[0]].data.map((value) => Math.max(0, value)),
    );
    expect(got[names[0]].data.some((value) => value < 0)).toBe(true);
    close(got.logits.data, await exact.runBatch(input.data, 5));
    expect(got[names[1]].data).toEqual(got.logits.data);
    const one = await exact.infer(input.data.subarray(0, 16));
    close(got['softmax 3'].data.subarray(0, 3), one.probabilities);
    // Made ready once more, counted, and freed with the session.
    expect(session.residentBytes).toBeGreaterThan(before);
    const { residentBytes } = session;
    await session.run({ input }, [...wanted].reverse());
    expect(session.residentBytes).toBe(residentBytes);
    session.dispose();
    await expect(session.run({ input })).rejects.toMatchObject({ code: 'SESSION_DISPOSED' });
  });

  test.skipIf(skipped)('of a graph', async () => {
    const [session, exact] = [await open(graph, { backend }), await open(graph, { backend: 'reference' })];
    const input = new Tensor(seededValues(3 * 6, 4), [3, 6]);
    const wanted = ['b', 'gelu 1', 'leaky-relu 4', 'p', 'c'];
    const [got, judge] = [await session.run({ input }, wanted), await exact.run({ input }, wanted)];
    for (const name of wanted) close(got[name].data, judge[name].data);
    const { sum } = await exact.run({ input });
    close(
      judge.b.data.map((value, at) => value + judge['gelu 1'].data[at]),
      sum.data,
    );
  });
});

test('what is not needed for the values that are wanted is not made ready', async () => {
  const session = await open(graph, { backend: 'reference' });
  const before = session.resident.nodes.map(({ name }) => name);
  await session.run({ input: new Tensor(seededValues(6, 4), [1, 6]) }, ['gelu 1']);
  expect(session.resident.nodes.map(({ name }) => name)).toEqual([...before, 'a']);
});

test('on every path', async () => {
  for (const path of ['coefficient', 'expanded'] as const) {
    const session = await open(trained, { path });
    const { 'relu 1': hidden } = await session.run({ input: new Tensor(new Float32Array(784), [1, 784]) }, [
      'relu 1',
    ]);
    expect(hidden.dims).toEqual([1, 512]);
  }
});

test('while a model arrives, values are those of what has come', async () => {
  const bytes = byParts(trained);
  const session = await open(bytes, { progressive: true });
  await session.complete;
  const whole = await open(bytes);
  const input = new Tensor(seededValues(784, 1), [1, 784]);
  expect(await session.run({ input }, ['relu 1'])).toEqual(await whole.run({ input }, ['relu 1']));
  expect(session.file.manifest).toEqual(whole.file.manifest);
  expect(whole.file.entries.map(({ name }) => name)).toContain('model.json');
});

describe('refusals name what there is', () => {
  const input = new Tensor(new Float32Array(16), [1, 16]);
  test.each([
    [{ x: input }, undefined, 'INPUT_NAME', "unknown input 'x', expected 'input'"],
    [{}, undefined, 'INPUT_NAME', "no input is given, expected 'input'"],
    [png, undefined, 'INPUT_TYPE', 'run takes tensors by name, { input: new Tensor(…) }'],
    [[1], undefined, 'INPUT_TYPE', 'infer and classify take pictures and vectors'],
    [{ input: { ...input, data: [1] } }, undefined, 'INPUT_TYPE', 'expected a tensor of float32'],
    [{ input: { data: input.data, dims: [1, 16], type: 'int8' } }, undefined, 'INPUT_TYPE', "'int8'"],
    [{ input: new Tensor(input.data, [16]) }, undefined, 'INPUT_SHAPE', 'dims [16], expected [batch, 16]'],
    [
      { input: new Tensor(input.data, [4, 4]) },
      undefined,
      'INPUT_SHAPE',
      'dims [4, 4], expected [batch, 16]',
    ],
    [
      { input: { data: input.data, dims: [2, 16] } },
      undefined,
      'INPUT_LENGTH',
      '16 values for dims [2, 16], expected 32',
    ],
    [{ input: new Tensor(new Float32Array(16).fill(NaN), [1, 16]) }, undefined, 'INPUT_NOT_FINITE', 'NaN'],
    [{ input }, ['relu'], 'OUTPUT_NAME', "unknown output 'relu', expected one of: logits, "],
    [{ input }, ['relu'], 'OUTPUT_NAME', "(did you mean 'relu 1'?)"],
    [{ input }, [], 'OUTPUT_NAME', 'expected an array of names'],
    [{ input }, 'logits', 'OUTPUT_NAME', "fetches are 'logits', expected an array of names"],
  ])('%#', async (feeds, fetches, code, message) => {
    const session = await open(chain);
    const running = session.run(feeds as never, fetches as never);
    await expect(running).rejects.toMatchObject({ code, kind: 'misuse' });
    await expect(running).rejects.toThrow(message);
  });
});

describe('classify', () => {
  test('gives labels, the most probable first', async () => {
    const session = await open(trained);
    const top = await session.classify(png);
    expect(top).toHaveLength(5);
    expect(top[0]).toMatchObject({ label: '7', index: 7 });
    expect(top.map(({ score }) => score)).toEqual(top.map(({ score }) => score).sort((a, b) => b - a));
    const { probabilities } = await session.infer(png);
    expect(top[0].score).toBe(probabilities[7]);
    expect(await session.classify(png, { topK: 1 })).toEqual([top[0]]);
    expect(await session.classify(png, { topK: 99 })).toHaveLength(10);
    expect(await session.classify(png, { minProbability: 0.5 })).toEqual([top[0]]);
    expect((await session.classify(new Float32Array(784)))[0].label).toMatch(/^\d$/);
  });

  test.each([
    [{ topK: 0 }, /classify: option 'topK' is 0, expected a whole number, 1 or more/],
    [{ minProbability: 2 }, /'minProbability' is 2/],
    [{ top: 3 }, /unknown option 'top'.*topK/],
  ])('refuses %o', async (options, message) => {
    const session = await open(trained);
    await expect(session.classify(png, options as never)).rejects.toThrow(message);
  });
});
