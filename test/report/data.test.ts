import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { evaluationData, wilsonInterval } from '../../src/report/evaluation.ts';
import { densityByFrequency } from '../../src/report/frequencies.ts';
import { sheetPicture } from '../../src/report/sheet-picture.ts';
import { weightPictures } from '../../src/report/weight-pictures.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { contactSheet, sheetBlock } from '../../src/weights/contact-sheet.ts';
import type { MatrixNode, RowsNode } from '../../src/weights/network.ts';
import { reconstructTile } from '../../src/weights/reconstruct.ts';
import { firstSheet, noisePictures, readEmbedded } from './models.ts';

const bytesOf = (uri: string): Uint8Array => {
  const [head, body] = uri.split(',');
  expect(head).toMatch(/^data:image\/(jpeg|png);base64$/);
  return Uint8Array.from(Buffer.from(body, 'base64'));
};

describe('density by frequency', () => {
  it.each(['mnist-mlp-512-q20', 'mnist-mlp-512-trained', 'mnist-lenet-300-100-trained'])(
    '%s: as counted in the blocks of each sheet',
    (name) => {
      const file = readEmbedded(name);
      const sheets = loadNetwork(file, 'coefficient').nodes.filter((node) => node.kind !== 'dense');
      expect(sheets).toHaveLength(file.jpegs.size);
      [...file.jpegs.values()].forEach((jpeg, index) => {
        const { coefficients } = decodeCoefficients(jpeg).components[0];
        const counts = new Array<number>(64).fill(0);
        coefficients.forEach((value, k) => {
          if (value !== 0) counts[k % 64]++;
        });
        const blocks = coefficients.length / 64;
        expect(densityByFrequency(sheets[index] as RowsNode | MatrixNode)).toEqual(
          counts.map((count) => count / blocks),
        );
      });
    },
  );
});

describe('contact sheets for a page', () => {
  it('are the JPEG itself where a browser can show it', () => {
    const { jpeg, weight, neurons } = firstSheet(readEmbedded('mnist-mlp-512-q20'));
    const sheet = sheetPicture(jpeg, weight, neurons);
    expect(sheet).toMatchObject({ recoded: false, relaid: false, bytes: jpeg.length });
    expect(bytesOf(sheet.source)).toEqual(Uint8Array.from(jpeg));
  });

  it('are recoded and laid out anew where it can not, each coefficient as it was', () => {
    const { jpeg, weight, neurons } = firstSheet(readEmbedded('mnist-mlp-512-trained'));
    const before = decodeCoefficients(jpeg);
    expect(before.process).toBe('extended-arithmetic');
    const sheet = sheetPicture(jpeg, weight, neurons);
    expect(sheet).toMatchObject({ recoded: true, relaid: true });
    const after = decodeCoefficients(bytesOf(sheet.source));
    expect(after.process).toBe('baseline');
    expect([after.width, after.height]).toEqual([sheet.width, sheet.height]);
    expect(after.components[0].quantization).toEqual(before.components[0].quantization);
    expect(sheet.width / sheet.height).toBeLessThanOrEqual(4);
    const tile = tileGeometry(weight.tile.width, weight.tile.height, weight.tile.x, weight.tile.y);
    const from = contactSheet(neurons, tile, weight.tilesPerRow);
    const to = contactSheet(neurons, tile, sheet.width / (tile.blocksPerRow * 8));
    let nonzeros = 0;
    for (let neuron = 0; neuron < neurons; neuron++) {
      for (let block = 0; block < 16; block++) {
        const [row, column] = [block >> 2, block & 3];
        const was = sheetBlock(from, neuron, row, column) * 64;
        const is = sheetBlock(to, neuron, row, column) * 64;
        const expected = before.components[0].coefficients.subarray(was, was + 64);
        expect(after.components[0].coefficients.subarray(is, is + 64)).toEqual(expected);
        for (const value of expected) if (value !== 0) nonzeros++;
      }
    }
    expect(nonzeros).toBeGreaterThan(800);
  });
});

