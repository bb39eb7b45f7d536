import { WjpegError } from '../../errors.ts';
import { INPUT, nameOf } from '../../format/graph-manifest.ts';
import { MAX_SIZE, STRUCTURE } from '../../format/manifest.ts';
import { GRAPH_LIMITS } from '../../graph/plan.ts';
import { describedOperator, spreadNumbers, unknownField } from '../../operators/described-layer.ts';
import type { ConstantNames, Operator } from '../../operators/operator.ts';
import { array, integer, jsonObject, number, object, optional, text } from '../../options/structure.ts';

/**
 * A network whose weights are tensors of a state dict: the layers of a manifest (docs/wjz-format.md, 2.6) without sizes that
 * the tensors have, and with `weights` in the place of references to tensors. docs/architectures.md describes it.
 */
export interface Architecture {
  /** Shape of the input without the batch: [channels, height, width] of a picture, [length] of a vector. */
  readonly input: readonly number[];
  /** In an order in which they can run. */
  readonly layers: readonly ArchitectureLayer[];
  /** Names of the layers that the network answers with; the last one if absent. */
  readonly outputs?: readonly string[];
}

/** A layer of an `Architecture`. Its attributes stand beside its type. */
export interface ArchitectureLayer {
  /** An operator, as manifests call it. */
  readonly type: string;
  /** Unique; that of its weights if absent, or else its type and place. */
  readonly name?: string;
  /** Names of earlier layers, or `input`; the layer before if absent. */
  readonly inputs?: readonly string[];
  /** The module whose tensors these are: `conv1` for `conv1.weight` and `conv1.bias`. */
  readonly weights?: string;
  readonly [attribute: string]: unknown;
}

/** A layer as it was read. */
export interface DescribedLayer {
  /** Where it stands, for messages: `layers.3`. */
  readonly place: string;
  readonly name: string;
  readonly operator: Operator;
  readonly inputs: readonly string[];
  /** With their defaults, except the sizes of `linear`, of which only those that were given are here. */
  readonly attributes: object;
  readonly weights: string | undefined;
  /** Names of tensors that are given one by one, by what the operator calls them. */
  readonly tensors: ReadonlyMap<string, string>;
  /** Of a batch normalisation, if given. */
  readonly epsilon: number | undefined;
}

/** A description as it was read. */
export interface DescribedNetwork {
  readonly input: readonly number[];
  readonly layers: readonly DescribedLayer[];
  readonly outputs: readonly string[];
}

const name = text(1, 200);
const names = array(name, 1);
const shape = array(integer(1, MAX_SIZE), 1);
const module = text(1, 1000);
const wiring = object({ name: optional(name), inputs: optional(names), weights: optional(module) });
const WIRING = ['type', 'name', 'inputs'];
const TOP = ['input', 'layers', 'outputs'];

/** Constants of `linear`, which the table of operators does not list. */
const LINEAR: ConstantNames = { weight: 'required', bias: 'optional' };

/** What the operator takes from the state dict, by its own names. */
export function constantsOf(operator: Operator): ConstantNames {
  return operator.type === 'linear' ? LINEAR : (operator.constants ?? {});
}

/**
 * Reads a description. Unlike a manifest's, its fields are written by hand: unknown ones are refused.
 *
 * @throws `ARCHITECTURE_INVALID` naming the field, `OPERATOR_UNKNOWN` for a type that is no operator, `GRAPH_LIMIT` for too
 * many layers
 */
