import { expect, it } from 'vitest';
import { normalization } from '../../../src/exporters/onnx/describe.ts';

it.each([
  [0, 1, 'sample ÷ 255'],
  [0.5, 1, '(sample ÷ 255 − 0.5)'],
  [0, 0.25, 'sample ÷ 255 ÷ 0.25'],
  [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
    '(sample ÷ 255 − [0.485, 0.456, 0.406]) ÷ [0.229, 0.224, 0.225]',
  ],
  [0, 1 / 255, 'sample'],
  [[127 / 255, 0.2, 0], 1 / 255, 'sample − [127, 51, 0]'],
])('mean %j and std %j: %s', (mean, std, text) => {
  expect(normalization({ mean, std })).toBe(text);
});
