/** Single inputs. Compiled twice: with SIMD into ../kernels-simd.ts, without into ../kernels-scalar.ts. */
export { multiplySingle as multiply } from '../../coefficient-multiply/assembly/single';
export { allFinite } from './epilogue';
export { complete, inputSum, runDense, runSingle, transform } from './single';
