/** The transform of the library itself, in float64. */
export { blockDct as blockDctReference } from '../../src/jpeg/dct/transforms.ts';
