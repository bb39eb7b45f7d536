import { WjpegError } from '../errors.ts';
import type { Constant, Graph, GraphNode } from '../graph/graph.ts';
import { planGraph } from '../graph/plan.ts';
import { elementCount, type Shape } from '../graph/shape.ts';
import { findOperator, OPERATOR_TYPES } from '../operators/index.ts';
import type { Operator } from '../operators/operator.ts';
import { array, jsonObject, object, optional, type Reader, text, type Value } from '../options/structure.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import {
  checkScales,
  type Expectations,
  expectLinear,
  expectTensor,
  overLimit,
  type SheetSize,
} from './check-manifest.ts';
import { asLinear, isPicture, kernels } from './kernel-spec.ts';
import { nameOf } from './layer-name.ts';
import type { WjzLimits } from './limits.ts';
import {
  completeInput,
  completeWeight,
  type InputSpec,
  inconsistent,
  type KernelPicture,
  type LayerSpec,
  type LinearSpec,
  type Manifest,
  type NodeSpec,
  STRUCTURE,
} from './manifest.ts';

/**
 * The manifest of a network that is more than a chain of linear layers: layers that name their inputs, operators of
 * src/operators, several outputs (docs/wjz-format.md, 2.6). It is a module of its own, loaded when a manifest needs it.
 */

export { nameOf };

/** What graphs require of a reader beyond their operators: that layers name their inputs. */
const GRAPH = 'graph';
/** Operators of chains, which no file lists in `requires`. */
const CHAIN_OPERATORS: readonly string[] = ['linear', 'relu', 'softmax'];
/** How layers call the input of the network. */
export const INPUT = 'input';

const name = text(1, 200);
const wiring = object({ name: optional(name), inputs: optional(array(name, 1)) });

type Wired = Value<typeof wiring>;
type NodeFile = Wired & { readonly type: string };

/** A layer stored in `model.json`: a linear one, or an operator whose attributes and tensors stand beside its type. */
const layer: Reader<LinearSpec | NodeFile> = (value, field) => {
  const given = jsonObject(value, field);
  const wired = wiring(value, field);
  if (given.type === 'linear') return { ...STRUCTURE.linear(value, field), ...wired };
  const type = text(1, 100)(given.type, `${field}.type`);
  const operator = findOperator(type);
  if (operator === undefined || !OPERATOR_TYPES.includes(type)) {
    throw new WjpegError(
      'unsupported',
      'OPERATOR_UNKNOWN',
      `model.json: ${field}: unknown operator '${type}'`,
    );
  }
  const constants = Object.entries(operator.constants ?? {}).flatMap(([key, need]) => {
    if (need === 'optional' && !(key in given)) return [];
    const read = operator.kernels === key ? kernels : STRUCTURE.tensorReference;
    return [[key, read(given[key], `${field}.${key}`)]];
  });
  return { type, ...wired, ...operator.attributes(value, field), ...Object.fromEntries(constants) };
};

const structure = STRUCTURE.manifestOf(layer, {
  requires: optional(array(text(1, 100))),
  outputs: optional(array(name, 1)),
});

/**
 * Reads the manifest of a graph; `value` is `model.json`, whose version has been checked.
 *
 * @throws WJZ_REQUIRES naming what this version does not know of what the file requires
 * @throws MANIFEST_FIELD, OPERATOR_UNKNOWN, MANIFEST_INCONSISTENT as the manifests of chains
 */
export function parseGraphManifest(value: unknown): Manifest {
  checkRequirements((value as { requires?: unknown }).requires);
  const file = structure(value, '') as ReturnType<typeof structure> & Pick<Manifest, 'requires' | 'outputs'>;
  const input = completeInput(file.input);
  const layers = file.layers.map((spec, index): LinearSpec | NodeSpec => {
    const inputs = spec.inputs ?? [index === 0 ? INPUT : nameOf(file.layers[index - 1], index - 1)];
    if (isLinear(spec)) {
      if (spec.inFeatures === undefined)
        throw inconsistent(`layer '${spec.name}' does not say its inFeatures`);
      return { ...spec, weight: completeWeight(spec, input), inputs };
    }
    const { attributes, constants } = findOperator(spec.type) as Operator;
    const name = nameOf(spec, index);
    const stored = pick(spec, Object.keys(constants ?? {})) as NodeSpec['constants'];
    return {
      type: 'node',
      operator: spec.type,
      name,
      inputs,
      attributes: pick(spec, attributes.names),
      constants: Object.fromEntries(
        Object.entries(stored).map(([key, value]) => [key, isPicture(value) ? named(name, value) : value]),
      ),
    };
  });
  const requires = requirementsOf(layers);
  for (const need of requires) {
    if (file.requires?.includes(need)) continue;
    throw inconsistent(`'requires' does not list '${need}', which the layers need`);
  }
  const outputs = file.outputs ?? [layers[layers.length - 1].name];
  return { ...file, input, layers, requires, outputs };
}

/** What the layers of a graph ask of a reader: the field `requires`. */
export function requirementsOf(layers: readonly LayerSpec[]): readonly string[] {
  const operators = layers.flatMap((layer) => (layer.type === 'node' ? [layer.operator] : []));
  const used = operators.filter((operator) => !CHAIN_OPERATORS.includes(operator));
  return [GRAPH, ...[...new Set(used)].sort()];
}

