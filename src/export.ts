/**
 * Writes models for other engines and tools: ONNX, safetensors, and C for microcontrollers.
 *
 * @module wjpeg/export
 */

export { type ByMachine, type ExportCOptions, type ExportedC, exportC } from './exporters/c/index.ts';
export type { OnnxFile, OnnxValue } from './exporters/onnx/graph.ts';
export { type ExportOnnxOptions, exportOnnx } from './exporters/onnx/index.ts';
export type { WeightOptions } from './exporters/onnx/writer.ts';
export { type ExportSafetensorsOptions, exportSafetensors } from './exporters/safetensors/index.ts';
