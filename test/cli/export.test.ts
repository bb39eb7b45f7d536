import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { type Tensor, toFloat32 } from '../../src/safetensors/tensor.ts';
import { relativeDifference } from '../exporters/onnx/onnxruntime.ts';
import { runProgram } from './run-program.ts';

const MODEL = join(import.meta.dirname, '../../data/mnist-lenet-300-100-trained.wjz');
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const size = (name: string): number => readFileSync(at(name)).length;

describe('wjpeg export', () => {
  it('writes ONNX and says what it takes and gives', async () => {
    const { code, stdout, stderr } = await runProgram('wjpeg', ['export', MODEL, '-o', at('m.onnx')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ratio = (size('m.onnx') / readFileSync(MODEL).length).toFixed(1);
    expect(stdout).toBe(
      `${at('m.onnx')}: ${size('m.onnx')} bytes (float32), ${ratio}× ${MODEL} (2859 bytes): ` +
        `input [N, 1, 28, 28] → logits [N, 10]\n` +
        `next: onnxruntime.InferenceSession('${at('m.onnx')}').run(None, {'input': x}), x float32 = sample ÷ 255\n`,
    );
  });

  it('writes fewer bytes as float16, and far fewer as coefficients', async () => {
    for (const [name, ...more] of [
      ['h.onnx', '--type', 'float16'],
      ['c.onnx', '--coefficients'],
    ])
      expect((await runProgram('wjpeg', ['export', MODEL, '-o', at(name), ...more])).code).toBe(0);
    expect(size('h.onnx') / size('m.onnx')).toBeLessThan(0.51);
    expect(size('c.onnx')).toBeLessThan(11_000);
  });

  it('writes C with its header and says what memory it takes', async () => {
    const { code, stdout, stderr } = await runProgram('wjpeg', ['export', MODEL, '-o', at('my-net.c')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(at('my-net.c'), 'utf8')).toContain('#include "my-net.h"');
    expect(readFileSync(at('my-net.h'), 'utf8')).toContain('uint16_t my_net_end(void);');
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(
      `${at('my-net.c')}, ${at('my-net.h')}: my_net_begin, my_net_row or my_net_block, my_net_end`,
    );
    expect(lines[3]).toMatch(/^static memory +\d{3} +\d{3}$/);
    expect(lines[4]).toMatch(/^stack, at most +\d{3} +\d{3}$/);
    const json = await runProgram('wjpeg', ['export', MODEL, '-o', at('my-net.c'), '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ format: 'c', prefix: 'my_net', takesBlocks: true });
  });

  it('refuses options and names that C has no use for', async () => {
    for (const words of [
      ['-o', at('m.c'), '--type', 'float16'],
      ['-o', at('1.c')],
      ['-o', at('m.onnx'), '--float'],
    ]) {
      const { code, stdout, stderr } = await runProgram('wjpeg', ['export', MODEL, ...words]);
      expect(stdout).toBe('');
      expect(stderr).not.toContain(' at ');
      expect(code).not.toBe(0);
    }
    expect(existsSync(at('m.c'))).toBe(false);
  });

  it('prints JSON for programs', async () => {
    const words = ['export', MODEL, '-o', at('j.onnx'), '--json', '--coefficients'];
    const { stdout } = await runProgram('wjpeg', words);
    expect(JSON.parse(stdout)).toEqual({
      output: at('j.onnx'),
      bytes: size('j.onnx'),
      modelBytes: readFileSync(MODEL).length,
      format: 'onnx',
      type: 'float32',
      coefficients: true,
      opset: 17,
      irVersion: 8,
      inputs: [{ name: 'input', shape: [1, 28, 28] }],
      outputs: [{ name: 'logits', shape: [10] }],
    });
    const weights = await runProgram('wjpeg', ['export', MODEL, '-o', at('j.safetensors'), '--json']);
    expect(JSON.parse(weights.stdout)).toMatchObject({ format: 'safetensors', type: 'float32' });
  });

  it('writes safetensors that compress reads back: export, compress, export gives the same layers', async () => {
    const words = ['export', MODEL, '-o', at('a.safetensors')];
    expect((await runProgram('wjpeg', words)).stdout).toMatch(
      /a\.safetensors: \d+ bytes \(float32\), [\d.]+× .*\nnext: model\.load_state_dict\(safetensors\.torch\.load_file\('.*a\.safetensors'\)\)\n$/,
    );
    const again = ['--input', '28x28', '--layers', 'all', '--quality', '100'];
    const compressed = await runProgram('wjpeg', [
      'compress',
      at('a.safetensors'),
      '-o',
      at('a.wjz'),
      ...again,
    ]);
    expect(compressed.code).toBe(0);
    await runProgram('wjpeg', ['export', at('a.wjz'), '-o', at('b.safetensors')]);
    const [before, after] = ['a', 'b'].map((name) =>
      readSafetensors(new Uint8Array(readFileSync(at(`${name}.safetensors`)))),
    );
    const shapes = (tensors: typeof before) => [...tensors].map(([name, { shape }]) => [name, ...shape]);
    expect(shapes(after)).toEqual(shapes(before));
    for (const [name, tensor] of before) {
      // Quality 100 rounds coefficients to a step of the table's.
      const error = relativeDifference(toFloat32(after.get(name) as Tensor), toFloat32(tensor));
      expect(error, name).toBeLessThan(0.02);
    }
    // The network takes ONNX as well.
    const onnx = await runProgram('wjpeg', ['compress', at('m.onnx'), '-o', at('o.wjz'), ...again]);
    expect(onnx.code).toBe(0);
    const verify = await runProgram('wjpeg-infer', [
      at('o.wjz'),
      join(MODEL, '../pictures/digit-7.png'),
      '--no-baseline',
    ]);
    expect(verify.stdout).toMatch(/digit-7\.png: 7\n/);
  });

  it('refuses to write over the model, and models that are none, and writes nothing', async () => {
    const before = readdirSync(folder).sort();
    writeFileSync(at('own.onnx'), readFileSync(MODEL));
    const own = await runProgram('wjpeg', ['export', at('own.onnx'), '-o', at('own.onnx')]);
    expect(own.stderr).toMatch(/own\.onnx is the input: writing it would destroy the input/);
    const none = await runProgram('wjpeg', ['export', at('m.onnx'), '-o', at('n.onnx')]);
    expect(none.code).toBe(1);
    expect(none.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readFileSync(at('own.onnx'))).toEqual(readFileSync(MODEL));
    rmSync(at('own.onnx'));
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it.each([
    [[], /no output file given: name it with -o, as in -o model\.onnx/],
    [
      ['-o', 'model.pt'],
      /--output is 'model\.pt', expected a name that ends in \.onnx, \.safetensors or \.c/,
    ],
    [
      ['-o', 'm.safetensors', '--coefficients'],
      /--coefficients is for ONNX: name an output that ends in \.onnx/,
    ],
    [['-o', 'm.onnx', '--type', 'int8'], /--type is 'int8', expected float32 or float16/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await runProgram('wjpeg', ['export', MODEL, ...more], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(at('m.safetensors'))).toBe(false);
  });
});
