import type { CoefficientComponent } from '../../src/jpeg/index.ts';

/** The samples of a component, row-major: dequantised, transformed, shifted up by 128; neither rounded nor clamped. */
export function planeSamples(
  component: CoefficientComponent,
  inverse: (coefficients: Float64Array, samples: Float64Array) => void,
): Float64Array {
  const { width, height, blocksPerRow, blocksPerColumn, coefficients, quantization } = component;
  const plane = new Float64Array(width * height);
  const block = new Float64Array(64);
  for (let blockRow = 0; blockRow < blocksPerColumn; blockRow++) {
    for (let blockColumn = 0; blockColumn < blocksPerRow; blockColumn++) {
      const start = (blockRow * blocksPerRow + blockColumn) * 64;
      for (let k = 0; k < 64; k++) block[k] = coefficients[start + k] * quantization[k];
      inverse(block, block);
      for (let k = 0; k < 64; k++) {
        const y = blockRow * 8 + (k >> 3);
        const x = blockColumn * 8 + (k & 7);
        if (y < height && x < width) plane[y * width + x] = block[k] + 128;
      }
    }
  }
  return plane;
}
