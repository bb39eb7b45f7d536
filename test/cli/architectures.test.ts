import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_SCHEMA } from '../../src/importers/onnx/schema.ts';
import { encodeGreyPng } from '../../src/png/encode.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { leNetShapes, norm, stateDict } from '../importers/architecture/tensors.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { writeTwoClasses, writeTwoClassNetwork } from './two-classes.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-architectures-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const run = (...words: string[]): Promise<ProgramResult> => runProgram('wjpeg', words, { cwd: folder });

/** What a failed command prints: one line, and nothing written. */
async function refusal(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...words);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(at('no.wjz'))).toBe(false);
  return stderr;
}

/** Small weights, so that answers stay small too. */
function writeNetwork(name: string, shapes: Readonly<Record<string, readonly number[]>>): void {
  writeFileSync(at(name), writeSafetensors(stateDict(shapes)));
}

const OWN_NAMES = ['features.0', 'features.3', 'head.0', 'head.2', 'head.4'];
const RESIDUAL = {
  'conv1.weight': [8, 1, 3, 3],
  ...norm('bn1', 8),
  'conv2.weight': [8, 8, 3, 3],
  'fc.weight': [2, 8],
  'fc.bias': [2],
};
const DESCRIPTION = {
  input: [1, 8, 8],
  layers: [
    { type: 'conv2d', weights: 'conv1', pads: 1 },
    { type: 'batch-norm', weights: 'bn1' },
    { type: 'relu', name: 'stem' },
    { type: 'conv2d', weights: 'conv2', pads: 1 },
    { type: 'add', inputs: ['conv2', 'stem'] },
    { type: 'global-average-pool' },
    { type: 'linear', weights: 'fc' },
  ],
};

beforeAll(() => {
  writeNetwork('lenet.safetensors', leNetShapes());
  writeNetwork('own names.safetensors', leNetShapes(OWN_NAMES));
  writeNetwork('residual.safetensors', RESIDUAL);
  writeFileSync(at('net.json'), JSON.stringify(DESCRIPTION));
  const samples = Uint8Array.from({ length: 64 }, (_, index) => (index * 37) % 256);
  writeFileSync(at('a.png'), encodeGreyPng({ width: 8, height: 8, samples }));
  writeTwoClasses(folder, 't10k', 40);
});

describe('wjpeg architecture', () => {
  it('lists the networks that are known by name', async () => {
    const { code, stdout } = await run('architecture');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^resnet20 +3×32×32 +ResNet-20 for CIFAR.* 20$/m);
  });

  it('prints one with the names of a file, which compress takes', async () => {
    const { stdout } = await run('architecture', 'lenet5-28', '--like', 'own names.safetensors');
    expect(JSON.parse(stdout).layers[3]).toEqual({ type: 'conv2d', weights: 'features.3' });
    writeFileSync(at('lenet.json'), stdout);
    const words = ['own names.safetensors', '-o', 'own.wjz', '--architecture', 'lenet.json'];
    const compressed = await run('compress', ...words);
    expect(compressed.stdout).toMatch(/^features\.0 +6×1×5×5/m);
    expect(compressed.code).toBe(0);
  });

  it.each([
    [['architecture', 'lenet'], /no architecture is called 'lenet' \(did you mean 'lenet5'\?\)/],
    [['architecture', 'resnet20', '--like', 'lenet.safetensors'], /lenet\.safetensors: the file has 2 conv/],
    [['architecture', 'lenet5', '--like', 'net.json'], /net\.json: this is a description of a network/],
    [['architecture', 'lenet5', '--like', 'none'], /none: .*not exist|no such/],
  ])('%j in one line', async (words, message) => {
    expect(await refusal(...words)).toMatch(message);
  });
});

