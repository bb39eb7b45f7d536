import { WjpegError } from '../../errors.ts';
import type { Activation } from '../../weights/dense-network.ts';
import type { BatchNormTensors, LinearTensors, Modules } from './modules.ts';
import type { Chain } from './place-norms.ts';

const ACTIVATIONS: readonly string[] = ['relu', 'softmax'];

/**
 * Reads an architecture: names of layers and activations in order. Where a layer is called as an activation is,
 * `layer:relu` means the layer and `activation:relu` the activation. Layers may be named as the file does, with the
 * wrapper before the name (`module.fc1`).
 *
 * @throws `MODEL_UNKNOWN_LAYER`
 */
export function parseArchitecture(architecture: readonly string[], modules: Modules): Chain {
  return architecture.map((item) => {
    const [, prefix, name] = /^(?:(layer|activation):)?(.*)$/s.exec(item) as unknown as [
      string,
      string?,
      string?,
    ];
    const activation = prefix !== 'layer' && ACTIVATIONS.includes(name as string);
    const module = prefix === 'activation' ? undefined : find(name as string, modules);
    if (activation && module) {
      throw unknown(`'${item}' is both a layer and an activation: write layer:${name} or activation:${name}`);
    }
    if (activation) return { type: name as Activation['type'] };
    if (module) return module;
    throw unknown(
      `the architecture names '${item}', expected ${ACTIVATIONS.join(', ')} or one of: ${[...modules.keys()].join(', ')}`,
    );
  });
}

/** The words that name a chain. */
export function printArchitecture(
  chain: readonly (Pick<LinearTensors | BatchNormTensors, 'kind' | 'name'> | Activation)[],
  modules: { has(name: string): boolean },
): string[] {
  return chain.map((item) => {
    const [name, prefix] = 'kind' in item ? [item.name, 'layer'] : [item.type, 'activation'];
    return ACTIVATIONS.includes(name) && modules.has(name) ? `${prefix}:${name}` : name;
  });
}

function find(name: string, modules: Modules): Chain[number] | undefined {
  const exact = modules.get(name);
  if (exact) return exact;
  const wrapped = [...modules.values()].filter((module) => module.fullName === name);
  return wrapped.length === 1 ? wrapped[0] : undefined;
}

function unknown(message: string): WjpegError {
  return new WjpegError('unsupported', 'MODEL_UNKNOWN_LAYER', message);
}
