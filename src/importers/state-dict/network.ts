import type { ErrorCode } from '../../error-codes.ts';
import { WjpegError } from '../../errors.ts';
import { type Tensor, toFloat32 } from '../../safetensors/tensor.ts';
import type { Activation, DenseLinear, DenseNetwork } from '../../weights/dense-network.ts';
import { parseArchitecture, printArchitecture } from './architecture.ts';
import { foldAfter, foldBefore } from './batch-norm.ts';
import { type BatchNormTensors, groupModules, type LinearTensors, type Modules } from './modules.ts';
import { type Link, misfit, naturalOrder, numberedBefore, ordersThatFit } from './order.ts';
import { type Chain, placeNorms } from './place-norms.ts';
import { isSortedByName } from './sorted.ts';
import { finite, transpose } from './values.ts';

/** A network with what was assumed to make it from a file that does not say how its layers follow one another. */
export interface StateDictNetwork extends DenseNetwork {
  /** The layers and activations in the order that was taken, in the words of the option `architecture`. */
  readonly architecture: readonly string[];
  /** Sentences on what the file leaves open and how it was decided; empty where nothing was. */
  readonly notes: readonly string[];
}

/** What else may say how layers follow one another where sizes and names leave it open. */
export interface OrderHints {
  /** Names of tensors or layers in order, as the writer of the file listed them. */
  readonly order?: readonly string[] | undefined;
  /** Layers of a compressed form of the same network, taken as they are where the names are the same. */
  readonly like?: readonly { readonly type: string; readonly name?: string }[] | undefined;
}

/** See `networkFromStateDict` in index.ts. */
export function networkFromStateDict(
  tensors: ReadonlyMap<string, Tensor>,
  architecture?: readonly string[],
  hints: OrderHints = {},
): StateDictNetwork {
  const modules = groupModules(tensors);
  const linear = [...modules.values()].filter((module) => module.kind === 'linear');
  const norms = [...modules.values()].filter((module) => module.kind === 'batch-norm');
  if (linear.length === 0) {
    throw fail(
      'MODEL_NO_LAYERS',
      'no <layer>.weight or <layer>/kernel of two dimensions, expected at least one',
    );
  }
  const notes: string[] = [];
  const like = hints.like && likeness(hints.like, linear);
  const order = like ? like.flatMap((item) => ('kind' in item ? [item.name] : [])) : hints.order;
  const fileOrder = isSortedByName(tensors) ? undefined : [...modules.keys()];
  const chain = architecture
    ? declared(architecture, modules)
    : like && norms.length === 0
      ? like
      : deduced(linear, norms, fileOrder, order, notes);
  const taken = printArchitecture(chain, modules);
  if (norms.length > 0) {
    const epsilons = [...new Set(norms.map(({ epsilon }) => epsilon))].join(' and ');
    const epsilon = `with epsilon ${epsilons}, which files do not hold`;
    notes.push(
      `Batch normalisations are folded into the linear layers, ${epsilon}; read as ${taken.join(',')}.`,
    );
  }
  return { layers: fold(chain), architecture: taken, notes };
}

/** The chain of `layers` with these modules; undefined where their names are not the same. */
function likeness(
  layers: readonly { readonly type: string; readonly name?: string }[],
  linear: readonly LinearTensors[],
): Chain | undefined {
  const chain = layers.map(({ type, name }) =>
    type === 'linear'
      ? linear.find((module) => module.name === name || module.fullName === name)
      : { type: type as Activation['type'] },
  );
  const complete =
    chain.every((item) => item !== undefined) && linear.every((module) => chain.includes(module));
  if (!complete) return undefined;
  return misfit(chain.filter((item) => 'kind' in item)) ? undefined : chain;
}

