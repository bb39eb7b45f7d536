/**
 * Representation of the weights in memory:
 * - `dense`: the original float32 matrices;
 * - `expanded`: each JPEG decoded to pixels and rescaled to a float32 matrix;
 * - `coefficient`: quantised coefficients of the JPEG, multiplied directly.
 */
export type Path = 'dense' | 'expanded' | 'coefficient';

export const PATHS: readonly Path[] = ['coefficient', 'expanded', 'dense'];
