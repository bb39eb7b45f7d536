/** Inputs side by side, for batches; with SIMD only. Compiled into ../kernels-lanes.ts, a module that comes with a first batch. */
export { runLanes } from './lanes';
