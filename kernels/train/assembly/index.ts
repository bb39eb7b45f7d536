/** Float32 SIMD kernels of training, compiled by AssemblyScript (tools/build-kernels.mjs) into ../kernels-wasm.ts. */
export { adamCoefficients, dequantize } from './coefficients';
export { multiply, multiplyScratch } from './multiply';
export { transformMatrix, transformPictures } from './transform';
