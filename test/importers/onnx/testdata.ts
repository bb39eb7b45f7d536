import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { WjpegError } from '../../../src/errors.ts';
import { planGraph } from '../../../src/graph/plan.ts';
import { Budget } from '../../../src/importers/onnx/budget.ts';
import { importValues } from '../../../src/importers/onnx/index.ts';
import { isKnown } from '../../../src/importers/onnx/node.ts';
import {
  MODEL_SCHEMA,
  type ModelProto,
  schemaOf,
  type TensorProto,
} from '../../../src/importers/onnx/schema.ts';
import { DATA_TYPES, type KnownTensor, readTensor } from '../../../src/importers/onnx/tensors.ts';
import type { GraphBackend } from '../../graph/backends.ts';
import { openGraphOn } from '../../graph/backends.ts';

/** Folders of Debian's libonnx-testdata with models that come with inputs and outputs. */
const FOLDERS = ['node', 'pytorch-converted', 'pytorch-operator', 'simple'];

/** How a test's inputs are given: the first that can be imported is taken. */
const WAYS = [
  { way: 'batch', hasBatch: true, constants: 'none' },
  { way: 'batch, constants', hasBatch: true, constants: 'others' },
  { way: 'whole', hasBatch: false, constants: 'none' },
  { way: 'whole, constants', hasBatch: false, constants: 'others' },
  { way: 'folded', hasBatch: false, constants: 'all' },
] as const;

/** Largest difference over the largest output. */
const MAX_RELATIVE_ERROR = 1e-5;

/** What became of a test: passed in which way, refused why, or failed. */
export interface Outcome {
  readonly name: string;
  /** ONNX operators of the model. */
  readonly operators: readonly string[];
  readonly passed?: (typeof WAYS)[number]['way'];
  readonly refused?: string;
  readonly failed?: string;
}

interface Arrays {
  readonly inputs: readonly TensorProto[];
  readonly outputs: readonly KnownTensor[];
}

/** Names of all tests in a folder of test data, as `folder/test`. */
export function testNames(root: string): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .sort()
      .filter((test) => existsSync(join(root, folder, test, 'test_data_set_0')))
      .map((test) => `${folder}/${test}`),
  );
}

/** Imports the model of a test, runs it on a backend with its inputs and compares with its outputs. */
export async function runTest(root: string, name: string, backend: GraphBackend): Promise<Outcome> {
  const bytes = new Uint8Array(readFileSync(join(root, name, 'model.onnx')));
  const { graph } = fromBinary(MODEL_SCHEMA, bytes) as unknown as ModelProto;
  const operators = [...new Set(graph?.node.map(({ opType }) => opType))];
  let arrays: Arrays;
  try {
    arrays = readArrays(join(root, name, 'test_data_set_0'));
  } catch {
    return { name, operators, refused: 'inputs or outputs are sequences, texts or optional' };
  }
  const declared = graph?.input.map(({ type }) => type?.tensorType?.elemType) ?? [];
  if (arrays.inputs.some(({ dataType }, index) => dataType !== declared[index])) {
    return { name, operators, refused: 'the inputs in the files are of another type than the model says' };
  }
  if (arrays.inputs.some((tensor) => !valuesOf(tensor).every(Number.isFinite))) {
    return { name, operators, refused: 'an input is not finite as float32' };
  }
  const refusals: string[] = [];
  for (const { way, hasBatch, constants } of WAYS) {
    let imported: ReturnType<typeof importValues>;
    const free = freeInputs(bytes);
    const values = constants === 'all' ? 0 : constants === 'others' ? 1 : free.length;
    if (constants === 'others' && free.length < 2) continue;
    try {
      imported = importValues(bind(bytes, arrays.inputs, values), { hasBatch });
      planGraph({ ...imported.graph, outputs: [] });
    } catch (error) {
      if (!(error instanceof WjpegError)) throw error;
      refusals.push(error.message);
      continue;
    }
    const given = arrays.inputs.slice(0, values);
    const batch = hasBatch && given.length > 0 ? Number(given[0].dims[0]) : 1;
    const failed = await compare(imported, given.map(valuesOf), batch, arrays.outputs, backend);
    return failed === undefined
      ? { name, operators, passed: way }
      : { name, operators, failed: `${way}: ${failed}` };
  }
  return { name, operators, refused: mostTelling(refusals) };
}

