import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWeights } from '../../src/importers/read-weights.ts';

const { WJPEG_CASES_DIR: cases } = process.env;

describe.skipIf(!cases)(
  `networks of other people${cases ? '' : ' (skipped: WJPEG_CASES_DIR is not set)'}`,
  () => {
    const read = (file: string) => {
      const { layers, notes } = readWeights(readFileSync(join(cases as string, file)), { file });
      return { layers: layers.map((layer) => (layer.type === 'linear' ? layer.name : layer.type)), notes };
    };

    it('several orders fit: the file’s own is taken, and said', () => {
      const autoencoder = read('autoencoder.safetensors');
      expect(autoencoder.layers).toEqual(['encoder', 'relu', 'decoder']);
      expect(autoencoder.notes.join()).toMatch(/More than one order .*encoder, decoder\..*--architecture/);
      const names = read('names_order.safetensors');
      expect(names.layers).toEqual(['a_in', 'relu', 'middle', 'relu', 'hidden', 'relu', 'out']);
      expect(names.notes.join()).toMatch(/a_in, middle, hidden, out\..*--architecture/);
    });

    it('a linear layer called relu is one', () => {
      expect(read('relu_linear.safetensors').layers).toEqual(['a', 'relu', 'relu', 'relu', 'z']);
    });
  },
);
