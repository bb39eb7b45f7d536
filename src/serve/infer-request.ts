import { otherFormat } from '../image/other-formats.ts';
import { RequestError } from './request-error.ts';

/** What a model takes and gives, as requests are checked against it. */
export interface ModelSignature {
  /** Name of its input. */
  readonly input: string;
  /** Extents of one input, without the batch. */
  readonly shape: readonly number[];
  /** Whether it takes pictures too. */
  readonly takesPictures: boolean;
  readonly outputs: readonly { readonly name: string; readonly alias?: string }[];
}

/** Inputs of a request: `count` of them. */
export type RequestInput =
  | { readonly kind: 'values'; readonly values: Float32Array<ArrayBuffer>; readonly count: number }
  | { readonly kind: 'pictures'; readonly pictures: readonly Uint8Array[]; readonly count: number };

/** An inference request of the Open Inference Protocol, checked. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly input: RequestInput;
  /** Outputs in the order of the response, and whether each is binary. */
  readonly outputs: readonly { readonly name: string; readonly isBinary: boolean }[];
}

/** Nested arrays of tensors have no more levels. */
const MAX_DEPTH = 8;
/** Inputs per request. */
const MAX_COUNT = 65_536;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the body of an inference request: JSON, and after it the binary data of tensors.
 *
 * @param jsonLength bytes of JSON (`Inference-Header-Content-Length`); absent: all; 0: the body is the input itself
 * @throws RequestError 400 for what is not a request for this model
 */
export function parseInferRequest(
  body: Uint8Array<ArrayBuffer>,
  jsonLength: number | undefined,
  model: ModelSignature,
): InferRequest {
  const isBinary = jsonLength !== undefined;
  if (isBinary && jsonLength > body.length)
    throw bad(`Inference-Header-Content-Length is ${jsonLength}, but the body has ${body.length} bytes`);
  // No JSON begins as a picture does: what `curl --data-binary` sends without the header.
  if (jsonLength === 0 || (!isBinary && isPictureFile(body))) return rawRequest(body, model);
  const json = parseJson(body.subarray(0, jsonLength ?? body.length));
  const { id, inputs } = json;
  if (id !== undefined && typeof id !== 'string') throw bad('id is not a string');
  if (!Array.isArray(inputs) || inputs.length !== 1)
    throw bad(`inputs is not a list of one tensor, '${model.input}'`);
  const binary = new BinaryData(body.subarray(jsonLength ?? body.length));
  const input = parseInput(object(inputs[0], 'inputs[0]'), model, binary);
  if (binary.left > 0) throw bad(`${binary.left} bytes of binary data belong to no input`);
  const parameters = optionalObject(json.parameters, 'parameters');
  return { id, input, outputs: parseOutputs(json.outputs, parameters?.binary_data_output === true, model) };
}

/** A body that is one picture, or the values of inputs. */
function rawRequest(body: Uint8Array<ArrayBuffer>, model: ModelSignature): InferRequest {
  const outputs = model.outputs.map(({ name }) => ({ name, isBinary: false }));
  if (model.takesPictures && isPictureFile(body))
    return { id: undefined, outputs, input: { kind: 'pictures', pictures: [body], count: 1 } };
  const each = 4 * product(model.shape);
  if (body.length === 0 || body.length % each !== 0) {
    const other = model.takesPictures ? otherPicture(body) : undefined;
    if (other) throw bad(`the body is ${other}`);
    throw bad(
      `the body has ${body.length} bytes, expected ${model.takesPictures ? 'a PNG or JPEG, or ' : ''}a multiple of ${each} bytes (FP32 [${model.shape}])`,
    );
  }
  const count = checkCount(body.length / each);
  return { id: undefined, outputs, input: { kind: 'values', values: floatsOf(body), count } };
}

/** What a file is that has to be converted before it is sent, with how; undefined for what is not known. */
function otherPicture(body: Uint8Array): string | undefined {
  const { is, next } = otherFormat(body) ?? {};
  return next && `${is}, expected a PNG or JPEG: ${next}`;
}

/** The bytes of a form begin with two. */
const HYPHEN = 0x2d;

function isPictureFile([a, b, c, d]: Uint8Array): boolean {
  return (a === 0xff && b === 0xd8 && c === 0xff) || (a === 0x89 && b === 0x50 && c === 0x4e && d === 0x47);
}

function parseJson(bytes: Uint8Array): Json {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const isForm = bytes[0] === HYPHEN && bytes[1] === HYPHEN;
    const other = otherPicture(bytes);
    if (other) throw bad(`the body is ${other}`);
    throw bad(
      `the body is not JSON: ${isForm ? 'a form, expected the picture itself, as curl --data-binary sends it' : (error as Error).message}`,
    );
  }
  return object(value, 'the body');
}

