/**
 * Stores networks as JPEGs, and reads ONNX models.
 *
 * @module wjpeg/compress
 */

export type { Activations } from './compress/activations.ts';
export { Calibration } from './compress/calibration.ts';
export { type CompressResult, compress } from './compress/compress.ts';
export type { ComparedOn, Fidelity } from './compress/fidelity.ts';
export { compressGraph } from './compress/graph/compress-graph.ts';
export type { LayerOptions, Layout, RestType } from './compress/layer-options.ts';
export { orderNeurons } from './compress/neuron-order.ts';
export type { CompressOptions } from './compress/options.ts';
export type { LayerReport } from './compress/report.ts';
export type { Architecture, ArchitectureLayer } from './importers/architecture/description.ts';
export { importStateDict, type StateDictImport } from './importers/architecture/import.ts';
export { ARCHITECTURE_NAMES, architectureOf } from './importers/architecture/zoo/index.ts';
export type { ArchitectureOption } from './importers/network-file.ts';
export {
  type ExternalData,
  type ImportOnnxOptions,
  importOnnx,
  type OnnxImport,
} from './importers/onnx/index.ts';
export type { AffineMapKind, AffineMapScope } from './weights/affine-map.ts';
