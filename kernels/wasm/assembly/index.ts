/** The wasm backend's kernels, compiled by AssemblyScript (tools/build-kernels.mjs) into ../kernels-simd.ts. */
export * from './index-scalar';
export { runLanes } from './lanes';
