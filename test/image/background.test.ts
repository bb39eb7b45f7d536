import { describe, expect, test } from 'vitest';
import { compositeOverBackground, estimateBackgroundOfSamples } from '../../src/image/background.ts';
import type { DecodedPicture } from '../../src/image/picture.ts';

/** A stroke down the middle of a 9×9 background. */
function stroke(background: number, ink: number, length: number): Float32Array {
  const samples = new Float32Array(81).fill(background);
  for (let y = 0; y < length; y++) samples[y * 9 + 4] = ink;
  return samples;
}

describe('background', () => {
  test.each([
    ['light on black', stroke(0, 255, 5), 'dark', 0],
    ['dark on white', stroke(255, 0, 5), 'light', 255],
    ['a stroke from edge to edge', stroke(255, 0, 9), 'light', 255],
    ['paper in deep shade', stroke(90, 20, 5), 'light', 90],
    ['chalk on a board in full sun', stroke(150, 250, 5), 'dark', 150],
    ['nothing but black', stroke(10, 10, 0), 'dark', 10],
    ['nothing but white', stroke(240, 240, 0), 'light', 240],
  ])('%s', (_, samples, background, level) => {
    expect(estimateBackgroundOfSamples({ width: 9, height: 9, samples })).toMatchObject({
      background,
      level,
    });
  });

  test('one pixel', () => {
    expect(estimateBackgroundOfSamples({ width: 1, height: 1, samples: Float32Array.of(200) })).toMatchObject(
      {
        background: 'light',
        level: 200,
      },
    );
  });
});

describe('transparency', () => {
  function picture(luma: readonly number[], alpha: readonly number[] | null): DecodedPicture {
    return {
      format: 'png',
      width: luma.length,
      height: 1,
      luma: Float32Array.from(luma),
      alpha: alpha && Float32Array.from(alpha),
    };
  }

  test.each([
    ['dark strokes lie on white', [20, 99, 20], [1, 0, 0.5], 'auto', [20, 255, 137.5]],
    ['light strokes lie on black', [200, 99, 200], [1, 0, 0.5], 'auto', [200, 0, 100]],
    ['a declared light background is white', [200, 99], [1, 0], 'light', [200, 255]],
    ['a declared dark background is black', [20, 99], [1, 0], 'dark', [20, 0]],
    ['nothing visible is white', [20, 99], [0, 0], 'auto', [255, 255]],
    ['without alpha, nothing changes', [20, 99], null, 'dark', [20, 99]],
  ] as const)('%s', (_, luma, alpha, background, expected) => {
    expect(Array.from(compositeOverBackground(picture(luma, alpha), background))).toEqual(expected);
  });
});
