import { WjpegError } from '../../errors.ts';
import type { ChannelMoments, Constant } from '../../graph/graph.ts';
import { type Tensor, toFloat32 } from '../../safetensors/tensor.ts';
import { affine } from '../state-dict/batch-norm.ts';
import { batchNormOf, groupTensors, type Parts } from '../state-dict/modules.ts';
import { finite, transpose } from '../state-dict/values.ts';

/** A tensor with its name in the file. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** A batch normalisation as scale·x + offset. */
export interface ScaleAndOffset {
  readonly scale: Constant;
  readonly offset: Constant;
  readonly epsilon: number;
  /** What its outputs were like in training. */
  readonly trained: ChannelMoments;
}

/** What a module may have beside its weights that no network computes with. */
const BOOKKEEPING = /(^|[./])num_batches_tracked$/;

/** The tensors of a state dict by module, and which of them were asked for. */
export class StateDict {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #modules: ReadonlyMap<string, Parts>;
  readonly #used = new Set<string>();

  /** @throws `MODEL_UNSUPPORTED_TENSOR` where two tensors are the same part of a module */
  constructor(tensors: ReadonlyMap<string, Tensor>) {
    this.#tensors = tensors;
    const modules = groupTensors(tensors);
    // By the names in the file as well, wrappers and all.
    const full = [...modules.values()].flatMap((parts) =>
      [...parts.values()].map(({ name }) => [name.replace(/[./]?[^./]*$/, ''), parts] as const),
    );
    this.#modules = new Map([...full, ...modules]);
  }

  /** A tensor by its name in the file. */
  tensor(name: string): NamedTensor | undefined {
    const tensor = this.#tensors.get(name);
    return tensor && this.#use({ name, tensor });
  }

  /** A part of a module, under the first of its names that there is. */
  part(module: string, ...parts: readonly string[]): (NamedTensor & { readonly part: string }) | undefined {
    const found = this.#modules.get(module);
    const part = parts.find((candidate) => found?.has(candidate));
    return part === undefined ? undefined : { part, ...this.#use(found?.get(part) as NamedTensor) };
  }

  /**
   * A batch normalisation as scale·x + offset; undefined where the module has no running statistics. `epsilon`: that of the
   * framework whose names these are if undefined.
   */
  batchNorm(module: string, epsilon: number | undefined): ScaleAndOffset | undefined {
    const parts = this.#modules.get(module);
    const found = parts && batchNormOf(module, parts);
    if (parts === undefined || found === undefined) return undefined;
    for (const part of parts.values()) this.#use(part);
    const norm = { ...found, epsilon: epsilon ?? found.epsilon };
    const { scale, shift } = affine(norm);
    const constant = (values: Float64Array): Constant => ({
      shape: [norm.features],
      values: Float32Array.from(values),
    });
    const { gamma, beta, features } = norm;
    return {
      scale: constant(scale),
      offset: constant(shift),
      epsilon: norm.epsilon,
      trained: {
        mean: beta ? toFloat32(beta) : new Float32Array(features),
        deviation: gamma ? toFloat32(gamma).map(Math.abs) : new Float32Array(features).fill(1),
      },
    };
  }

  /** Names of tensors that no layer took. */
  get leftOver(): string[] {
    return [...this.#tensors.keys()].filter((name) => !this.#used.has(name) && !BOOKKEEPING.test(name));
  }

  #use<T extends NamedTensor>(found: T): T {
    this.#used.add(found.name);
    return found;
  }
}

/** The numbers of a tensor. @throws `MODEL_UNSUPPORTED_TENSOR` for integers, `MODEL_NOT_FINITE` */
export function valuesOf({ name, tensor }: NamedTensor): Float32Array {
  if (['I64', 'I8', 'U8'].includes(tensor.dtype)) {
    throw new WjpegError(
      'unsupported',
      'MODEL_UNSUPPORTED_TENSOR',
      `tensor '${name}' is ${tensor.dtype}, expected floating-point weights: save the float model, wjpeg quantises by itself`,
    );
  }
  return finite(toFloat32(tensor), name);
}

/** A tensor as a constant of an operator. */
export function constantOf(found: NamedTensor): Constant {
  return { shape: found.tensor.shape, values: valuesOf(found) };
}

/** Kernels as O×I×KH×KW; those of Keras and Flax are KH×KW×I×O, depthwise ones of Keras KH×KW×C×M. */
export function kernelsOf(found: NamedTensor & { readonly part: string }): Constant {
  const { part, tensor } = found;
  const constant = constantOf(found);
  if (part === 'weight' || tensor.shape.length !== 4) return constant;
  const [height, width, inputs, outputs] = tensor.shape;
  const taps = height * width;
  const { values } = constant;
  if (part === 'depthwise_kernel') {
    const channels = inputs * outputs;
    return { shape: [channels, 1, height, width], values: transpose(values, taps, channels) };
  }
  const turned = Float32Array.from(values, (_, at) => {
    const input = Math.floor(at / taps) % inputs;
    const output = Math.floor(at / (taps * inputs));
    return values[((at % taps) * inputs + input) * outputs + output];
  });
  return { shape: [outputs, inputs, height, width], values: turned };
}

/** Weights as O×I; those of Keras and Flax are I×O. */
export function matrixOf(found: NamedTensor & { readonly part: string }): Constant {
  const { part, tensor } = found;
  const constant = constantOf(found);
  if (part === 'weight' || tensor.shape.length !== 2) return constant;
  const [inputs, outputs] = tensor.shape;
  return { shape: [outputs, inputs], values: transpose(constant.values, inputs, outputs) };
}
