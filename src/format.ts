/**
 * Files: models (`.wjz`, or one JPEG), safetensors, and the networks in state dicts.
 *
 * @module wjpeg/format
 */

export type {
  ActivationSpec,
  AffineMap,
  ChainLayerType,
  Fit,
  ImageInputOptions,
  ImageInputSpec,
  InputOptions,
  InputSpec,
  JpegTensor,
  KernelPicture,
  LayerSpec,
  LinearSpec,
  Manifest,
  MatrixTensor,
  NodeSpec,
  Origin,
  PreprocessingSpec,
  RowsTensor,
  TensorReference,
  TileSpec,
  VectorInputSpec,
} from './format/manifest.ts';
export type { PartialJpeg } from './format/partial.ts';
export { readWjz, type WjzFile, type WjzLimits } from './format/read.ts';
export { type WjzContent, writeWjz } from './format/write.ts';
export { type WriteModelOptions, writeModel } from './format/write-model.ts';
export { networkFromStateDict } from './importers/index.ts';
export type { StateDictNetwork } from './importers/state-dict/network.ts';
export { fromFloat32 } from './safetensors/from-float32.ts';
export { readSafetensors } from './safetensors/index.ts';
export type { SafetensorsLimits } from './safetensors/read.ts';
export { type DType, type Tensor, toFloat32 } from './safetensors/tensor.ts';
export { writeSafetensors } from './safetensors/write.ts';
export type { Activation, DenseLinear, DenseNetwork } from './weights/dense-network.ts';
