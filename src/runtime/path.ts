/**
 * Representation of the weights in memory:
 * - `dense`: the original float32 matrices;
 * - `matrix`: each JPEG decoded to pixels and rescaled to a float32 matrix (matrix-form JPEG);
 * - `coefficient`: quantised coefficients of the JPEG, multiplied directly.
 */
export type Path = 'dense' | 'matrix' | 'coefficient';

export const PATHS: readonly Path[] = ['coefficient', 'matrix', 'dense'];
