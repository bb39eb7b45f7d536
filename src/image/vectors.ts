import type { ErrorCode } from '../error-codes.ts';
import { WjpegError } from '../errors.ts';
import type { InputSpec } from '../format/manifest.ts';
import { show } from '../options/rules.ts';

/** Numbers, or arrays of arrays of numbers. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** A tensor as ONNX Runtime and others have it: row-major `data` of the shape `dims`. */
export interface TensorInput {
  readonly data: Float32Array | Float64Array | readonly number[];
  readonly dims: readonly number[];
}

/** The values that a network takes (for pictures: row-major, already normalised), in any form. */
export type VectorInput = Float32Array | Float64Array | NestedNumbers | TensorInput;

/** The network that takes them. */
interface Taker {
  readonly spec: InputSpec;
  readonly inFeatures: number;
}

export function isVector(input: unknown): input is VectorInput {
  if (Array.isArray(input)) return true;
  if (ArrayBuffer.isView(input)) return bytesPerElement(input) > 1;
  return typeof input === 'object' && input !== null && 'data' in input && 'dims' in input;
}

/**
 * The inFeatures values of a vector, array or tensor. A Float32Array is taken as it is, its length is checked where it
 * runs.
 *
 * @throws WjpegError `INPUT_TYPE`, `INPUT_SHAPE`, `INPUT_LENGTH`
 */
export function vectorOf(input: VectorInput, taker: Taker): Float32Array {
  if (input instanceof Float32Array) return checkedLength(input, taker);
  if (Array.isArray(input)) {
    const { dims, values } = flattened(input);
    checkDims(dims, taker, 'an array');
    return Float32Array.from(numbers(values));
  }
  if (ArrayBuffer.isView(input)) return checkedLength(floats(input), taker);
  const { data, dims } = input as TensorInput;
  const isShape = Array.isArray(dims) && dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape) {
    throw misuse('INPUT_SHAPE', `a tensor's dims are ${show(dims)}, expected an array of whole numbers`);
  }
  checkDims(dims, taker, 'a tensor');
  const values = Array.isArray(data) ? Float32Array.from(numbers(data)) : floats(data);
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (values.length !== size) {
    throw misuse('INPUT_LENGTH', `a tensor of ${show(dims)} has ${values.length} values, expected ${size}`);
  }
  return values;
}

function checkedLength(values: Float32Array, taker: Taker): Float32Array {
  if (values.length === taker.inFeatures) return values;
  throw misuse('INPUT_LENGTH', `the input has ${values.length} values, expected ${expectation(taker)}`);
}

/** Sizes of 1 say nothing; without them the shape must be the network's. */
function checkDims(dims: readonly number[], taker: Taker, what: string): void {
  const without1 = (sizes: readonly number[]): string => sizes.filter((size) => size !== 1).join();
  const shapes = shapesOf(taker);
  if (shapes.some((shape) => without1(shape) === without1(dims))) return;
  const size = dims.reduce((product, dim) => product * dim, 1);
  const batch = size / taker.inFeatures;
  const isBatch = Number.isInteger(batch) && batch > 1;
  const hint = isBatch ? `; for ${batch} inputs call runBatch` : '';
  const expected = shapes.map(show).join(' or ');
  throw misuse(
    isBatch || size === taker.inFeatures ? 'INPUT_SHAPE' : 'INPUT_LENGTH',
    `${what} of shape ${show(dims)}, expected ${expected}, with any further sizes of 1${hint}`,
  );
}

function shapesOf({ spec, inFeatures }: Taker): number[][] {
  return spec.kind === 'image'
    ? [[inFeatures], spec.channels > 1 ? [spec.channels, spec.height, spec.width] : [spec.height, spec.width]]
    : [[inFeatures]];
}

function expectation({ spec, inFeatures }: Taker): string {
  return spec.kind === 'image'
    ? `${inFeatures} (${spec.channels > 1 ? `${spec.channels} channels of ` : ''}${spec.height} rows of ${spec.width})`
    : String(inFeatures);
}

/** What nested arrays hold, and their shape; refuses those of unequal lengths. */
function flattened(input: NestedNumbers): { dims: number[]; values: readonly unknown[] } {
  const dims: number[] = [];
  let level: readonly unknown[] = [input];
  while (level.length > 0 && level.every((item) => Array.isArray(item) || isFloats(item))) {
    const rows = level as readonly ArrayLike<unknown>[];
    const [{ length }] = rows;
    const other = rows.find((row) => row.length !== length);
    if (other) {
      throw misuse('INPUT_SHAPE', `rows of ${length} and of ${other.length} values, expected equal lengths`);
    }
    dims.push(length);
    level = rows.flatMap((row) => Array.from(row));
  }
  return { dims, values: level };
}

/** Refuses what `Float32Array.from` would silently turn into a number, or into NaN. */
function numbers(values: readonly unknown[]): number[] {
  const wrong = Array.from(values).findIndex((value) => typeof value !== 'number');
  if (wrong < 0) return values as number[];
  throw misuse('INPUT_TYPE', `input value ${wrong} is ${show(values[wrong])}, expected a number`);
}

function isFloats(value: unknown): value is Float32Array | Float64Array {
  return /^\[object Float\d+Array\]$/.test(Object.prototype.toString.call(value));
}

/** Integers are refused: they are pixels before normalisation, as a rule, and the answer would be wrong in silence. */
function floats(values: unknown): Float32Array {
  if (isFloats(values)) return values instanceof Float32Array ? values : Float32Array.from(values);
  const type = Object.prototype.toString.call(values).slice('[object '.length, -1);
  throw misuse(
    'INPUT_TYPE',
    `values are ${type}, expected Float32Array, Float64Array or an array of numbers, as the network takes them; ` +
      'pixels 0…255 are given as { data, width, height }',
  );
}

function bytesPerElement(view: ArrayBufferView): number {
  return (view as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
}

function misuse(code: ErrorCode, message: string): WjpegError {
  return new WjpegError('misuse', code, message);
}