describe('wjpeg compress --architecture', () => {
  const compress = (file: string, ...more: string[]): Promise<string> =>
    refusal('compress', file, '-o', 'no.wjz', ...more);

  it('says what a file with convolutions needs', async () => {
    expect(await compress('lenet.safetensors')).toMatch(
      /'conv1\.weight' belongs to a convolution.*those of lenet5 or lenet5-28: --architecture lenet5$/m,
    );
    expect(await compress('own names.safetensors')).toMatch(
      /shapes of lenet5 or lenet5-28 under other names: wjpeg architecture lenet5 --like '\S*own names\.safetensors' > net\.json/,
    );
    expect(await compress('residual.safetensors')).toMatch(/describe it in a JSON file/);
  });

  it('names what is missing and left over, and the command that writes the names', async () => {
    expect(await compress('own names.safetensors', '--architecture', 'lenet5')).toMatch(
      /missing conv1\.weight, .*; left over features\.0\.weight, .*; the shapes fit: wjpeg architecture lenet5 --like/,
    );
    expect(await compress('residual.safetensors', '--architecture', 'lenet5')).not.toMatch(/--like/);
  });

  it.each([
    ['{ "input": [1, 8, 8] ', /bad\.json: this is no JSON/],
    [{ ...DESCRIPTION, input: 64 }, /bad\.json: input: expected a non-empty array, got 64/],
    [
      { ...DESCRIPTION, layers: [{ type: 'conv2d', weights: 'conv1', padding: 1 }] },
      /bad\.json: layers\.0\.padding: unknown field, expected one of: type, name, inputs, strides, pads/,
    ],
    [
      { ...DESCRIPTION, input: [3, 8, 8] },
      /residual\.safetensors: node 'conv1' \(conv2d\): .* does not fit 3 input/,
    ],
  ])('a wrong description: %j', async (description, message) => {
    writeFileSync(
      at('bad.json'),
      typeof description === 'string' ? description : JSON.stringify(description),
    );
    expect(await compress('residual.safetensors', '--architecture', 'bad.json')).toMatch(message);
  });

  it('an unknown name, a file that is missing', async () => {
    expect(await compress('lenet.safetensors', '--architecture', 'lenet6')).toMatch(
      /no architecture is called 'lenet6' \(did you mean 'lenet5'\?\).* or a JSON file/,
    );
    expect(await compress('lenet.safetensors', '--architecture', 'none.json')).toMatch(
      /^wjpeg: cannot read none\.json: no such file/,
    );
  });
});

describe('the original beside a graph', () => {
  beforeAll(async () => {
    const words = ['residual.safetensors', '-o', 'residual.wjz', '--architecture', 'net.json'];
    const { code, stdout } = await run('compress', ...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/epsilon 0\.00001, which files do not hold/);
    expect(
      (await run('compress', 'lenet.safetensors', '-o', 'lenet.wjz', '--architecture', 'lenet5-28')).code,
    ).toBe(0);
  });

  it('is told by its tensors where it is in the zoo', async () => {
    const { code, stdout } = await runProgram(
      'wjpeg-infer',
      ['lenet.wjz', 'a.png', '--dense', 'lenet.safetensors'],
      {
        cwd: folder,
      },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dense +wasm/m);
  });

  const dense = ['--dense', 'residual.safetensors', '--architecture', 'net.json'];

  it('is run by wjpeg-infer, with its description', async () => {
    const words = ['residual.wjz', 'a.png', ...dense];
    const { code, stdout } = await runProgram('wjpeg-infer', words, { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dense +wasm/m);
  });

  it('needs it where batch norms were folded', async () => {
    const { code, stderr } = await runProgram(
      'wjpeg-infer',
      ['residual.wjz', 'a.png', '--dense', 'residual.safetensors', '--path', 'dense'],
      { cwd: folder },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /residual\.safetensors: the dense model is not the network of the \.wjz: .*--architecture/,
    );
  });

  it('is measured by eval, and its weights are in the report', async () => {
    const evaluated = await run('eval', 'residual.wjz', '--data', folder, ...dense, '--json');
    expect(JSON.parse(evaluated.stdout).results.map(({ path }: { path: string }) => path)).toEqual([
      'coefficient',
      'expanded',
      'dense',
    ]);
    const reported = await run('report', 'residual.wjz', '--json', ...dense, '--repeats', '3');
    expect(reported.code).toBe(0);
    const { layers } = JSON.parse(reported.stdout);
    expect(layers.length).toBeGreaterThan(0);
    for (const { relativeError } of layers) expect(relativeError).toBeLessThan(0.2);
  });

  it('is verified, and the stored network compared with it', async () => {
    const { code, stdout } = await run(
      'verify',
      'residual.wjz',
      ...dense,
      '--backend',
      'wasm',
      '--json',
      '--samples',
      '8',
    );
    expect(code).toBe(0);
    const { verdicts, original } = JSON.parse(stdout);
    expect(verdicts.map(({ path, passed }: { path: string; passed?: boolean }) => [path, passed])).toEqual([
      ['coefficient', true],
      ['expanded', undefined],
      ['dense', true],
    ]);
    expect(original.max).toBeGreaterThan(0);
    expect(original.max).toBeLessThan(0.5);
    const text = await run('verify', 'residual.wjz', ...dense, '--backend', 'wasm', '--samples', '8');
    expect(text.stdout).toMatch(/^dense +wasm .*passed$/m);
    expect(text.stdout).toMatch(/The stored network against the original.*same answer \d\/8\./);
  });

  it('exported from the .wjz says itself what it is', async () => {
    expect((await run('export', 'residual.wjz', '-o', 'exported.safetensors')).code).toBe(0);
    const words = ['residual.wjz', 'a.png', '--dense', 'exported.safetensors'];
    const { code, stdout, stderr } = await runProgram('wjpeg-infer', words, { cwd: folder });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^dense +wasm/m);
  });

  it('an architecture without an original is refused', async () => {
    for (const [command, ...more] of [
      ['infer', 'a.png'],
      ['verify'],
      ['inspect'],
      ['eval', '--data', folder],
    ]) {
      const words = [command, 'residual.wjz', ...more, '--architecture', 'net.json'];
      expect(await refusal(...words)).toMatch(/--architecture says what network --dense is/);
    }
  });
});