export function describe(value: unknown): DescribedNetwork {
  return ofArchitecture(() => {
    const { input, layers, outputs } = known(value, '', TOP);
    if (Array.isArray(layers) && layers.length > GRAPH_LIMITS.maxNodes) {
      throw new WjpegError(
        'limit',
        'GRAPH_LIMIT',
        `layers: expected at most ${GRAPH_LIMITS.maxNodes}, got ${layers.length}`,
      );
    }
    const read = array((layer, field) => readLayer(layer, field), 1)(layers, 'layers');
    const wired = read.map((layer, index) => ({
      ...layer,
      inputs: layer.given ?? [index === 0 ? INPUT : read[index - 1].name],
    }));
    const given = new Set([INPUT]);
    for (const { place, name: own, inputs } of wired) {
      const missing = inputs.findIndex((from) => !given.has(from));
      if (missing >= 0)
        throw invalid(`${place}.inputs.${missing}: '${inputs[missing]}' is no earlier layer, nor 'input'`);
      if (given.has(own)) {
        throw invalid(
          own === INPUT
            ? `${place}: a layer is called 'input', as the input of the network is`
            : `${place}: there is an earlier layer '${own}': give this one another "name"`,
        );
      }
      given.add(own);
    }
    const answers = optional(names)(outputs ?? [wired[wired.length - 1].name], 'outputs');
    const wrong = answers.findIndex((from) => !given.has(from));
    if (wrong >= 0) throw invalid(`outputs.${wrong}: '${answers[wrong]}' is no layer`);
    return { input: shape(input, 'input'), layers: wired, outputs: answers };
  });
}

function readLayer(
  value: unknown,
  place: string,
): Omit<DescribedLayer, 'inputs'> & { readonly given: readonly string[] | undefined } {
  const index = Number(place.split('.')[1]);
  const given = jsonObject(value, place);
  const operator = describedOperator(given, place);
  const { type } = operator;
  const constants = constantsOf(operator);
  const takes = Object.keys(constants);
  known(value, place, [
    ...WIRING,
    ...operator.attributes.names,
    ...(takes.length > 0 ? ['weights', ...takes] : []),
    ...(type === 'batch-norm' ? ['epsilon'] : []),
  ]);
  const { name: own, inputs, weights } = wiring(value, place);
  const tensors = new Map(
    takes.flatMap((key) =>
      key in given ? [[key, STRUCTURE.tensorReference(given[key], `${place}.${key}`).tensor] as const] : [],
    ),
  );
  const lacking = takes.find((key) => constants[key] === 'required' && !tensors.has(key));
  if (lacking !== undefined && weights === undefined) {
    throw invalid(
      `${place}: ${type} has no weights, expected "weights": "MODULE" as in MODULE.weight, or "${lacking}": { "tensor": "NAME" }`,
    );
  }
  const epsilon = given.epsilon === undefined ? undefined : number(0, 1)(given.epsilon, `${place}.epsilon`);
  const spread = spreadNumbers(operator, given);
  const attributes = type === 'linear' ? sizesOf(spread, place) : operator.attributes({ ...spread }, place);
  return {
    place,
    name: own ?? weights ?? nameOf({ type }, index),
    operator,
    given: inputs,
    attributes,
    weights,
    tensors,
    epsilon,
  };
}

/** The sizes of a linear layer that are given. */
function sizesOf(given: Readonly<Record<string, unknown>>, place: string): object {
  const size = integer(1, MAX_SIZE);
  return object({ inFeatures: optional(size), outFeatures: optional(size) })(given, place);
}

/** The object, if it has no other fields than these. */
function known(value: unknown, place: string, fields: readonly string[]): Readonly<Record<string, unknown>> {
  const given = jsonObject(value, place);
  const wrong = unknownField(given, place, fields);
  if (wrong === undefined) return given;
  throw invalid(wrong);
}

export function invalid(message: string, cause?: unknown): WjpegError {
  return new WjpegError('misuse', 'ARCHITECTURE_INVALID', message, { cause });
}

/** What readers of fields say of a manifest, said of a description. */
function ofArchitecture<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WjpegError) || error.code !== 'MANIFEST_FIELD') throw error;
    const message = error.message.replace(/^model\.json: /, '').replace(/^the manifest:/, 'the description:');
    throw invalid(message, error);
  }
}