function declared(architecture: readonly string[], modules: Modules): Chain {
  const chain = parseArchitecture(architecture, modules);
  const unused = [...modules.values()].filter((module) => !chain.includes(module)).map(({ name }) => name);
  if (unused.length > 0) {
    throw fail('MODEL_UNUSED_LAYER', `the architecture leaves out layer ${unused.join(', ')}`);
  }
  const wrong = misfit(chain.filter((item) => 'kind' in item && item.kind === 'linear') as LinearTensors[]);
  if (wrong) throw badChain(wrong, '');
  return chain;
}

/** Linear layers with ReLU between them, in the order that sizes, the file and numbers in names agree on. */
function deduced(
  linear: readonly LinearTensors[],
  norms: readonly BatchNormTensors[],
  fileOrder: readonly string[] | undefined,
  order: readonly string[] | undefined,
  notes: string[],
): Chain {
  const ordered = orderLayers(linear, fileOrder, order, notes);
  const chain = placeNorms(ordered, norms, fileOrder);
  if (chain) return chain;
  throw fail(
    'MODEL_AMBIGUOUS_ORDER',
    `batch normalisations ${norms.map(({ name }) => name).join(', ')} fit at more than one place: name all layers, ` +
      `normalisations and activations in order with --architecture (option architecture), for example ` +
      `${ordered.map(({ name }) => name).join(',NORMALISATION,relu,')}`,
  );
}

function orderLayers(
  linear: readonly LinearTensors[],
  fileOrder: readonly string[] | undefined,
  order: readonly string[] | undefined,
  notes: string[],
): LinearTensors[] {
  const byName = new Map(linear.map((layer) => [layer.name, layer]));
  const pick = (names: readonly string[]): LinearTensors[] =>
    names.map((name) => byName.get(name) as LinearTensors);
  const fit = ordersThatFit(linear, 2);
  if (fit.length === 0) throw noOrderFits(linear);
  if (fit.length === 1) return checkDirection(pick(fit[0]), fileOrder, notes);
  const given = order && inOrder(linear, order);
  if (given && !misfit(given)) return given;
  const taken = (names: readonly string[], source: string): LinearTensors[] => {
    notes.push(
      `More than one order of the layers fits their sizes; using the order of ${source}: ${names.join(', ')}. ` +
        'To use another, name layers and activations in order with --architecture (option architecture).',
    );
    return pick(names);
  };
  const numbered = ordersThatFit(linear, 2, numberedBefore);
  const listed = fileOrder?.filter((name) => byName.has(name));
  if (listed && !misfit(pick(listed))) {
    const contradicts = listed.some((name, i) =>
      listed.slice(0, i).some((earlier) => numberedBefore(name, earlier)),
    );
    if (!contradicts) return taken(listed, 'the file');
    throw ambiguous(linear, 'the order of the file and the numbers in the names contradict each other', [
      ...numbered.slice(0, 1),
      listed,
    ]);
  }
  if (numbered.length === 1) return taken(numbered[0], 'the numbers in their names');
  const why = fileOrder
    ? 'neither the order of the file nor numbers in the names tell which is right'
    : 'neither the file (its tensors are sorted by name) nor numbers in the names tell which is right';
  throw ambiguous(linear, why, numbered.length > 0 ? numbered : fit);
}

/**
 * Weights that are [in, out] fit one to the next from the last layer to the first: an order that sizes leave no choice about,
 * but that is the reverse of what the names or the file say, is a sign of it.
 */
function checkDirection(
  ordered: LinearTensors[],
  fileOrder: readonly string[] | undefined,
  notes: string[],
): LinearTensors[] {
  const names = ordered.map(({ name }) => name);
  const backwards = (before: (a: string, b: string) => boolean): boolean =>
    names.length > 1 && names.slice(1).every((name, i) => before(name, names[i]));
  const sizes = `the sizes only fit in the order ${names.join(', ')}`;
  const transpose = 'if the weights are [in, out], as in Keras or JAX, save each as w.T';
  if (ordered.every(({ transposed }) => !transposed) && backwards(numberedBefore)) {
    throw fail(
      'MODEL_AMBIGUOUS_ORDER',
      `${sizes}, but the names count the other way: ${transpose}; if not, name the order with ` +
        `--architecture (option architecture): ${names.join(',relu,')}`,
    );
  }
  if (fileOrder && backwards((a, b) => fileOrder.indexOf(a) < fileOrder.indexOf(b))) {
    notes.push(`As for the order, ${sizes}, the reverse of the file's: ${transpose}.`);
  }
  return ordered;
}

