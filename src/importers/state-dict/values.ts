import { WjpegError } from '../../errors.ts';

/** The numbers of a tensor as they are. @throws `MODEL_NOT_FINITE` */
export function finite(values: Float32Array, name: string): Float32Array {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new WjpegError(
      'corrupt',
      'MODEL_NOT_FINITE',
      `'${name}' holds ${values[index]} at element ${index}, expected finite numbers`,
    );
  }
  return values;
}

/** `values`: I × O, row-major; returns O × I. */
export function transpose(values: Float32Array, inFeatures: number, outFeatures: number): Float32Array {
  return Float32Array.from(
    values,
    (_, i) => values[(i % inFeatures) * outFeatures + Math.floor(i / inFeatures)],
  );
}
