/**
 * wjpeg: neural networks stored as JPEGs and run directly on their DCT coefficients. Isomorphic: nothing here needs
 * Node.js.
 *
 * Other entry points: `wjpeg/gpu` (GPU backends), `wjpeg/compress`, `wjpeg/train`, `wjpeg/export` (ONNX,
 * safetensors), `wjpeg/format` (model files, safetensors, state dicts), `wjpeg/jpeg` (JPEG coefficients) and `wjpeg/node`
 * (files).
 *
 * @module wjpeg
 */

export type { SparseCoefficients } from '../kernels/coefficient-multiply/sparse.ts';
export type { KernelCoefficients } from '../kernels/node.ts';
export type { ErrorCode } from './error-codes.ts';
export { type ErrorKind, type ErrorPlace, WjpegError } from './errors.ts';
export type { ChannelMoments, Constant, Graph, GraphInput, GraphNode, PlannedGraph } from './graph/graph.ts';
export type { Shape } from './graph/shape.ts';
export type { Background, BackgroundOption } from './image/background.ts';
export type { PictureLimits } from './image/limits.ts';
export type { PictureFormat } from './image/picture-format.ts';
export type {
  PictureReport,
  PreparedCoefficients,
  PreparedInput,
  PreparedValues,
} from './image/prepared.ts';
export { availability } from './runtime/backends/availability.ts';
export type {
  Availability,
  Backend,
  BackendName,
  BuiltInBackend,
  Executor,
  ExecutorOptions,
  GraphExecutor,
  InputKind,
  MemoryMode,
  NodeWay,
  Precision,
  ResidentBytes,
} from './runtime/backends/backend.ts';
export type { BackendPreference } from './runtime/backends/choose.ts';
export { BACKEND_NAMES } from './runtime/backends/names.ts';
export { type BackendOptions, registerBackend } from './runtime/backends/register-backend.ts';
export type { BackendLoader } from './runtime/backends/registry.ts';
export type { Feeds } from './runtime/feeds.ts';
export type { ImageTensorOptions, ImageTensorSpec } from './runtime/image-tensor.ts';
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
export type { TensorMetadata } from './runtime/metadata.ts';
export type {
  Classification,
  ClassifyOptions,
  InferenceResult,
  RunOptions,
  SessionOptions,
} from './runtime/options.ts';
export type { DownloadOptions } from './runtime/parts/download.ts';
export type { LoadProgress } from './runtime/parts/loading.ts';
export type { Path } from './runtime/path.ts';
export { InferenceSession } from './runtime/session.ts';
export type { Address, ByteSource, ModelSource } from './runtime/source-kinds.ts';
export { Tensor } from './runtime/tensor.ts';
export type { LoadingOptions } from './runtime/watch.ts';
export type { KernelLayout, PictureKernels } from './weights/kernel-picture.ts';
export type {
  DenseNode,
  EncodedCoefficients,
  LinearNode,
  MatrixNode,
  Network,
  RowsNode,
} from './weights/network.ts';