describe('an ONNX model beside a chain', () => {
  beforeAll(async () => {
    writeTwoClassNetwork(at('chain.safetensors'));
    writeFileSync(at('chain.onnx'), onnxOf('chain.safetensors'));
    const words = ['chain.safetensors', '-o', 'chain.wjz', '--input', '8x8'];
    expect((await run('compress', ...words)).code).toBe(0);
  });

  it('runs in infer, eval, report and verify, as its safetensors do', async () => {
    const answer = async (dense: string): Promise<string> => {
      const words = ['chain.wjz', 'a.png', '--path', 'dense', '--dense', dense, '--no-baseline', '--json'];
      return (await runProgram('wjpeg-infer', words, { cwd: folder })).stdout;
    };
    const expected = await answer('chain.safetensors');
    expect(expected).toMatch(/"path": ?"dense"/);
    expect(await answer('chain.onnx')).toBe(expected);
    const evaluated = await run('eval', 'chain.wjz', '--data', folder, '--dense', 'chain.onnx');
    expect(evaluated.stdout).toMatch(/^dense +wasm +40\/40/m);
    const reported = await run('report', 'chain.wjz', '--json', '--dense', 'chain.onnx', '--repeats', '3');
    expect(JSON.parse(reported.stdout).layers[0].relativeError).toBeLessThan(0.2);
    const verified = await run(
      'verify',
      'chain.wjz',
      '--dense',
      'chain.onnx',
      '--backend',
      'wasm',
      '--samples',
      '8',
    );
    expect(verified.stdout).toMatch(/^dense +wasm .*passed$/m);
    const drawn = await run(
      'inspect',
      'chain.wjz',
      '--png',
      'n.png',
      '--neuron',
      '3',
      '--dense',
      'chain.onnx',
    );
    expect(drawn.stderr).toMatch(/before \| after/);
  });

  it('of another network is refused', async () => {
    const words = ['residual.wjz', '--data', folder, '--dense', 'chain.onnx'];
    expect(await refusal('eval', ...words)).toMatch(
      /chain\.onnx: the dense model: the shape 1×8×8 is given for input 'x', which has \[64\]/,
    );
  });
});

