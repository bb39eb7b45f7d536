export { conv2d, conv2dInt16 } from './blocks';
export { depthwise } from './depthwise';
export { hasNegative, largestMagnitude, pairColumns, quadColumns, quantisePairs, quantiseQuads } from './words';
export { convPlanes, convRows, takeEvery } from './planes';
export {
  winogradInput, winogradInputInt16, winogradMultiply, winogradMultiplyInt16, winogradOutput, winogradOutputInt16,
} from './winograd';
export { winogradInput4, winogradOutput4 } from './winograd-4';
