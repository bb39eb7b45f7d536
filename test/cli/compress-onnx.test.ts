import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeGreyPng } from '../../src/png/encode.ts';
import { runProgram } from './run-program.ts';

/** Networks by other people: the folder `nets` of the shared data. */
const NETS = process.env.WJPEG_NETS_DIR;
const net = (name: string): string => join(NETS as string, `${name}.onnx`);
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

describe.skipIf(NETS === undefined)('wjpeg compress model.onnx (WJPEG_NETS_DIR)', () => {
  it('stores a convolutional network that wjpeg-infer runs beside the original', async () => {
    const words = ['compress', net('mnist-8'), '-o', at('m.wjz'), '--range', '255'];
    const { code, stdout } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Plus112 +16×8×5×5 +JPEG, taps/);
    expect(readFileSync(at('m.wjz')).length).toBeLessThan(7000);

    const inspected = await runProgram('wjpeg', ['inspect', at('m.wjz')]);
    expect(inspected.stdout).toMatch(/input +28×28 grey/);
    expect(inspected.stdout).toMatch(/Plus112 +16×8×5×5 +JPEG, taps, expanded at load/);

    const samples = new Uint8Array(784);
    for (let y = 5; y < 23; y++) samples.fill(250, y * 28 + 13, y * 28 + 16);
    writeFileSync(at('one.png'), encodeGreyPng({ width: 28, height: 28, samples }));
    const inferred = await runProgram('wjpeg-infer', [at('m.wjz'), at('one.png'), '--dense', net('mnist-8')]);
    expect(inferred.stdout).toMatch(/one\.png: 1\n/);
    expect(inferred.stdout).toMatch(/^dense +wasm/m);
  });

  it.each([
    ['superres_prepost_op18', [], /unsupported operators: com\.microsoft\.extensions\.DecodeImage/],
    ['silero_vad_v5', [], /unsupported operators: If \(/],
    ['mtcnn_pnet', [], /input 'input' has free sizes.*--input-shape/],
    ['mtcnn_pnet', ['--input-shape', 'large'], /--input-shape is 'large', expected channels/],
    ['mnist-8', ['--input', '20x20'], /--input 20x20 is 1×20×20, but the network takes 1×28×28/],
    ['mnist-8', ['--mean', '0.1,0.2'], /--mean has 2 numbers, expected one/],
    ['mnist-8', ['--architecture', 'a'], /--architecture is for safetensors files/],
  ])('refuses %s %j in one line and writes nothing', async (name, more, message) => {
    const { code, stdout, stderr } = await runProgram('wjpeg', [
      ...['compress', net(name), '-o', at('no.wjz')],
      ...more,
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(at('no.wjz'))).toBe(false);
  });
});
