/** An input or output of a network, as onnxruntime-web describes it. */
export interface TensorMetadata {
  readonly name: string;
  readonly isTensor: true;
  readonly type: 'float32';
  /** `batch`, the one extent that may vary, and the others: ['batch', C, H, W] for pictures, ['batch', N] for vectors. */
  readonly shape: readonly ('batch' | number)[];
}

/** `shape`: without the batch. */
export function tensorMetadata(name: string, shape: readonly number[]): TensorMetadata {
  return { name, isTensor: true, type: 'float32', shape: ['batch', ...shape] };
}
