import { unzlibSync, zlibSync } from 'fflate';
import type { DenseNetwork } from '../../src/weights/dense-network.ts';
import { BitSink, BitSource } from './bit-stream.ts';
import { dequantize, quantizeChannels } from './channel-quantization.ts';
import { readHalves, readLayers, type WeightCodec, writeHalves, writeLayers } from './layer-list.ts';

/** A network of integers of 4 or 8 bits with one scale an output channel, packed, and deflated as a whole. */
export function encodeIntegers(network: DenseNetwork, bits: 4 | 8): Uint8Array {
  const sink = new BitSink();
  sink.bits(bits, 8);
  writeLayers(sink, network, integerCodec(bits));
  return zlibSync(sink.finish(), { level: 9 });
}

export function decodeIntegers(file: Uint8Array): DenseNetwork {
  const source = new BitSource(unzlibSync(file));
  return readLayers(source, integerCodec(source.bits(8)));
}

function integerCodec(bits: number): WeightCodec {
  return {
    write(sink, { weights, outFeatures }) {
      const { levels, scales } = quantizeChannels(weights, outFeatures, bits);
      writeHalves(sink, scales);
      for (const level of levels) sink.bits(level, bits);
    },
    read(source, outFeatures, inFeatures) {
      const scales = readHalves(source, outFeatures);
      const unused = 32 - bits;
      const signed = (): number => (source.bits(bits) << unused) >> unused;
      const levels = Int8Array.from({ length: outFeatures * inFeatures }, signed);
      return dequantize({ bits, levels, scales });
    },
  };
}