describe('weights as pictures', () => {
  const node = loadNetwork(readEmbedded('mnist-mlp-512-q20'), 'coefficient').nodes[0] as RowsNode;

  it('have mid-grey for 0 and one scale before and after', () => {
    const weights = new Float32Array(512 * 784);
    for (let row = 0; row < 512; row++) weights.fill(2 * row, row * 784, row * 784 + 1);
    const original = {
      type: 'linear' as const,
      name: '0',
      inFeatures: 784,
      outFeatures: 512,
      weights,
      bias: null,
    };
    const { pictures } = weightPictures(node, original, false);
    expect(pictures).toHaveLength(12);
    for (const { neuron, original: before, stored, max } of pictures) {
      const samples = decode(bytesOf(before as string));
      expect(samples).toMatchObject({ width: 28, height: 28, channels: 1 });
      expect(max).toBe(2 * (neuron as number));
      expect([...samples.data.slice(0, 2)]).toEqual([255, 128]);
      const tile = reconstructTile(node, neuron as number);
      expect([...decode(bytesOf(stored)).data]).toEqual(
        [...tile].map((weight) => Math.round(127.5 + (127.5 * weight) / max)),
      );
    }
  });

  it('are of the neurons with the greatest weights', () => {
    const energies = Array.from({ length: 512 }, (_, neuron) =>
      reconstructTile(node, neuron).reduce((sum, weight) => sum + weight ** 2, 0),
    );
    const shown = weightPictures(node, undefined, false).pictures.map(({ neuron }) => neuron as number);
    const min = Math.min(...shown.map((neuron) => energies[neuron]));
    expect(energies.filter((energy) => energy > min)).toHaveLength(11);
  });
});

describe('evaluation', () => {
  const labels = Array.from({ length: 11 }, (_, index) => `<${index}>`);
  // Of 100 pictures, labels in turn: those from 90 on get the next label, 89 gets an answer that no picture shows.
  const data = noisePictures(100);
  const answer = Uint32Array.from(data.labels, (label, i) => (i === 89 ? 10 : i < 90 ? label : label + 1));
  const answers = {
    answer,
    probability: Float32Array.from({ length: 100 }, (_, i) => (i === 95 ? 0.9 : 0.5)),
    labelProbability: new Float32Array(100).fill(0.25),
    correct: 89,
  };
  const evaluation = evaluationData('folder', data, answers, labels);

  it('counts every picture once, by label and answer', () => {
    expect(evaluation.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(evaluation.confusion[3]).toEqual([0, 0, 0, 9, 1, 0, 0, 0, 0, 0, 0]);
    expect(evaluation.confusion[9]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 2]);
    expect(evaluation.classes[9]).toMatchObject({ label: '<9>', images: 10, correct: 8 });
    expect(evaluation.classes[10]).toEqual({ label: '<10>', images: 0, correct: 0, interval: [0, 1] });
    expect(evaluation).toMatchObject({ images: 100, available: 100, correct: 89, accuracy: 0.89 });
  });

  it('shows the mistakes, the surest first, each its own picture', () => {
    const { mistakes } = evaluation;
    expect(mistakes.map(({ index }) => index)).toEqual([95, 89, 90, 91, 92, 93, 94, 96, 97, 98, 99]);
    expect(mistakes[0]).toMatchObject({ label: '<5>', answer: '<6>', labelProbability: 0.25 });
    for (const { index, picture } of mistakes) {
      expect([...decode(bytesOf(picture)).data]).toEqual([
        ...data.pictures.subarray(index * 784, (index + 1) * 784),
      ]);
    }
  });

  it('compares with the original: what it gets right comes first among the mistakes', () => {
    // Right where the file is wrong for 90 and 91, wrong where it is right for 0, and both wrong for 92 to 99.
    const original = {
      ...answers,
      answer: answer.map((given, i) => (i === 90 || i === 91 ? data.labels[i] : i === 0 ? 5 : given)),
      correct: 90,
    };
    const compared = evaluationData('folder', data, answers, labels, original);
    expect(compared.original).toMatchObject({ correct: 90, accuracy: 0.9, lost: 2, gained: 1 });
    expect(compared.classes.map(({ originalCorrect }) => originalCorrect)).toEqual([
      9, 10, 9, 9, 9, 9, 9, 9, 9, 8, 0,
    ]);
    expect(compared.mistakes.map(({ index }) => index).slice(0, 4)).toEqual([90, 91, 95, 89]);
    expect(compared.mistakes[0].original).toEqual({ answer: '<0>', correct: true });
    expect(compared.mistakes[2].original).toEqual({ answer: '<6>', correct: false });
    expect(evaluation.original).toBeUndefined();
  });

  it.each([
    // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('Wilson’s interval of %i in %i', (correct, images, low, high) => {
    const interval = wilsonInterval(correct, images);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
    const [otherLow, otherHigh] = wilsonInterval(images - correct, images);
    expect(otherLow).toBeCloseTo(1 - interval[1], 12);
    expect(otherHigh).toBeCloseTo(1 - interval[0], 12);
  });
});
