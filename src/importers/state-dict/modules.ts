import type { ErrorCode } from '../../error-codes.ts';
import { WjpegError } from '../../errors.ts';
import type { Tensor } from '../../safetensors/tensor.ts';

/** A linear layer as a state dict holds it. */
export interface LinearTensors {
  readonly kind: 'linear';
  /** Without wrappers such as `module.`. */
  readonly name: string;
  /** As the file has it. */
  readonly fullName: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: Tensor;
  /** Names of the tensors in the file, for messages. */
  readonly weightName: string;
  readonly biasName: string | undefined;
  /** Whether the weight is [in, out], as Keras and JAX keep it, instead of [out, in]. */
  readonly transposed: boolean;
  readonly bias: Tensor | undefined;
}

/** A batch normalisation: y = gamma·(x − mean)/√(variance + epsilon) + beta. */
export interface BatchNormTensors {
  readonly kind: 'batch-norm';
  readonly name: string;
  readonly fullName: string;
  readonly features: number;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly gamma: Tensor | undefined;
  readonly beta: Tensor | undefined;
  /** Files do not hold it: the default of the framework whose names these are. */
  readonly epsilon: number;
}

/** The modules of a state dict by name, in the order of their first tensors. */
export type Modules = ReadonlyMap<string, LinearTensors | BatchNormTensors>;

/** What wrappers put before every name: DataParallel, checkpoints, torch.compile, Flax. */
const WRAPPERS = new Set(['module', 'model', 'state_dict', '_orig_mod', 'params', 'batch_stats']);
/** Name of the only module where the file is the state dict of a bare `nn.Linear`. */
const BARE = 'linear';

/** The tensors of a module by what they are in it, such as `weight`, with their names in the file. */
export type Parts = ReadonlyMap<string, { readonly name: string; readonly tensor: Tensor }>;

/** Groups tensors into modules. Throws `MODEL_…` errors that say why a tensor cannot be part of a chain of linear layers. */
export function groupModules(tensors: ReadonlyMap<string, Tensor>): Modules {
  const modules = new Map<string, LinearTensors | BatchNormTensors>();
  for (const [module, parts] of groupTensors(tensors)) {
    modules.set(module, batchNormOf(module, parts) ?? readLinear(module, parts));
  }
  return modules;
}

/**
 * The tensors of each module, in the order of their first ones; wrappers that all names begin with are left out of the
 * names of modules.
 *
 * @throws `MODEL_UNSUPPORTED_TENSOR` where two tensors are the same part of a module
 */
export function groupTensors(tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Parts> {
  const groups = new Map<string, Map<string, { name: string; tensor: Tensor }>>();
  const strip = sharedWrappers([...tensors.keys()]);
  for (const [name, tensor] of tensors) {
    const path = withoutWrappers(name, strip);
    const end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('/'));
    const module = end < 0 ? BARE : path.slice(0, end);
    const part = path.slice(end + 1).replace(/:0$/, '');
    const parts = groups.get(module) ?? new Map();
    if (parts.has(part)) {
      throw unsupported(
        'MODEL_UNSUPPORTED_TENSOR',
        `two tensors are the '${part}' of layer '${module}', the second is '${name}'`,
      );
    }
    groups.set(module, parts.set(part, { name, tensor }));
  }
  return groups;
}

/** How many wrappers all names begin with. */
function sharedWrappers(names: readonly string[]): number {
  let paths = names.map((name) => name);
  for (let count = 0; ; count++) {
    const wrappers = paths.map((path) => /^([^./]+)[./]/.exec(path)?.[1] ?? '');
    const same = wrappers.every(
      (wrapper) => WRAPPERS.has(wrapper) && (wrapper === wrappers[0] || isFlax(wrapper)),
    );
    if (!same || paths.length === 0) return count;
    paths = paths.map((path) => withoutWrappers(path, 1));
  }
}

function withoutWrappers(name: string, count: number): string {
  return count === 0 ? name : withoutWrappers(name.replace(/^[^./]*[./]/, ''), count - 1);
}

/** Flax keeps the two halves of a batch normalisation in two collections. */
function isFlax(segment: string): boolean {
  return segment === 'params' || segment === 'batch_stats';
}

/** Names of the parts of a batch normalisation in PyTorch, Keras and Flax, and the frameworks' default epsilons. */
const BATCH_NORMS = [
  { mean: 'running_mean', variance: 'running_var', gamma: 'weight', beta: 'bias', epsilon: 1e-5 },
  { mean: 'moving_mean', variance: 'moving_variance', gamma: 'gamma', beta: 'beta', epsilon: 1e-3 },
  { mean: 'mean', variance: 'var', gamma: 'scale', beta: 'bias', epsilon: 1e-5 },
] as const;

/**
 * A batch normalisation, told by its running statistics; undefined for other modules.
 *
 * @throws `MODEL_UNSUPPORTED_TENSOR` for parts that a batch normalisation does not have, or of other sizes
 */
export function batchNormOf(module: string, parts: Parts): BatchNormTensors | undefined {
  const convention = BATCH_NORMS.find(({ mean, variance }) => parts.has(mean) && parts.has(variance));
  return convention && readBatchNorm(module, parts, convention);
}

