import type { DenseLinear } from '../weights/dense-network.ts';
import { type Activations, applyLayer, applyLinear, applyRelu } from './activations.ts';
import { checkCalibrationInputs } from './argument-rules.ts';
import { compressCalibrated, type LayerStatistics, layerStatistics } from './calibrated-layer.ts';
import type { CompressedLayer } from './compress-layer.ts';
import { type LayerOptions, type LayerSettings, layerDefaults } from './layer-options.ts';
import { refitWeights } from './least-squares.ts';
import { means } from './second-moments.ts';

/** Ridge of the refit, as a fraction of the mean variance of a layer's inputs. */
const REFIT_DAMPING = 0.01;

/**
 * Inputs that show which weights matter: compression keeps the outputs on them, not the weights themselves. No labels
 * are used. One calibration serves any number of compressions of the same network: what does not depend on the quality
 * is worked out once.
 */
export class Calibration {
  readonly inputs: Activations;
  #first: { layer: DenseLinear; settings: string; statistics: LayerStatistics } | undefined;

  /**
   * @param inputs what the first layer sees, normalised as the network takes it: `count` × `size` finite values
   * @throws WjpegError `ARGUMENT`
   */
  constructor(inputs: Activations) {
    checkCalibrationInputs(inputs);
    this.inputs = inputs;
  }

  /** A walk through the network from its first layer to its last. */
  begin(): CalibratedWalk {
    return new CalibratedWalk(this);
  }

  /**
   * Statistics of a layer on `inputs`, cached for the first layer, whose inputs do not depend on the quality.
   *
   * @throws WjpegError `CALIBRATION_SINGULAR`
   */
  statistics(layer: DenseLinear, inputs: Activations, options: LayerOptions): LayerStatistics {
    const complete = layerDefaults(options);
    if (inputs !== this.inputs) return layerStatistics(layer, inputs, complete);
    const known = this.#first;
    const settings = `${complete.layout} ${complete.offset}`;
    if (known?.layer.weights === layer.weights && known.settings === settings) return known.statistics;
    const statistics = layerStatistics(layer, inputs, complete);
    this.#first = { layer, settings, statistics };
    return statistics;
  }
}

/** What the layers see on the way: in the original network, and in the one that has been compressed so far. */
export class CalibratedWalk {
  readonly #calibration: Calibration;
  #original: Activations;
  #actual: Activations;

  constructor(calibration: Calibration) {
    this.#calibration = calibration;
    this.#original = calibration.inputs;
    this.#actual = calibration.inputs;
  }

  /** The layer with weights that make good, as far as they can, what compression did to its inputs. */
  refit(layer: DenseLinear): DenseLinear {
    if (this.#original === this.#actual) return layer;
    const weights = Float32Array.from(
      refitWeights(layer.weights, this.#original, this.#actual, REFIT_DAMPING),
    );
    return { ...layer, weights };
  }

  /** Stores a layer, refitted before, as a JPEG. */
  compress(layer: DenseLinear, jpeg: string, options: LayerSettings): CompressedLayer {
    const statistics = this.#calibration.statistics(layer, this.#actual, options);
    return compressCalibrated(layer, statistics, jpeg, options);
  }

  /** The bias for which the outputs of a stored layer have the mean of the original's: b + W·E[a] − Ŵ·E[â]. */
  bias(original: DenseLinear, weights: ArrayLike<number>): Float32Array | null {
    const [before, now] = [means(this.#original), means(this.#actual)];
    const { inFeatures } = original;
    if (!original.bias) return null;
    return original.bias.map((bias, row) => {
      let sum = bias;
      for (let k = 0; k < inFeatures; k++) {
        const at = row * inFeatures + k;
        sum += original.weights[at] * before[k] - weights[at] * now[k];
      }
      return sum;
    });
  }

  /** Goes past a layer: `original` as it was trained, `weights` and `bias` as they are stored. */
  pass(original: DenseLinear, weights: ArrayLike<number>, bias: Float32Array | null): void {
    this.#original = applyLayer(this.#original, original);
    this.#actual = applyLinear(this.#actual, weights, bias);
  }

  relu(): void {
    this.#original = applyRelu(this.#original);
    this.#actual = applyRelu(this.#actual);
  }
}
