import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model, operators } from './one-node.ts';

type Attributes = NonNullable<Case['attributes']>;
/** A row of four in a map, by scales of all axes. */
const row = (
  scale: number,
  attributes: Attributes,
  values: readonly number[],
  more: Partial<Case> = {},
): Case => ({
  type: 'Resize',
  attributes,
  inputs: { x: [1, 1, 1, values.length] },
  values: [values],
  constants: { scales: [[4], [1, 1, 1, scale]] },
  takes: ['x', '', 'scales'],
  ...more,
});
/** The same map by sizes of the last two axes, or of those named. */
const sized = (sizes: readonly number[], attributes: Attributes, more: Partial<Case> = {}): Case => ({
  type: 'Resize',
  attributes: { axes: [2, 3], ...attributes },
  inputs: { x: [1, 1, 2, 4] },
  values: [count(8)],
  constants: { sizes: [[sizes.length], sizes, 7] },
  takes: ['x', '', '', 'sizes'],
  ...more,
});

async function expectAnswer(
  each: Case,
  shape: readonly number[],
  expected: readonly number[],
  hasBatch = true,
) {
  const { shapes, values } = await answers(each, hasBatch);
  expect(shapes).toEqual([shape]);
  expect(values[0]).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 4);
}

describe('a row of a map', () => {
  const impulse = [0, 256, 0, 0];
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    ['of opset 11, half a pixel off', row(2, { mode: 'linear' }, [0, 4], { opset: 11 }), [0, 1, 3, 4]],
    [
      'of opset 10, without an offset',
      row(2, { mode: 'linear' }, [0, 4], { opset: 10, takes: ['x', 'scales'] }),
      [0, 2, 4, 4],
    ],
    [
      'to the same size by another scale',
      row(1.25, { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }, [1, 2]),
      [1, 1],
    ],
    [
      'with aligned corners',
      row(2, { mode: 'linear', coordinate_transformation_mode: 'align_corners' }, [0, 3]),
      [0, 1, 2, 3],
    ],
    ['halves downwards', row(0.5, {}, count(4)), [1, 3]],
    ['halves downwards, by name', row(0.5, { nearest_mode: 'floor' }, count(4)), [1, 3]],
    ['halves upwards', row(0.5, { nearest_mode: 'round_prefer_ceil' }, count(4)), [2, 4]],
    ['the next', row(0.5, { nearest_mode: 'ceil' }, count(4)), [2, 4]],
    ['smaller, not smooth', row(0.5, { mode: 'linear' }, [0, 4, 10, 20]), [2, 15]],
    ['cubic', row(2, { mode: 'cubic' }, impulse), [-27, 67, 225, 225, 67, -27, -9, 0]],
    [
      'cubic with another coefficient',
      row(2, { mode: 'cubic', cubic_coeff_a: -0.5 }, impulse),
      [-18, 58, 222, 222, 58, -18, -6, 0],
    ],
    [
      // Divided by what the weights inside sum up to: 1.10547 for the second.
      'cubic without what is outside',
      row(2, { mode: 'cubic', exclude_outside: 1 }, impulse),
      [-34.909091, 60.607774, 217.358491, 225, 67, -26.083019, -8.141343, 0],
    ],
  ])('%s', (_, each, expected) => expectAnswer(each, [1, 1, expected.length], expected));
});

