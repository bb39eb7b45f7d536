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
export type { Arrangement, LayerOptions, RestType } from './compress/layer-options.ts';
export { orderNeurons } from './compress/neuron-order.ts';
export type { CompressOptions } from './compress/options.ts';
export type { LayerReport } from './compress/report.ts';
export { availability } from './engine/backends/availability.ts';
export type {
  Availability,
  BackendName,
  MemoryMode,
  Precision,
  ResidentBytes,
} from './engine/backends/backend.ts';
export { AUTO_ORDER, type BackendPreference } from './engine/backends/choose.ts';
export { BACKEND_NAMES } from './engine/backends/names.ts';
export type { DenseSource, LoadNetworkOptions } from './engine/load-network.ts';
export type { DownloadOptions } from './engine/parts/download.ts';
export type { LoadProgress } from './engine/parts/loading.ts';
export type { Path } from './engine/path.ts';
export {
  type InferenceResult,
  InferenceSession,
  type RunOptions,
  type SessionOptions,
} from './engine/session.ts';
export type { Address, ByteSource, ModelSource } from './engine/source.ts';
export type { LoadingOptions } from './engine/watch.ts';
export type { ErrorCode } from './error-codes.ts';
export { type ErrorKind, type ErrorPlace, WjpegError } from './errors.ts';
export type {
  Drawable,
  ModelInput,
  NestedNumbers,
  PictureInput,
  PixelSource,
  PreparedVector,
  TensorInput,
  VectorInput,
} from './input/forms.ts';
export type { Ground, GroundOption } from './input/ground.ts';
export type { LabelledPictures } from './input/labelled-pictures.ts';
export type { PictureLimits } from './input/limits.ts';
export type { PictureFormat } from './input/picture-format.ts';
export type {
  PictureReport,
  PreparedCoefficients,
  PreparedInput,
  PreparedValues,
} from './input/prepare-picture.ts';
export type {
  ArithmeticConditioning,
  JpegEncodeOptions,
  JpegEntropyChoice,
  JpegLimits,
  ProgressiveScan,
} from './jpeg/index.ts';
export type { Activation, DenseLinear, DenseNetwork } from './model/dense-network.ts';
export { networkFromStateDict } from './model/index.ts';
export type { SampleMapKind, SampleMapScope } from './model/sample-map.ts';
export type { StateDictNetwork } from './model/state-dict.ts';
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
export type { ArrivingJpeg } from './wjz/arriving.ts';
export type * from './wjz/manifest.ts';
export { readWjz, type WjzFile, type WjzLimits } from './wjz/read.ts';
export { type WjzContent, writeWjz } from './wjz/write.ts';