function parseInput(input: Json, model: ModelSignature, binary: BinaryData): RequestInput {
  const { name, datatype, shape } = input;
  if (name !== model.input) throw bad(`there is no input ${shown(name)}, expected '${model.input}'`);
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw bad(`shape of '${model.input}' is not a list of whole numbers`);
  const parameters = optionalObject(input.parameters, 'parameters of the input');
  const size = parameters?.binary_data_size;
  if (size !== undefined && (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0))
    throw bad('binary_data_size is not a whole number');
  if (size !== undefined && input.data !== undefined)
    throw bad('the input has both data and binary_data_size');
  if (size === undefined && !Array.isArray(input.data)) throw bad('the input has no data, expected a list');
  if (datatype === 'FP32') {
    const count = countOf(shape, model);
    const values =
      size === undefined ? numbersOf(input.data, count * product(model.shape)) : floatsOf(binary.take(size));
    if (values.length !== count * product(model.shape))
      throw bad(`shape [${shape}] has ${count * product(model.shape)} values, got ${values.length}`);
    return { kind: 'values', values, count };
  }
  if (datatype === 'BYTES' && model.takesPictures) {
    const count = checkCount(product(shape));
    const pictures = size === undefined ? base64Of(input.data) : elementsOf(binary.take(size));
    if (pictures.length !== count || shape.length === 0 || shape.length > 2)
      throw bad(`shape [${shape}] of BYTES for ${pictures.length} pictures, expected [${pictures.length}]`);
    return { kind: 'pictures', pictures, count };
  }
  const expected = model.takesPictures ? 'FP32, or BYTES for pictures' : 'FP32';
  throw bad(`datatype of '${model.input}' is ${shown(datatype)}, expected ${expected}`);
}

function countOf(shape: readonly number[], { shape: own }: ModelSignature): number {
  const [count, ...rest] = shape;
  const isFlat = rest.length === 1 && rest[0] === product(own);
  if (
    shape.length > 0 &&
    (isFlat || (rest.length === own.length && rest.every((extent, i) => extent === own[i])))
  )
    return checkCount(count);
  throw bad(`shape is [${shape}], expected [n,${own}]`);
}

function checkCount(count: number): number {
  if (count >= 1 && count <= MAX_COUNT) return count;
  throw bad(`a request of ${count} inputs, expected 1 to ${MAX_COUNT}`);
}

function parseOutputs(given: unknown, allBinary: boolean, model: ModelSignature): InferRequest['outputs'] {
  if (given === undefined) return model.outputs.map(({ name }) => ({ name, isBinary: allBinary }));
  if (!Array.isArray(given) || given.length === 0) throw bad('outputs is not a list of outputs');
  const names = model.outputs.map(({ name }) => name);
  const outputs = given.map((entry, index) => {
    const { name, parameters } = object(entry, `outputs[${index}]`);
    if (typeof name !== 'string' || !model.outputs.some((output) => isCalled(output, name)))
      throw bad(`there is no output ${shown(name)}, expected one of ${names.join(', ')}`);
    const { binary_data: isBinary } = optionalObject(parameters, 'parameters of an output') ?? {};
    return { name, isBinary: isBinary === undefined ? allBinary : isBinary === true };
  });
  if (new Set(outputs.map(({ name }) => name)).size < outputs.length) throw bad('an output is named twice');
  return outputs;
}

/** Whether an output of a model is what a request calls so. */
export function isCalled({ name, alias }: ModelSignature['outputs'][number], asked: string): boolean {
  return name === asked || alias === asked;
}

/** Numbers of a list, flat or nested, `length` of them at most. */
function numbersOf(data: unknown, length: number): Float32Array<ArrayBuffer> {
  // Not an array of `length`: a short body may state any shape.
  const values: number[] = [];
  const visit = (list: readonly unknown[], depth: number): void => {
    if (depth > MAX_DEPTH) throw bad(`data is nested more than ${MAX_DEPTH} levels deep`);
    for (const entry of list) {
      if (typeof entry === 'number') values.push(entry);
      else if (Array.isArray(entry)) visit(entry, depth + 1);
      else throw bad(`data holds ${shown(entry)}, expected numbers`);
      if (values.length > length) throw bad(`data holds more values than the ${length} of its shape`);
    }
  };
  visit(data as unknown[], 1);
  return Float32Array.from(values);
}

/** Pictures as JSON has them: in base64. */
function base64Of(data: unknown): Uint8Array[] {
  return (data as unknown[]).flat(1).map((entry) => {
    try {
      if (typeof entry === 'string')
        return Uint8Array.from(atob(entry), (character) => character.charCodeAt(0));
    } catch {
      // Said below.
    }
    throw bad('data of BYTES holds what is no base64: pictures in JSON are in base64');
  });
}

/** Elements of a tensor of BYTES: each after its length in 4 bytes, little-endian. */
function elementsOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const elements: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 <= bytes.length ? at + 4 + view.getUint32(at, true) : Infinity;
    if (end > bytes.length) throw bad('binary data of BYTES ends within an element');
    elements.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return elements;
}

/** A copy: binary data is not aligned. */
function floatsOf(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  if (bytes.length % 4 !== 0) throw bad(`${bytes.length} bytes of binary data are no FP32 values`);
  return new Float32Array(bytes.slice().buffer);
}

/** What follows the JSON, taken by one tensor after another. */
class BinaryData {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(size: number): Uint8Array<ArrayBuffer> {
    if (size > this.left)
      throw bad(`binary_data_size is ${size}, but ${this.left} bytes of binary data are left`);
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}

function object(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw bad(`${what} is not an object`);
}

function optionalObject(value: unknown, what: string): Json | undefined {
  return value === undefined ? undefined : object(value, what);
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all * number, 1);
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? `'${value.slice(0, 100)}'`
    : `of type ${value === null ? 'null' : typeof value}`;
}

function bad(message: string): RequestError {
  return new RequestError(400, message);
}