describe('the axes that change', () => {
  it('are named from the end', () =>
    expectAnswer(sized([1], { axes: [-2], nearest_mode: 'ceil' }), [1, 1, 4], [5, 6, 7, 8]));

  it('are any of a volume', () => {
    const volume = { inputs: { x: [1, 2, 2, 1, 2] }, values: [count(8)] };
    const each = sized([4, 4], { axes: [1, 4] }, volume);
    const [first, second] = [
      [1, 1, 2, 2, 3, 3, 4, 4],
      [5, 5, 6, 6, 7, 7, 8, 8],
    ];
    return expectAnswer(each, [4, 2, 1, 4], [...first, ...first, ...second, ...second]);
  });

  it('are the last of several rows', () =>
    expectAnswer(sized([2], { axes: [3], nearest_mode: 'floor' }), [1, 2, 2], [1, 3, 5, 7]));

  it('are all, without a batch', () => {
    const each = row(2, {}, [1, 2], { inputs: { x: [1, 2] }, constants: { scales: [[2], [2, 2]] } });
    return expectAnswer(each, [2, 4], [1, 1, 2, 2, 1, 1, 2, 2], false);
  });

  it('are none', () => expectAnswer(row(1, {}, count(4)), [1, 1, 4], count(4)));

  it.each<[expected: readonly string[], each: Case]>([
    [['identity'], row(1, {}, count(4))],
    [['resize'], row(2, {}, count(4))],
    [['resize'], sized([4, 8], {})],
    [['resize'], sized([8, 4], { axes: [3, 2] })],
    [['reshape', 'resize', 'reshape'], sized([8], { axes: [3] })],
    [['transpose', 'resize', 'transpose'], sized([2, 8], { axes: [1, 3] })],
  ])('take no more nodes than they need: %j', (expected, each) => {
    expect(operators(each)).toEqual(expected);
  });
});

describe('sizes that keep the proportions', () => {
  it.each<[policy: string, sizes: readonly number[], shape: readonly number[], expected: readonly number[]]>([
    ['stretch', [1, 4], [1, 1, 4], [1, 2, 3, 4]],
    ['not_larger', [1, 4], [1, 1, 2], [1, 3]],
    ['not_smaller', [1, 4], [1, 2, 4], count(8)],
    // 0.625 of 2 is 1.25, of 4 2.5, which becomes 3.
    ['not_larger', [2, 2.5], [1, 1, 3], [1, 2, 4]],
  ])('%s to %j', (policy, sizes, shape, expected) => {
    const attributes = {
      keep_aspect_ratio_policy: policy,
      nearest_mode: 'floor',
      coordinate_transformation_mode: 'asymmetric',
    };
    const each = sized(sizes, attributes);
    const constants = { sizes: [[2], sizes] } as const;
    return expectAnswer({ ...each, ...(sizes[1] === 2.5 && { constants }) }, shape, expected);
  });
});

describe('Upsample', () => {
  it('of opset 7, scales as an attribute', () =>
    expectAnswer(
      {
        type: 'Upsample',
        opset: 7,
        attributes: { mode: 'linear', scales: { floats: [1, 1, 1, 2] } },
        inputs: { x: [1, 1, 1, 2] },
        values: [[0, 4]],
        takes: ['x'],
      },
      [1, 1, 4],
      [0, 2, 4, 4],
    ));
});

describe('refused, and named', () => {
  it.each<[message: string, each: Case]>([
    [
      'has coordinates tf_crop_and_resize',
      row(2, { coordinate_transformation_mode: 'tf_crop_and_resize' }, count(4)),
    ],
    [
      'aligns corners with a scale that gives no whole size',
      row(0.6, { coordinate_transformation_mode: 'align_corners' }, count(4)),
    ],
    [
      'aligns corners with a scale that gives no whole size',
      row(0.6, { coordinate_transformation_mode: 'align_corners' }, count(8), {
        inputs: { x: [1, 1, 2, 4] },
        constants: { scales: [[4], [1, 1, 2, 0.6]] },
      }),
    ],
    ['has 2 scales for 4 axes', row(2, {}, count(4), { constants: { scales: [[2], [1, 2]] } })],
    ['has 1 sizes for 2 axes', sized([4], {})],
    ['changes the size of 3 axes, expected at most 2', sized([2, 4, 8], { axes: [1, 2, 3] })],
    ['works on axis 0, the batch', row(2, {}, count(4), { constants: { scales: [[4], [2, 1, 1, 1]] } })],
  ])('%s', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: Resize that ${message} (node)`);
  });
});
