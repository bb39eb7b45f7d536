/**
 * How the weights are held and multiplied:
 * - `dense`: the original float32 matrices;
 * - `matrix`: each JPEG decoded to pixels and rescaled to a float32 matrix (matrix-form JPEG);
 * - `coefficient`: quantised coefficients, multiplied as they stand in the JPEG.
 */
export type Path = 'dense' | 'matrix' | 'coefficient';

export const PATHS: readonly Path[] = ['coefficient', 'matrix', 'dense'];
