import { WjpegError } from '../errors.ts';
import { checkArgument, instance, type OptionRule, whole } from '../options/rules.ts';
import { type DenseLinear, type DenseNetwork, linearLayers } from '../weights/dense-network.ts';
import type { Activations } from './activations.ts';

const NETWORK: OptionRule = {
  expected: 'a network: { layers: [{ type, … }, …] } with at least one linear layer',
  accepts: (value) => {
    const layers: unknown = (value as DenseNetwork | undefined)?.layers;
    return Array.isArray(layers) && layers.some((layer) => layer?.type === 'linear');
  },
};

/** @throws WjpegError `ARGUMENT` for arrays of other lengths than the sizes of their layers, `MODEL_BAD_CHAIN` */
export function checkNetwork(where: string, network: DenseNetwork): void {
  checkArgument(where, 'network', network, NETWORK);
  let previous: DenseLinear | undefined;
  for (const layer of linearLayers(network)) {
    const { name, inFeatures, outFeatures, weights, bias } = layer;
    checkArgument(where, `${name}.inFeatures`, inFeatures, whole(1));
    checkArgument(where, `${name}.outFeatures`, outFeatures, whole(1));
    checkArgument(where, `${name}.weights`, weights, floats(inFeatures * outFeatures));
    if (bias !== null) checkArgument(where, `${name}.bias`, bias, floats(outFeatures));
    if (previous && previous.outFeatures !== inFeatures) {
      throw new WjpegError(
        'unsupported',
        'MODEL_BAD_CHAIN',
        `${where}: layer '${name}' takes ${inFeatures} values, but '${previous.name}' before it gives ${previous.outFeatures}`,
      );
    }
    previous = layer;
  }
}

/** @throws WjpegError `ARGUMENT` */
export function checkCalibrationInputs(inputs: Activations): void {
  const where = 'Calibration';
  checkArgument(
    where,
    'inputs',
    inputs,
    instance('object { count, size, values }', () => true),
  );
  checkArgument(where, 'inputs.count', inputs.count, whole(1));
  checkArgument(where, 'inputs.size', inputs.size, whole(1));
  checkArgument(where, 'inputs.values', inputs.values, floats(inputs.count * inputs.size));
}

/** A Float32Array of so many finite numbers. */
function floats(length: number): OptionRule {
  return {
    expected: `a Float32Array of ${length} finite numbers`,
    accepts: (value) =>
      value instanceof Float32Array && value.length === length && value.every(Number.isFinite),
  };
}
