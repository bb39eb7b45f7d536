/** What there is without SIMD too: single inputs. Compiled into ../kernels-scalar.ts. */
export { multiplySingle as multiply } from '../../coefficient-multiply/assembly/single';
export { allFinite } from './finish';
export { complete, inputSum, runDense, runSingle, transform } from './single';
