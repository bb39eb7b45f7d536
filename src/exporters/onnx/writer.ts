import { namer } from '../../graph/namer.ts';
import { DATA_TYPES } from '../../importers/onnx/tensors.ts';
import type { NodeMessage, TensorMessage } from './schema.ts';

/** Attributes of an ONNX node: whole numbers are bigint, numbers with fractions number. */
export type Attributes = Readonly<Record<string, number | bigint | string | readonly bigint[]>>;

/** The elements of a tensor, of which the type in the file follows. */
export type Elements = Float32Array | Int8Array | Uint8Array | Int16Array | Uint16Array | BigInt64Array;

/** How weights are written. */
export interface WeightOptions {
  /** Type of weights in the file; the graph casts float16 to float32, in which everything is computed. */
  readonly type: 'float32' | 'float16';
  /** Whether weights that a JPEG holds are written as its quantised coefficients, which the graph transforms back. */
  readonly coefficients: boolean;
}

/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Collects the nodes and tensors of an ONNX graph. */
export class GraphWriter {
  readonly nodes: NodeMessage[] = [];
  readonly tensors: TensorMessage[] = [];
  readonly weights: WeightOptions;
  /** The name, or where it is taken one like it. */
  readonly uniqueName: (base: string) => string;
  readonly #shared = new Map<string, string>();

  /** `taken`: names of values. */
  constructor(weights: WeightOptions, taken: Iterable<string>) {
    this.weights = weights;
    this.uniqueName = namer(taken);
  }

  /** Adds a tensor; returns its name, which is `name` unless that is taken. */
  tensor(name: string, shape: readonly number[], elements: Elements): string {
    const { buffer, byteOffset, byteLength } = elements;
    // Machines that run JavaScript are little-endian, as ONNX is.
    return this.rawTensor(name, shape, typeOf(elements), new Uint8Array(buffer, byteOffset, byteLength));
  }

  rawTensor(name: string, shape: readonly number[], dataType: number, rawData: Uint8Array): string {
    const unique = this.uniqueName(name);
    this.tensors.push({ name: unique, dims: shape.map(BigInt), dataType, rawData });
    return unique;
  }

  /** A value that several nodes of ours take, such as a table; made when it is first needed. */
  shared(key: string, make: () => string): string {
    const known = this.#shared.get(key) ?? make();
    this.#shared.set(key, known);
    return known;
  }
}

/** The elements as whole numbers of 64 bits, the type of shapes and indices. */
export function int64(values: readonly number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}

/** Whole numbers as an attribute. */
export function ints(values: readonly number[]): readonly bigint[] {
  return values.map(BigInt);
}

/** An AttributeProto. */
export function attribute([name, value]: [string, Attributes[string]]): object {
  if (typeof value === 'bigint') return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if (typeof value === 'number') return { name, f: value, type: ATTRIBUTE_TYPES.float };
  if (typeof value === 'string')
    return { name, s: new TextEncoder().encode(value), type: ATTRIBUTE_TYPES.string };
  return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
}

function typeOf(elements: Elements): number {
  if (elements instanceof Float32Array) return DATA_TYPES.float;
  if (elements instanceof Int8Array) return DATA_TYPES.int8;
  if (elements instanceof Uint8Array) return DATA_TYPES.uint8;
  if (elements instanceof Int16Array) return DATA_TYPES.int16;
  return elements instanceof Uint16Array ? DATA_TYPES.uint16 : DATA_TYPES.int64;
}
