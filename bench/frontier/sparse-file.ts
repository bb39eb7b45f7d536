import type { DenseNetwork } from '../../src/weights/dense-network.ts';
import { BitSink, BitSource } from './bit-stream.ts';
import { dequantize, maxLevel, quantizeChannels } from './channel-quantization.ts';
import { HuffmanCode } from './huffman-code.ts';
import { readHalves, readLayers, type WeightCodec, writeHalves, writeLayers } from './layer-list.ts';

/** One stored weight: how many zeros come before it, and its level. */
interface Entry {
  readonly gap: number;
  readonly level: number;
}

/** Widths of the relative index that are tried for each layer; Deep Compression has 5 bits. */
const INDEX_BITS = [3, 4, 5, 6, 7, 8] as const;

/**
 * A pruned network as Deep Compression stores one (Han et al., 2016): of each layer the nonzeros only, each with the
 * number of zeros before it; a run of zeros that is too long for the index is cut by a stored zero; indices and levels have
 * a Huffman code each. Levels are integers with one scale an output channel.
 */
export function encodeSparse(network: DenseNetwork, bits: number): Uint8Array {
  const sink = new BitSink();
  sink.bits(bits, 8);
  writeLayers(sink, network, sparseCodec(bits));
  return sink.finish();
}

export function decodeSparse(file: Uint8Array): DenseNetwork {
  const source = new BitSource(file);
  return readLayers(source, sparseCodec(source.bits(8)));
}

function sparseCodec(bits: number): WeightCodec {
  const max = maxLevel(bits);
  return {
    write(sink, { weights, outFeatures }) {
      const { levels, scales } = quantizeChannels(weights, outFeatures, bits);
      writeHalves(sink, scales);
      const [best] = INDEX_BITS.map((width) => codeEntries(levels, width, max)).sort(
        (a, b) => a.cost - b.cost,
      );
      sink.bits(best.width, 8);
      sink.bits(best.entries.length, 32);
      best.gaps.writeTable(sink);
      best.levels.writeTable(sink);
      for (const { gap, level } of best.entries) {
        best.gaps.write(sink, gap);
        best.levels.write(sink, level + max);
      }
    },
    read(source, outFeatures, inFeatures) {
      const scales = readHalves(source, outFeatures);
      const width = source.bits(8);
      const count = source.bits(32);
      const gaps = HuffmanCode.readTable(source, 2 ** width);
      const codes = HuffmanCode.readTable(source, 2 * max + 1);
      const levels = new Int8Array(outFeatures * inFeatures);
      let at = -1;
      for (let i = 0; i < count; i++) {
        at += gaps.read(source) + 1;
        levels[at] = codes.read(source) - max;
      }
      return dequantize({ bits, levels, scales });
    },
  };
}

/** The entries of a layer with an index of so many bits, the codes made for them, and what all takes in bits. */
function codeEntries(
  levels: Int8Array,
  width: number,
  max: number,
): { width: number; entries: Entry[]; gaps: HuffmanCode; levels: HuffmanCode; cost: number } {
  const longest = 2 ** width - 1;
  const entries: Entry[] = [];
  let gap = 0;
  for (const level of levels) {
    if (level === 0 && gap < longest) {
      gap++;
      continue;
    }
    entries.push({ gap, level });
    gap = 0;
  }
  const gapCounts = new Uint32Array(longest + 1);
  const levelCounts = new Uint32Array(2 * max + 1);
  for (const entry of entries) {
    gapCounts[entry.gap]++;
    levelCounts[entry.level + max]++;
  }
  const gaps = HuffmanCode.of(gapCounts);
  const levelCode = HuffmanCode.of(levelCounts);
  return {
    width,
    entries,
    gaps,
    levels: levelCode,
    cost: gaps.cost(gapCounts) + levelCode.cost(levelCounts),
  };
}