function checkRequirements(requires: unknown): void {
  if (!Array.isArray(requires)) return;
  const unknown = requires.filter((need) => need !== GRAPH && !OPERATOR_TYPES.includes(need as string));
  if (unknown.length === 0) return;
  throw new WjpegError(
    'unsupported',
    'WJZ_REQUIRES',
    `the file requires ${unknown.map((need) => JSON.stringify(need)).join(', ')}, which this version of wjpeg does not know`,
  );
}

/** What a manifest of a graph asks of the other entries; shapes of tensors that operators take are unknown (null). */
export function checkGraphManifest(manifest: Manifest, limits: WjzLimits): Expectations {
  const { layers } = manifest;
  if (layers.length > limits.maxLayers) {
    throw overLimit(`${layers.length} layers, expected at most ${limits.maxLayers}`);
  }
  const known = new Set([INPUT]);
  const tensors = new Map<string, readonly number[] | null>();
  const jpegs = new Map<string, SheetSize>();
  for (const spec of layers) {
    const { name: own, inputs = [] } = spec as LinearSpec | NodeSpec;
    if (known.has(own))
      throw inconsistent(own === INPUT ? `a layer is named '${INPUT}'` : `two layers are named '${own}'`);
    for (const value of inputs) {
      if (!known.has(value)) throw inconsistent(`layer '${own}' takes '${value}', which is no earlier layer`);
    }
    known.add(own);
    if (spec.type === 'linear') expectLinear(spec, tensors, jpegs, limits);
    else if (spec.type === 'node') {
      for (const stored of Object.values(spec.constants)) {
        if (isPicture(stored)) expectLinear(asLinear(own, stored), tensors, jpegs, limits);
        else expectTensor(tensors, stored.tensor, null);
      }
    }
  }
  for (const value of manifest.outputs ?? []) {
    if (!known.has(value)) throw inconsistent(`outputs lists '${value}', which is no layer`);
  }
  return { tensors, jpegs };
}

/** Checks that the shapes of a graph fit, and its labels; possible when its tensors have come. */
export function checkGraph(manifest: Manifest, tensors: ReadonlyMap<string, Tensor>): void {
  checkScales({ ...manifest, layers: manifest.layers.flatMap(storedKernels) }, tensors);
  const { shapes, outputs } = planGraph(graphOf(manifest, tensors));
  const elements = elementCount(shapes.get(outputs[0]) ?? []);
  if (manifest.labels && manifest.labels.length !== elements) {
    throw inconsistent(
      `${manifest.labels.length} labels, expected ${elements}, one per element of '${outputs[0]}'`,
    );
  }
}

/** The graph of a manifest, without the weights of its linear layers and without kernels that are stored as pictures. */
export function graphOf(
  { input, layers, outputs = [] }: Manifest,
  tensors: ReadonlyMap<string, Tensor>,
): Graph {
  const nodes = layers.map((spec): GraphNode => {
    if (spec.type === 'linear') {
      const { name: own, inputs = [], inFeatures, outFeatures } = spec;
      return {
        name: own,
        operator: 'linear',
        inputs,
        outputs: [own],
        attributes: { inFeatures, outFeatures },
        constants: {},
      };
    }
    const { name: own, operator, inputs, attributes, constants } = spec as NodeSpec;
    const values = Object.entries(constants).map(([key, stored]) => [
      key,
      isPicture(stored)
        ? { shape: stored.shape, values: new Float32Array() }
        : constantOf(tensors.get(stored.tensor) as Tensor),
    ]);
    return { name: own, operator, inputs, outputs: [own], attributes, constants: Object.fromEntries(values) };
  });
  return { inputs: [{ name: INPUT, shape: inputShape(input) }], outputs, nodes };
}

/** What a network takes, free of the batch: channels × height × width of a picture. */
export function inputShape(input: InputSpec): Shape {
  return input.kind === 'image' ? [input.channels, input.height, input.width] : [input.length];
}

function constantOf(tensor: Tensor): Constant {
  return { shape: tensor.shape, values: toFloat32(tensor) };
}

/** The kernels of a layer that are stored as a picture, as linear layers are. */
export function storedKernels(layer: LayerSpec): ReturnType<typeof asLinear>[] {
  if (layer.type !== 'node') return [];
  return Object.values(layer.constants).flatMap((stored) =>
    isPicture(stored) ? [asLinear(layer.name, stored)] : [],
  );
}

/** The layers that hold weights in the manifest's order: linear ones, and kernels that are stored as a picture as such. */
export function weightLayers({ layers }: Manifest): readonly LinearSpec[] {
  return layers.flatMap((layer) => (layer.type === 'linear' ? [layer] : storedKernels(layer)));
}

/** A picture with the name of its entry, by default the layer's. */
function named(layer: string, picture: KernelPicture): KernelPicture {
  const { jpeg } = completeWeight(asLinear(layer, picture), { kind: 'vector', length: 1 }) as KernelPicture;
  return { ...picture, jpeg };
}

function isLinear(spec: LinearSpec | NodeFile): spec is LinearSpec {
  return spec.type === 'linear';
}

function pick(from: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
