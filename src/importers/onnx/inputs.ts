import { WjpegError } from '../../errors.ts';
import type { GraphInput } from '../../graph/graph.ts';
import { formatShape, type Shape } from '../../graph/shape.ts';
import { closest } from '../../options/closest.ts';
import { type ComputedValue, INTEGERS } from './node.ts';
import type { GraphProto, ValueInfoProto } from './schema.ts';
import { DATA_TYPES, isFloat, typeName } from './tensors.ts';

/** Inputs of the network as values, and what Shape says of the batch: the number that the model declares, 1 where it is free. */
export interface ModelInputs {
  readonly inputs: readonly GraphInput[];
  readonly values: readonly ComputedValue[];
  readonly batch: number;
}

interface Dimension {
  readonly size: number;
  readonly written: string;
}

/**
 * The inputs of a model that are no initialisers, their free extents from `inputShapes`.
 *
 * @throws `ONNX_INVALID` for inputs without a shape, `ONNX_INPUT_SHAPE` for free extents that are not given or others that
 * are given and do not fit
 */
export function readInputs(
  { input, initializer }: GraphProto,
  inputShapes: Readonly<Record<string, Shape>>,
  hasBatch: boolean,
): ModelInputs {
  const constants = new Set(initializer.map(({ name }) => name));
  const infos = input.filter(({ name }) => !constants.has(name));
  for (const name of Object.keys(inputShapes)) {
    if (name === '' || infos.some((info) => info.name === name)) continue;
    const near =
      closest(
        name,
        infos.map((info) => info.name),
      ) ?? infos.map((info) => info.name).join("', '");
    throw new WjpegError(
      'misuse',
      'ONNX_INPUT_SHAPE',
      `a shape is given for input '${name}', which the model does not have: did you mean '${near}'?`,
    );
  }
  const dimensions = infos.map(readDimensions);
  const inputs = infos.map(({ name }, index) => {
    const free = hasBatch ? dimensions[index].slice(1) : dimensions[index];
    if (hasBatch && free.length === 0) {
      throw new WjpegError(
        'unsupported',
        'ONNX_INVALID',
        `input '${name}' has ${dimensions[index].length === 0 ? 'no axis' : 'one axis'}, expected a batch and at least one more ` +
          '(hasBatch: false imports a model without a batch)',
      );
    }
    return { name, shape: resolve(name, free, inputShapes[name] ?? inputShapes['']) };
  });
  const batches = hasBatch ? dimensions.map(([{ size }]) => size).filter((size) => size > 0) : [];
  if (new Set(batches).size > 1) {
    throw new WjpegError(
      'unsupported',
      'ONNX_INVALID',
      `the inputs have batches of ${batches.join(' and ')}, expected one batch for all of them (hasBatch: false imports a model without a batch)`,
    );
  }
  return {
    inputs,
    values: inputs.map(({ name, shape }, index) => ({
      name,
      shape,
      batchAxis: hasBatch ? 0 : null,
      ...(isInteger(infos[index]) && { quantization: INTEGERS }),
    })),
    batch: batches[0] ?? 1,
  };
}

function isInteger({ type }: ValueInfoProto): boolean {
  const elementType = type?.tensorType?.elemType ?? DATA_TYPES.float;
  return elementType !== 0 && !isFloat(elementType);
}

function readDimensions({ name, type }: ValueInfoProto): readonly Dimension[] {
  const tensor = type?.tensorType;
  if (tensor?.shape === undefined) {
    throw new WjpegError(
      'unsupported',
      'ONNX_INVALID',
      `input '${name}' ${tensor === undefined ? 'is no tensor' : 'declares no shape'}, expected a tensor with a known number of axes`,
    );
  }
  return tensor.shape.dim.map(({ dimValue, dimParam }) => {
    const size = Number(dimValue);
    if (size < 0) return { size: 0, written: dimParam || '?' };
    return { size, written: size > 0 ? `${size}` : dimParam || '?' };
  });
}

function resolve(name: string, dimensions: readonly Dimension[], given: Shape | undefined): Shape {
  const written = `[${dimensions.map((dimension) => dimension.written).join(', ')}]`;
  const wrong = (message: string): WjpegError => new WjpegError('misuse', 'ONNX_INPUT_SHAPE', message);
  if (given === undefined) {
    if (dimensions.every(({ size }) => size > 0)) return dimensions.map(({ size }) => size);
    const example = dimensions.map(({ size }) => size || 224).join('x');
    throw wrong(
      `input '${name}' has free sizes, ${written} without the batch: give them, for example ` +
        `--input-shape ${name}=${example} (inputShapes in the API); the network is imported for this size only`,
    );
  }
  const fits =
    given.length === dimensions.length &&
    given.every((extent, axis) => {
      const { size } = dimensions[axis];
      return Number.isSafeInteger(extent) && extent > 0 && (size === 0 || size === extent);
    });
  if (fits) return given;
  throw wrong(
    `the shape ${formatShape(given)} is given for input '${name}', which has ${written} without the batch`,
  );
}

/** What to tell of inputs of other types: values of networks are float32. */
export function typeNotes({ input }: GraphProto, inputs: readonly GraphInput[]): string[] {
  return inputs.flatMap(({ name }) => {
    const type = input.find((info) => info.name === name)?.type?.tensorType?.elemType ?? 0;
    if (type <= 1) return [];
    return [
      `the input '${name}' is ${typeName(type)} in the ONNX model, float32 here` +
        (isFloat(type) ? ': everything is computed in float32' : ''),
    ];
  });
}
