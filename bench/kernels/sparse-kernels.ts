import { SparseBuilder } from '../../kernels/coefficient-multiply/sparse.ts';
import { mulberry32 } from '../../src/random.ts';
import type { PictureKernels } from '../../src/weights/kernel-picture.ts';

/** Kernels of 3×3, as many outputs as channels, of whose coefficients a part is not zero. */
export function sparseKernels(channels: number, density: number): PictureKernels {
  const random = mulberry32(1);
  const columns = 9 * channels;
  const builder = new SparseBuilder(columns);
  for (let row = 0; row < channels; row++) {
    const values = { length: columns };
    builder.addRow(Int16Array.from(values, () => (random() < density ? 1 + Math.floor(random() * 9) : 0)));
  }
  const matrix = {
    kind: 'matrix' as const,
    name: 'conv',
    inFeatures: columns,
    outFeatures: channels,
    bias: null,
    relu: false,
    coefficients: builder.finish(),
    quantization: new Uint16Array(64).fill(8),
    scale: Float32Array.of(0.001),
    offset: null,
  };
  return { layout: 'taps', shape: [channels, channels, 3, 3], matrix };
}
