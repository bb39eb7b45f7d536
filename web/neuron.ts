import { argmax } from '../src/runtime/answer.ts';
import { EXECUTOR_DEFAULTS, type Executor } from '../src/runtime/backends/backend.ts';
import { preferredBackend } from '../src/runtime/backends/choose.ts';
import { chainNetwork } from '../src/runtime/ready-network.ts';
import type { Model } from './models.ts';

/** The layers after the first one, by model: null where there are none. */
const later = new WeakMap<Model, Promise<Executor | null>>();

/** What a neuron of the first layer does for the answer. */
export interface Contribution {
  /** The label that the network gives. */
  readonly label: string;
  /** How much less its logit would be without the neuron. */
  readonly value: number;
}

/** Runs the later layers with the neuron and without it. `activations`: of all neurons of the first layer. */
export async function contributionOf(
  model: Model,
  activations: Float32Array,
  neuron: number,
): Promise<Contribution | undefined> {
  const found = later.get(model) ?? laterLayers(model);
  later.set(model, found);
  const executor = await found;
  if (executor === null) return undefined;
  const both = new Float32Array(2 * activations.length);
  both.set(activations);
  both.set(activations, activations.length);
  both[activations.length + neuron] = 0;
  const logits = await executor.run(both, 2, 'values');
  const count = logits.length / 2;
  const best = argmax(logits.subarray(0, count));
  return { label: model.session.labels[best], value: logits[best] - logits[count + best] };
}

async function laterLayers({ file, session }: Model): Promise<Executor | null> {
  // The dense path has its weights from another file, which is not kept.
  if (session.path === 'dense') return null;
  const nodes = (await chainNetwork(file, session.path, {})).nodes.slice(1);
  if (nodes.length === 0) return null;
  return (await preferredBackend('auto')).backend.create({ nodes }, EXECUTOR_DEFAULTS);
}
