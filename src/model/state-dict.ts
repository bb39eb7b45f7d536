import type { ErrorCode } from '../error-codes.ts';
import { WjpegError } from '../errors.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { toFloat32 } from '../safetensors/tensor.ts';
import type { Activation, DenseLinear, DenseNetwork } from './dense-network.ts';

/** See `networkFromStateDict` in index.ts. */
export function networkFromStateDict(
  tensors: ReadonlyMap<string, Tensor>,
  architecture?: readonly string[],
): DenseNetwork {
  const names = linearNames(tensors);
  const chain = architecture ?? withRelu([...names].sort(naturalOrder));
  const layers = chain.map((item): DenseLinear | Activation => {
    if (names.has(item)) return readLinear(tensors, item);
    if (item === 'relu' || item === 'softmax') return { type: item };
    throw fail(
      'MODEL_UNKNOWN_LAYER',
      `architecture names '${item}', expected relu, softmax or one of: ${[...names].join(', ')}`,
    );
  });
  const unused = [...names].filter((name) => !chain.includes(name));
  if (unused.length > 0) {
    throw fail('MODEL_UNUSED_LAYER', `the architecture leaves out layer ${unused.join(', ')}`);
  }
  checkChain(layers, architecture !== undefined);
  return { layers };
}

/** Names of the linear layers; every tensor must belong to one of them. */
function linearNames(tensors: ReadonlyMap<string, Tensor>): Set<string> {
  const names = new Set<string>();
  for (const [name, tensor] of tensors) {
    if (name.endsWith('.weight') && tensor.shape.length === 2) names.add(name.slice(0, -'.weight'.length));
  }
  for (const [name, tensor] of tensors) {
    const layer = name.replace(/\.(weight|bias)$/, '');
    if (layer === name || !names.has(layer)) {
      throw fail(
        'MODEL_UNSUPPORTED_TENSOR',
        `tensor '${name}' of shape [${tensor.shape.join(', ')}] is no part of a linear layer; ` +
          'only chains of linear layers (<layer>.weight [out, in], <layer>.bias [out]) are supported',
      );
    }
  }
  if (names.size === 0)
    throw fail('MODEL_NO_LAYERS', 'no <layer>.weight of two dimensions, expected at least one');
  return names;
}

function withRelu(names: readonly string[]): string[] {
  return names.flatMap((name, index) => (index === 0 ? [name] : ['relu', name]));
}

function readLinear(tensors: ReadonlyMap<string, Tensor>, name: string): DenseLinear {
  const weight = tensors.get(`${name}.weight`) as Tensor;
  const bias = tensors.get(`${name}.bias`);
  const [outFeatures, inFeatures] = weight.shape as [number, number];
  if (outFeatures === 0 || inFeatures === 0) {
    throw fail(
      'MODEL_EMPTY_TENSOR',
      `'${name}.weight' has shape [${weight.shape.join(', ')}], expected no zero`,
    );
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== outFeatures)) {
    throw fail(
      'MODEL_BIAS_SHAPE',
      `'${name}.bias' has shape [${bias.shape.join(', ')}], expected [${outFeatures}]`,
    );
  }
  return {
    type: 'linear',
    name,
    inFeatures,
    outFeatures,
    weights: finite(toFloat32(weight), `${name}.weight`),
    bias: bias ? finite(toFloat32(bias), `${name}.bias`) : null,
  };
}

function finite(values: Float32Array, name: string): Float32Array {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new WjpegError(
      'corrupt',
      'MODEL_NOT_FINITE',
      `'${name}' holds ${values[index]} at element ${index}, expected finite numbers`,
    );
  }
  return values;
}

function checkChain(layers: readonly (DenseLinear | Activation)[], declared: boolean): void {
  let previous: DenseLinear | undefined;
  for (const layer of layers) {
    if (layer.type !== 'linear') continue;
    if (previous && previous.outFeatures !== layer.inFeatures) {
      const hint = declared
        ? ''
        : '; if the order of the names is not the order of the layers, name an architecture';
      throw fail(
        'MODEL_BAD_CHAIN',
        `layer '${layer.name}' takes ${layer.inFeatures} values but '${previous.name}' gives ${previous.outFeatures}${hint}`,
      );
    }
    previous = layer;
  }
}

/** Orders names by their text, with runs of digits by their number. */
function naturalOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function fail(code: ErrorCode, message: string): WjpegError {
  return new WjpegError('unsupported', code, message);
}
