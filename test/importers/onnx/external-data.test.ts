import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isOnnxModel } from '../../../src/importers/file-kinds.ts';
import { onnxExternalData } from '../../../src/node/onnx-external-data.ts';

const root = mkdtempSync(join(tmpdir(), 'wjpeg-onnx-'));
const folder = join(root, 'model');
mkdirSync(folder);
writeFileSync(join(root, 'secret'), 'secret');
writeFileSync(join(folder, 'weights'), Uint8Array.of(1, 2, 3, 4));
symlinkSync(join(root, 'secret'), join(folder, 'link'));
afterAll(() => rmSync(root, { recursive: true }));

describe('onnxExternalData', () => {
  const read = onnxExternalData(join(folder, 'model.onnx'));

  it('reads a part of a file, as far as it goes', () => {
    expect(read('weights', 1, 2)).toEqual(Uint8Array.of(2, 3));
    expect(read('weights', 3, 4)).toEqual(Uint8Array.of(4));
  });

  it.each([
    ['link', /leads out of its folder$/],
    ['../secret', /leads out of its folder$/],
    ['nothing', /is missing beside it$/],
  ])('refuses %s', (location, message) => {
    expect(() => read(location, 0, 1)).toThrow(message);
  });
});

describe('isOnnxModel', () => {
  it('tells models from other files', () => {
    // ir_version 8, a graph of 2 bytes.
    expect(isOnnxModel(Uint8Array.of(8, 8, 0x3a, 2, 0x0a, 0))).toBe(true);
    expect(isOnnxModel(Uint8Array.of(0xff, 0xd8, 0xff))).toBe(false);
    expect(isOnnxModel(new Uint8Array())).toBe(false);
  });
});
