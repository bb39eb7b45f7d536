/** The transforms of the library itself, in float64. */
export {
  inverseRunDct as inverseRunDctReference,
  runDct as runDctReference,
} from '../../src/jpeg/dct/transforms.ts';