/** The layers in the order in which `order` first names them or one of their tensors; undefined where one is missing. */
function inOrder(linear: readonly LinearTensors[], order: readonly string[]): LinearTensors[] | undefined {
  const places = new Map<LinearTensors, number>();
  for (const layer of linear) {
    const names = [layer.name, layer.fullName, layer.weightName];
    const place = order.findIndex((name) => names.includes(name));
    if (place < 0) return undefined;
    places.set(layer, place);
  }
  return [...linear].sort((a, b) => (places.get(a) as number) - (places.get(b) as number));
}

function noOrderFits(linear: readonly LinearTensors[]): WjpegError {
  const natural = [...linear].sort((a, b) => naturalOrder(a.name, b.name));
  return badChain(
    misfit(natural) as [Link, Link],
    '; no order of the layers fits: is a layer missing, or does the network branch?',
  );
}

function badChain([first, second]: readonly [Link, Link], hint: string): WjpegError {
  return fail(
    'MODEL_BAD_CHAIN',
    `layer '${second.name}' takes ${second.inFeatures} values but '${first.name}' gives ${first.outFeatures}${hint}`,
  );
}

function ambiguous(
  linear: readonly LinearTensors[],
  why: string,
  orders: readonly (readonly string[])[],
): WjpegError {
  const modules = new Map(linear.map((layer) => [layer.name, layer]));
  const choices = orders.map((names) => {
    const chain = names.flatMap((name, index): Chain => {
      const layer = modules.get(name) as LinearTensors;
      return index === 0 ? [layer] : [{ type: 'relu' }, layer];
    });
    return `--architecture ${printArchitecture(chain, modules).join(',')}`;
  });
  return fail(
    'MODEL_AMBIGUOUS_ORDER',
    `more than one order of the layers fits their sizes, and ${why}: name it, for example ${choices.join(' or ')}`,
  );
}

/** The network with every batch normalisation folded into a linear layer beside it. */
function fold(chain: Chain): (DenseLinear | Activation)[] {
  const layers: (DenseLinear | Activation)[] = [];
  let waiting: BatchNormTensors[] = [];
  for (const item of chain) {
    if (!('kind' in item)) {
      if (waiting.length > 0) throw cannotFold(waiting[0]);
      layers.push(item);
      continue;
    }
    const last = layers[layers.length - 1];
    if (item.kind === 'linear') {
      layers.push(waiting.reduceRight((layer, norm) => foldBefore(norm, layer), readLinear(item)));
      waiting = [];
    } else if (last?.type === 'linear') {
      layers[layers.length - 1] = foldAfter(last, item);
    } else {
      waiting.push(item);
    }
  }
  if (waiting.length > 0) throw cannotFold(waiting[0]);
  return layers;
}

function cannotFold({ name }: BatchNormTensors): WjpegError {
  return fail(
    'MODEL_BAD_CHAIN',
    `batch normalisation '${name}' has no linear layer directly before or behind it to be folded into`,
  );
}

function readLinear({
  name,
  weight,
  transposed,
  inFeatures,
  outFeatures,
  bias,
  ...names
}: LinearTensors): DenseLinear {
  const values = finite(toFloat32(weight), names.weightName);
  return {
    type: 'linear',
    name,
    inFeatures,
    outFeatures,
    weights: transposed ? transpose(values, inFeatures, outFeatures) : values,
    bias: bias ? finite(toFloat32(bias), names.biasName as string) : null,
  };
}

function fail(code: ErrorCode, message: string): WjpegError {
  return new WjpegError('unsupported', code, message);
}
