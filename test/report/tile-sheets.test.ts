import { describe, expect, it } from 'vitest';
import { kernelSheet, mapSheet } from '../../src/report/tile-sheets.ts';

const GAP = 24;

describe('a sheet of kernels', () => {
  it('has a row per output channel and a column per input channel, each row on its own scale', () => {
    // Two outputs of two inputs of 1×2.
    const sheet = kernelSheet([1, -1, 0, 0.5, 0, 0, 100, -50], [2, 2, 1, 2], false);
    expect(sheet).toMatchObject({
      width: 5,
      height: 3,
      channels: 1,
      columns: 2,
      rows: 2,
      outputs: 2,
      inputs: 2,
    });
    expect([...sheet.samples]).toEqual([
      ...[255, 0, GAP, 128, 191],
      ...[GAP, GAP, GAP, GAP, GAP],
      ...[128, 128, GAP, 255, 64],
    ]);
  });

  it('shows kernels over red, green and blue in colour', () => {
    // One output of 1×2: red, green and blue of the left pixel are 1, 0 and -1.
    const sheet = kernelSheet([1, 0, 0, 0, -1, 0], [1, 3, 1, 2], true);
    expect(sheet).toMatchObject({ width: 2, height: 1, channels: 3 });
    expect([...sheet.samples]).toEqual([255, 128, 0, 128, 128, 128]);
  });

  it('has no gaps between kernels of one weight, and shows the first 64 channels', () => {
    const sheet = kernelSheet(new Float32Array(70 * 80), [70, 80, 1, 1], false);
    expect(sheet).toMatchObject({ width: 64, height: 64, outputs: 64, inputs: 64 });
    expect(new Set(sheet.samples)).toEqual(new Set([128]));
  });
});

describe('a sheet of feature maps', () => {
  it('has each map from its minimum to its maximum', () => {
    const sheet = mapSheet(Float32Array.of(-1, 3, 5, 5, 1000, 2000), [3, 1, 2]);
    expect(sheet).toMatchObject({ maps: 3, columns: 2, rows: 2 });
    expect([...sheet.samples]).toEqual([
      ...[0, 255, GAP, 0, 0],
      ...[GAP, GAP, GAP, GAP, GAP],
      ...[0, 255, GAP, GAP, GAP],
    ]);
  });

  it('shows fewer maps the larger they are', () => {
    expect(mapSheet(new Float32Array(8 * 2 ** 18), [8, 512, 512]).maps).toBe(4);
  });
});