/** Of the reasons of all ways that of the way that came furthest: the forms of operators before what inputs are. */
function mostTelling(refusals: readonly string[]): string {
  const [first] = refusals;
  return refusals.find((reason) => reason.startsWith('unsupported')) ?? first;
}

function freeInputs(bytes: Uint8Array): readonly string[] {
  const { graph } = fromBinary(MODEL_SCHEMA, bytes) as unknown as ModelProto;
  const constants = new Set(graph?.initializer.map(({ name }) => name));
  return graph?.input.map(({ name }) => name).filter((name) => !constants.has(name)) ?? [];
}

/** The model with its inputs from number `values` on as initialisers. */
function bind(bytes: Uint8Array, inputs: readonly TensorProto[], values: number): Uint8Array {
  const bound = freeInputs(bytes).slice(values);
  const model = fromBinary(MODEL_SCHEMA, bytes);
  const { graph } = model as unknown as { graph: { initializer: TensorProto[] } };
  bound.forEach((name, index) => {
    const tensor = inputs[values + index];
    if (tensor !== undefined) graph.initializer.push({ ...tensor, name });
  });
  return toBinary(MODEL_SCHEMA, model);
}

function readArrays(folder: string): Arrays {
  const read = (kind: string): TensorProto[] =>
    readdirSync(folder)
      .filter((file) => file.startsWith(`${kind}_`))
      .sort((a, b) => numberIn(a) - numberIn(b))
      .map((file) => {
        const bytes = new Uint8Array(readFileSync(join(folder, file)));
        return fromBinary(schemaOf('TensorProto'), bytes) as unknown as TensorProto;
      });
  const inputs = read('input');
  inputs.forEach(valuesOf);
  return { inputs, outputs: read('output').map((tensor) => readTensor(tensor, source())) };
}

function numberIn(file: string): number {
  return Number(/\d+/.exec(file)?.[0]);
}

function source(): { budget: Budget } {
  return { budget: new Budget() };
}

function valuesOf(tensor: TensorProto): Float32Array {
  return Float32Array.from(readTensor(tensor, source()).values);
}

/** Beneath this float32 has less than its 24 bits. */
const MIN_NORMAL = 2 ** -126;

function largest(max: number, value: number): number {
  return Number.isFinite(value) ? Math.max(max, Math.abs(value)) : max;
}

async function compare(
  { graph, outputs }: ReturnType<typeof importValues>,
  inputs: readonly Float32Array[],
  batch: number,
  expected: readonly KnownTensor[],
  backend: GraphBackend,
): Promise<string | undefined> {
  const computed = outputs.flatMap(({ value }) => (isKnown(value) ? [] : [value.name]));
  let results: readonly Float32Array[] = [];
  if (computed.length > 0) {
    const executor = await openGraphOn(backend, planGraph({ ...graph, outputs: computed }));
    results = await executor.run([...inputs], batch, 'values');
    executor.dispose();
  }
  let next = 0;
  for (const [index, { name, value }] of outputs.entries()) {
    const result = isKnown(value) ? value.values : results[next++];
    const { type } = expected[index];
    const quantization = isKnown(value) ? undefined : value.quantization;
    const wanted = quantization
      ? expected[index].values.map((integer) => (integer - quantization.zeroPoint) * quantization.scale)
      : expected[index].values;
    // What is not rounded to integers may be half a step off, and a little for the steps before.
    const steps = quantization && quantization.scale !== 1 ? quantization.scale : 0;
    const tolerance =
      type === DATA_TYPES.float16 ? 2 ** -10 : type === DATA_TYPES.bfloat16 ? 2 ** -7 : MAX_RELATIVE_ERROR;
    if (result.length !== wanted.length)
      return `'${name}' has ${result.length} values, expected ${wanted.length}`;
    if (isKnown(value) && value.shape.join() !== expected[index].shape.join())
      return `'${name}' has shape ${value.shape.join('×')}, expected ${expected[index].shape.join('×')}`;
    const scale = Array.from(wanted).reduce(largest, 0);
    for (let at = 0; at < wanted.length; at++) {
      if (Object.is(wanted[at], result[at]) || wanted[at] === result[at]) continue;
      if (!(Math.abs(wanted[at] - result[at]) <= tolerance * scale + steps + MIN_NORMAL))
        return `'${name}'[${at}] is ${result[at]}, expected ${wanted[at]}`;
    }
  }
  return undefined;
}
