import { describe, expect, it } from 'vitest';
import { exportC } from '../../../src/exporters/c/index.ts';
import { average, chain, conv, flatten, type Layer, linear, pool, relu, softmax } from './chains.ts';

describe('networks that C can run', () => {
  it.each<[what: string, layers: readonly Layer[], outputs: number, width?: number, height?: number]>([
    ['one linear layer', [flatten, linear(64, 3)], 3],
    ['a softmax at the end', [flatten, linear(64, 3), relu, linear(3, 2), softmax], 2],
    [
      'convolutions, ReLUs, pools and a mean',
      [conv([4, 1, 3, 3]), relu, pool(), conv([2, 4, 1, 1]), average, flatten, linear(2, 2)],
      2,
    ],
    ['a mean of the picture', [average, flatten, linear(1, 2)], 2],
    ['a mean of as many pixels as sums of 32 bits take', [average, flatten, linear(1, 2)], 2, 128, 256],
    ['a vector as long as counters of 16 bits can count', [flatten, linear(65_535, 1)], 1, 255, 257],
  ])('%s', async (_, layers, outputs, width = 8, height = 8) => {
    const { header } = await exportC(chain(layers, { width, height }));
    expect(header).toContain(`#define MODEL_OUTPUTS ${outputs}\n`);
  });
});

describe('networks that C cannot run are refused in one line', () => {
  const end = [flatten, linear(64, 2)];
  it.each<[message: string, layers: readonly Layer[], channels?: 1 | 3]>([
    ['relu without weights before it (n0)', [relu, ...end]],
    ['relu without weights before it (n1)', [pool(), relu, flatten, linear(16, 2)]],
    ['softmax within the network (n1)', [...end.slice(0, 1), softmax, linear(64, 2)]],
    ['softmax within the network (n1)', [flatten, softmax]],
    ['softmax within the network (n2)', [...end, softmax, linear(2, 2)]],
    ['conv2d in groups (n0)', [conv([3, 1, 3, 3], { groups: 3 }), flatten, linear(108, 2)], 3],
    ['dilated conv2d (n0)', [conv([1, 1, 2, 2], { dilations: [1, 2] }), flatten, linear(42, 2)]],
    ['dilated conv2d (n0)', [conv([1, 1, 2, 2], { dilations: [2, 1] }), flatten, linear(42, 2)]],
    [
      'max-pool with windows that overlap or have padding (n0)',
      [pool({ strides: [1, 2] }), flatten, linear(28, 2)],
    ],
    [
      'max-pool with windows that overlap or have padding (n0)',
      [pool({ pads: [0, 0, 1, 1] }), flatten, linear(16, 2)],
    ],
    [
      'max-pool with windows that overlap or have padding (n0)',
      [pool({ ceilMode: true }), flatten, linear(16, 2)],
    ],
    [
      'max-pool with windows that overlap or have padding (n0)',
      [pool({ dilations: [2, 1] }), flatten, linear(12, 2)],
    ],
    [
      'max-pool after global-average-pool (n1)',
      [average, pool({ kernel: [1, 1], strides: [1, 1] }), flatten, linear(1, 2)],
    ],
    ['global-average-pool after global-average-pool (n1)', [average, average, flatten, linear(1, 2)]],
    [
      'no C for operators: sigmoid (n0), tanh (n2)',
      [{ type: 'sigmoid' }, flatten, { type: 'tanh' }, linear(64, 2)],
    ],
    ['the network does not end in one linear layer', [conv([1, 1, 3, 3]), flatten]],
  ])('%s', async (message, layers, channels = 1) => {
    const error = await exportC(chain(layers, { channels })).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'EXPORT_OPERATOR', kind: 'unsupported' });
    expect((error as Error).message).toContain(message);
  });

  it.each<[message: string, layers: readonly Layer[], size: number]>([
    ["'n1' is 1×65536, of which C can have 65535 each", [flatten, linear(65_536, 1)], 256],
    ["'n0' averages 33124 pixels, of which C can have 32768", [average, flatten, linear(1, 2)], 182],
  ])('%s', async (message, layers, size) => {
    const error = await exportC(chain(layers, { width: size, height: size })).catch(
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: 'EXPORT_TOO_LARGE', kind: 'limit' });
    expect((error as Error).message).toContain(message);
  });
});
