/** Float32 SIMD kernels of training, compiled by AssemblyScript (tools/build-kernels.mjs) into ../kernels-wasm.ts. */
export { adamCoefficients, dequantize } from './coefficients';
export { convolve, convolveWeights } from './convolution';
export { crossEntropy, distil } from './loss';
export { multiply } from './multiply';
export { imagesLast, joinPlanes, splitPlanes } from './planes';
export { affine, channelSums, clip, clipGradient, copy, gather, normalize, normalizeGradient, sum } from './pointwise';
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pooling';
export { transformMatrix } from './transform';
