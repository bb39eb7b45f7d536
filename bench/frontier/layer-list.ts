import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import type { Activation, DenseLinear, DenseNetwork } from '../../src/weights/dense-network.ts';
import type { BitSink, BitSource } from './bit-stream.ts';

const KINDS = ['relu', 'softmax', 'linear', 'linear with bias'] as const;

/** How one kind of file keeps the weights of a layer. */
export interface WeightCodec {
  write(sink: BitSink, layer: DenseLinear): void;
  /** O × I weights. */
  read(source: BitSource, outFeatures: number, inFeatures: number): Float32Array;
}

/**
 * The plainest file of a network that can be read again: a byte for the number of layers, then each layer's kind (one
 * byte), for linear ones also I and O (two bytes each), the weights as `codec` has them, and the bias as float16.
 */
export function writeLayers(sink: BitSink, network: DenseNetwork, codec: WeightCodec): void {
  sink.bits(network.layers.length, 8);
  for (const layer of network.layers) {
    if (layer.type !== 'linear') {
      sink.bits(KINDS.indexOf(layer.type), 8);
      continue;
    }
    sink.bits(KINDS.indexOf(layer.bias ? 'linear with bias' : 'linear'), 8);
    sink.bits(layer.inFeatures, 16);
    sink.bits(layer.outFeatures, 16);
    codec.write(sink, layer);
    if (layer.bias) writeHalves(sink, layer.bias);
  }
}

export function readLayers(source: BitSource, codec: WeightCodec): DenseNetwork {
  const count = source.bits(8);
  const layers = Array.from({ length: count }, (_, index): DenseLinear | Activation => {
    source.align();
    const kind = KINDS[source.bits(8)];
    if (kind === 'relu' || kind === 'softmax') return { type: kind };
    const inFeatures = source.bits(16);
    const outFeatures = source.bits(16);
    const weights = codec.read(source, outFeatures, inFeatures);
    const bias = kind === 'linear with bias' ? readHalves(source, outFeatures) : null;
    return { type: 'linear', name: `layer${index}`, inFeatures, outFeatures, weights, bias };
  });
  return { layers };
}

export function writeHalves(sink: BitSink, values: Float32Array): void {
  sink.bytes(fromFloat32(values, [values.length], 'F16').data);
}

export function readHalves(source: BitSource, count: number): Float32Array {
  return toFloat32({ dtype: 'F16', shape: [count], data: source.bytes(2 * count) });
}

/** What float16 makes of a value. */
export function roundToHalf(value: number): number {
  return toFloat32(fromFloat32(Float32Array.of(value), [1], 'F16'))[0];
}