describe('wjpeg inspect of a network', () => {
  it('shows the graph of a description', async () => {
    const { code, stdout } = await run('inspect', 'residual.safetensors', '--architecture', 'net.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^input +input 1×8×8$/m);
    expect(stdout).toMatch(/^conv2 +conv2d, pads \[1,1,1,1\] +stem +8×8×8 +576 +36,864$/m);
    expect(stdout).toMatch(/^bn1 +conv1 +8×1×3×3 +matrix +9×8$/m);
    expect(stdout).toMatch(/^conv2 +conv2 +8×8×3×3 +taps +72×8$/m);
    expect(stdout).toMatch(/fewer bytes than numbers, batch norms folded into them\./);
  });

  it('shows tensors where nothing says what they make, and what fits', async () => {
    const { code, stdout } = await run('inspect', 'lenet.safetensors');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^conv2\.weight +F32 +16×6×5×5$/m);
    expect(stdout).toMatch(/^next: its tensors are those of lenet5 or lenet5-28: --architecture lenet5$/m);
    const { stdout: json } = await run('inspect', 'lenet.safetensors', '--json');
    expect(JSON.parse(json)).toMatchObject({ format: 'safetensors', architectures: ['lenet5', 'lenet5-28'] });
  });

  it('shows chains of linear layers as their names and sizes say, and ONNX models', async () => {
    const words = ['inspect', 'chain.safetensors', '--json'];
    const chain = JSON.parse((await run(...words)).stdout);
    expect(chain.nodes.map(({ operator }: { operator: string }) => operator)).toEqual([
      'linear',
      'relu',
      'linear',
    ]);
    expect(chain).toMatchObject({ multiplications: 64 * 16 + 16 * 2 });
    const { stdout } = await run('inspect', 'chain.onnx');
    expect(stdout).toMatch(/^format +ONNX, opset 13$/m);
    expect(stdout).toMatch(/^first +linear +x +16 +1,0\d\d +1,024$/m);
    // It has nothing to fold.
    expect(stdout).toMatch(/where that takes fewer bytes than numbers\.\n$/);
  });

  it.each([
    [['inspect', 'chain.onnx', '--png', 'a.png'], /chain\.onnx: --png is for a model of wjpeg/],
    [['inspect', 'chain.onnx', '--architecture', 'lenet5'], /--architecture is for safetensors files/],
    [
      ['inspect', 'chain.wjz', '--input-shape', '3x8x8'],
      /--input-shape is for an ONNX model, this is a model of wjpeg/,
    ],
    [['inspect', 'lenet.safetensors', '--architecture', 'resnet20'], /missing .*; left over/],
    [['inspect', 'unknown.onnx'], /unknown\.onnx: unsupported operators: LSTM/],
  ])('%j in one line', async (words, message) => {
    writeFileSync(
      at('unknown.onnx'),
      model([{ opType: 'LSTM', name: 'l', input: ['x'], output: ['y'] }], [], [1, 4]),
    );
    expect(await refusal(...words)).toMatch(message);
  });
});

describe('wjpeg train --from and --teacher', () => {
  it('take an ONNX model or a .wjz, and refuse one of other pictures', async () => {
    writeTwoClasses(folder, 'train', 120);
    const words = ['--data', folder, '-o', 'no.wjz', '--outputs', '2', '--epochs', '1', '--validation', '10'];
    expect(
      await refusal('train', ...words, '--from', 'lenet.safetensors', '--architecture', 'lenet5'),
    ).toMatch(/the network takes 1×32×32, the pictures are 1×/);
    const trained = words.map((word) => (word === 'no.wjz' ? 'trained.wjz' : word));
    const { code, stderr } = await run('train', ...trained, '--from', 'chain.onnx');
    expect(code, stderr).toBe(0);
    const taught = await run('train', ...words.with(3, 'taught.wjz'), '--teacher', 'trained.wjz');
    expect(taught.code, taught.stderr).toBe(0);
    expect(
      await refusal('train', ...words, '--teacher', 'lenet.safetensors', '--architecture', 'lenet5'),
    ).toMatch(/the teacher takes 1×32×32 .* and gives 10 numbers, expected 1×/);
  });
});

function model(node: object[], initializer: object[], dims: readonly number[]): Uint8Array {
  const value = (name: string, extents: readonly number[]): object => ({
    name,
    type: { tensorType: { shape: { dim: extents.map((extent) => ({ dimValue: BigInt(extent) })) } } },
  });
  const graph = { node, initializer, input: [value('x', dims)], output: [value('y', [])] };
  const message = { opsetImport: [{ domain: '', version: 13n }], graph } as Record<string, unknown>;
  // Files begin with their version, ir_version 8, which the importer does not read.
  return Uint8Array.from([8, 8, ...toBinary(MODEL_SCHEMA, create(MODEL_SCHEMA, message))]);
}

/** The two linear layers of a file as an ONNX model. */
function onnxOf(name: string): Uint8Array {
  const tensors = readSafetensors(new Uint8Array(readFileSync(at(name))));
  const initializer = [...tensors].map(([tensor, { shape, ...rest }]) => ({
    name: tensor,
    dims: shape.map(BigInt),
    dataType: 1,
    floatData: [...toFloat32({ shape, ...rest })],
  }));
  const gemm = (node: string, input: string, layer: string, output: string): object => ({
    opType: 'Gemm',
    name: node,
    input: [input, `${layer}.weight`, ...(tensors.has(`${layer}.bias`) ? [`${layer}.bias`] : [])],
    output: [output],
    attribute: [{ name: 'transB', type: 2, i: 1n }],
  });
  const [first, second] = [...tensors.keys()]
    .filter((key) => key.endsWith('.weight'))
    .map((key) => key.slice(0, -7));
  return model(
    [
      gemm('first', 'x', first, 'h'),
      { opType: 'Relu', name: 'r', input: ['h'], output: ['a'] },
      gemm('second', 'a', second, 'y'),
    ],
    initializer,
    [1, 64],
  );
}
