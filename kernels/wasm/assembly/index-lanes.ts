/** Inputs side by side, for batches; SIMD only. Compiled into ../kernels-lanes.ts, which the first batch loads. */
export { runLanes } from './lanes';