function readBatchNorm(
  module: string,
  parts: Parts,
  convention: (typeof BATCH_NORMS)[number],
): BatchNormTensors {
  const { epsilon, ...names } = convention;
  const known = new Set<string>([...Object.values(names), 'num_batches_tracked']);
  const mean = (parts.get(names.mean) as { tensor: Tensor }).tensor;
  for (const [part, { name, tensor }] of parts) {
    if (!known.has(part)) throw refuse(name, tensor, `is no part of the batch normalisation '${module}'`);
    if (part === 'num_batches_tracked') continue;
    if (tensor.shape.length !== 1 || tensor.shape[0] !== mean.shape[0] || tensor.shape[0] === 0) {
      throw refuse(
        name,
        tensor,
        `is part of the batch normalisation '${module}', expected one number per feature`,
      );
    }
  }
  const part = (key: keyof typeof names): Tensor | undefined => parts.get(names[key])?.tensor;
  return {
    kind: 'batch-norm',
    name: module,
    fullName: (parts.get(names.mean) as { name: string }).name.replace(/[./][^./]*$/, ''),
    features: mean.shape[0],
    mean,
    variance: part('variance') as Tensor,
    gamma: part('gamma'),
    beta: part('beta'),
    epsilon,
  };
}

function readLinear(module: string, parts: Parts): LinearTensors {
  const transposed = !parts.has('weight') && parts.has('kernel');
  const weight = parts.get(transposed ? 'kernel' : 'weight');
  for (const [part, { name, tensor }] of parts) {
    if (weight && (tensor === weight.tensor || part === 'bias')) continue;
    throw refuse(name, tensor, reasonFor(part, tensor));
  }
  const { name, tensor } = weight as { name: string; tensor: Tensor };
  if (tensor.shape.length !== 2) throw refuse(name, tensor, reasonForWeight(tensor));
  const [rows, columns] = tensor.shape;
  if (rows === 0 || columns === 0) {
    throw unsupported(
      'MODEL_EMPTY_TENSOR',
      `'${name}' has shape [${tensor.shape.join(', ')}], expected no zero`,
    );
  }
  const outFeatures = transposed ? columns : rows;
  const bias = parts.get('bias');
  const turned = bias?.tensor.shape.length === 1 && bias.tensor.shape[0] === rows + columns - outFeatures;
  const hint = turned
    ? `; it fits '${name}' turned round: PyTorch's weight is [out, in], Keras' and JAX' kernel is [in, out]: save w.T`
    : '';
  if (bias && (bias.tensor.shape.length !== 1 || bias.tensor.shape[0] !== outFeatures)) {
    throw unsupported(
      'MODEL_BIAS_SHAPE',
      `'${bias.name}' has shape [${bias.tensor.shape.join(', ')}], expected [${outFeatures}]${hint}`,
    );
  }
  return {
    kind: 'linear',
    name: module,
    fullName: name.replace(/[./][^./]*$/, ''),
    inFeatures: transposed ? rows : columns,
    outFeatures,
    weight: tensor,
    weightName: name,
    transposed,
    bias: bias?.tensor,
    biasName: bias?.name,
  };
}

const CHAIN =
  'only chains of linear layers (<layer>.weight [out, in] or <layer>/kernel [in, out], <layer>.bias [out]) ' +
  'and batch normalisations between them are supported';

function reasonForWeight({ shape }: Tensor): string {
  if (shape.length >= 3) return `belongs to a convolution; ${CHAIN}`;
  if (shape.length === 1) {
    return (
      'is one number per feature without running statistics: a layer normalisation, or a batch normalisation ' +
      `with track_running_stats=False, which depends on its input and cannot be folded into weights; ${CHAIN}`
    );
  }
  return `is no part of a linear layer; ${CHAIN}`;
}

/** Parts that are known to belong to something else, and what to do about it. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /^(weight_[gv]|original[01])$/,
    'belongs to a weight normalisation: call torch.nn.utils.remove_weight_norm (or parametrize.remove_parametrizations) before saving',
  ],
  [/^weight_(orig|mask)$/, 'belongs to pruning: call torch.nn.utils.prune.remove before saving'],
  [/^(weight|bias)_(ih|hh)_l\d|^recurrent_kernel$/, `belongs to a recurrent layer; ${CHAIN}`],
  [/^in_proj_(weight|bias)$/, `belongs to an attention layer; ${CHAIN}`],
  [
    /packed_params|^(zero_point|qweight|qzeros|scales)$/,
    'belongs to a quantised model: save the float model instead, wjpeg quantises by itself',
  ],
  [
    /^(exp_avg|exp_avg_sq|momentum_buffer|velocity|step)$/,
    'is state of an optimiser: save the state_dict of the model only',
  ],
];

function reasonFor(part: string, tensor: Tensor): string {
  const found = REASONS.find(([pattern]) => pattern.test(part));
  if (found) return found[1];
  if (part === 'weight' || part === 'kernel') return reasonForWeight(tensor);
  return `is no part of a linear layer; ${CHAIN}`;
}

function refuse(name: string, { shape }: Tensor, reason: string): WjpegError {
  return unsupported('MODEL_UNSUPPORTED_TENSOR', `tensor '${name}' of shape [${shape.join(', ')}] ${reason}`);
}

function unsupported(code: ErrorCode, message: string): WjpegError {
  return new WjpegError('unsupported', code, message);
}
