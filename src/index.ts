/**
 * wjpeg: neural networks stored as JPEGs and run directly on their DCT coefficients.
 * Isomorphic: nothing here needs Node.js. `wjpeg/node` reads and writes files; the programs use the terminal.
 *
 * @module wjpeg
 */

export type { Activations } from './compress/activations.ts';
export { Calibration } from './compress/calibration.ts';
export { type CompressResult, compress } from './compress/compress.ts';
export type { Fidelity } from './compress/fidelity.ts';
export type { LayerOptions, Layout, RestType } from './compress/layer-options.ts';
export { orderNeurons } from './compress/neuron-order.ts';
export type { CompressOptions } from './compress/options.ts';
export type { LayerReport } from './compress/report.ts';
export type { ErrorCode } from './error-codes.ts';
export { type ErrorKind, type ErrorPlace, WjpegError } from './errors.ts';
export type * from './format/manifest.ts';
export type { PartialJpeg } from './format/partial.ts';
export { readWjz, type WjzFile, type WjzLimits } from './format/read.ts';
export { type WjzContent, writeWjz } from './format/write.ts';
export type { Background, BackgroundOption } from './image/background.ts';
export type { LabelledPictures } from './image/labelled-pictures.ts';
export type { PictureLimits } from './image/limits.ts';
export type { PictureFormat } from './image/picture-format.ts';
export type {
  PictureReport,
  PreparedCoefficients,
  PreparedInput,
  PreparedValues,
} from './image/prepare-picture.ts';
export { networkFromStateDict } from './importers/index.ts';
export type { StateDictNetwork } from './importers/state-dict/network.ts';
export type {
  ArithmeticConditioning,
  JpegEncodeOptions,
  JpegEntropyChoice,
  JpegLimits,
  ProgressiveScan,
} from './jpeg/index.ts';
export { availability } from './runtime/backends/availability.ts';
export type {
  Availability,
  BackendName,
  MemoryMode,
  Precision,
  ResidentBytes,
} from './runtime/backends/backend.ts';
export { AUTO_ORDER, type BackendPreference } from './runtime/backends/choose.ts';
export { BACKEND_NAMES } from './runtime/backends/names.ts';
export type {
  Drawable,
  ModelInput,
  NestedNumbers,
  PictureInput,
  PixelSource,
  PreparedVector,
  TensorInput,
  VectorInput,
} from './runtime/input-forms.ts';
export type { DenseSource, LoadNetworkOptions } from './runtime/load-network.ts';
export type { DownloadOptions } from './runtime/parts/download.ts';
export type { LoadProgress } from './runtime/parts/loading.ts';
export type { Path } from './runtime/path.ts';
export {
  type InferenceResult,
  InferenceSession,
  type RunOptions,
  type SessionOptions,
} from './runtime/session.ts';
export type { Address, ByteSource, ModelSource } from './runtime/source.ts';
export type { LoadingOptions } from './runtime/watch.ts';
export { fromFloat32 } from './safetensors/from-float32.ts';
export { readSafetensors } from './safetensors/index.ts';
export type { SafetensorsLimits } from './safetensors/read.ts';
export { type DType, type Tensor, toFloat32 } from './safetensors/tensor.ts';
export { writeSafetensors } from './safetensors/write.ts';
export { restoreCheckpoint, writeCheckpoint } from './train/checkpoint.ts';
export { exportNetwork } from './train/export.ts';
export {
  type BiasChoice,
  type ExportOptions,
  type RateModel,
  TRAIN_DEFAULTS,
  type TrainOptions,
} from './train/options.ts';
export { type EpochReport, Trainer } from './train/trainer.ts';
export type { AffineMapKind, AffineMapScope } from './weights/affine-map.ts';
export type { Activation, DenseLinear, DenseNetwork } from './weights/dense-network.ts';
