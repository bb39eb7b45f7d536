/**
 * Writes models for other engines and tools: ONNX and safetensors.
 *
 * @module wjpeg/export
 */

export type { OnnxFile, OnnxValue } from './exporters/onnx/graph.ts';
export { type ExportOnnxOptions, exportOnnx } from './exporters/onnx/index.ts';
export type { WeightOptions } from './exporters/onnx/writer.ts';
export { type ExportSafetensorsOptions, exportSafetensors } from './exporters/safetensors/index.ts';
