import type { Calibration } from '../../src/compress/calibration.ts';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import type { InputSpec } from '../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { readFrameHeader } from '../../src/jpeg/index.ts';
import type { DenseNetwork } from '../../src/weights/dense-network.ts';
import { decodeFloats, encodeFloats } from './float-file.ts';
import { decodeIntegers, encodeIntegers } from './integer-file.ts';
import type { MethodId } from './methods.ts';
import { pruneByMagnitude } from './prune.ts';
import { decodeSparse, encodeSparse } from './sparse-file.ts';

/** A net as it is stored, and as the engine runs what a reader finds there. */
export interface Stored {
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** What is run to measure the error; for files that are no `.wjz`, their contents as float32. */
  readonly file: WjzFile;
}

/** One way of storing a net, not yet done: some take their time. */
export interface Candidate {
  readonly method: MethodId;
  readonly setting: string;
  store(): Stored;
}

export interface SweepOptions {
  readonly input: InputSpec;
  /** Qualities of the JPEGs. */
  readonly qualities: readonly number[];
  /** Parts of the weights that pruning keeps. */
  readonly kept: readonly number[];
  /** Without one there are no calibrated files. */
  readonly calibration: Calibration | undefined;
}

/** All ways of storing a network as it was trained, without training it again. */
export function denseCandidates(network: DenseNetwork, options: SweepOptions): Candidate[] {
  const { input, qualities, kept, calibration } = options;
  const stored = (bytes: Uint8Array, decode: (bytes: Uint8Array) => DenseNetwork): Stored => ({
    bytes: bytes.length,
    file: asFloats(decode(bytes), input),
  });
  const floats = (method: MethodId, type: 'F32' | 'F16'): Candidate => ({
    method,
    setting: 'safetensors',
    store: () => stored(encodeFloats(network, type), decodeFloats),
  });
  const integers = (method: MethodId, bits: 4 | 8): Candidate => ({
    method,
    setting: 'a scale a channel, deflate',
    store: () => stored(encodeIntegers(network, bits), decodeIntegers),
  });
  const jpegs = (method: MethodId, more: Partial<CompressOptions>): Candidate[] =>
    qualities.map((quality) => ({
      method,
      setting: `quality ${quality}`,
      store: () => storedAsJpegs(network, { ...compressOptions(input, quality), ...more }),
    }));
  return [
    floats('float32', 'F32'),
    floats('float16', 'F16'),
    integers('int8', 8),
    integers('int4', 4),
    ...kept.map((part): Candidate => {
      const store = (): Stored => stored(encodeSparse(pruneByMagnitude(network, part), 4), decodeSparse);
      return { method: 'pruned', setting: `${part * 100}% kept`, store };
    }),
    ...jpegs('jpeg', {}),
    ...(calibration ? jpegs('calibrated', { calibration, entropy: 'arithmetic' }) : []),
  ];
}

/** A file that was trained in coefficients; its setting says how its JPEGs are coded, too. */
export function trainedCandidate(name: string, bytes: Uint8Array, file = readWjz(bytes)): Candidate {
  const isArithmetic = [...file.jpegs.values()].some((jpeg) =>
    readFrameHeader(jpeg).process.endsWith('arithmetic'),
  );
  const setting = `${name}, ${isArithmetic ? 'arithmetic' : 'Huffman'}`;
  return { method: 'trained', setting, store: () => ({ bytes: bytes.length, file }) };
}

function storedAsJpegs(network: DenseNetwork, options: CompressOptions): Stored {
  const bytes = writeWjz(compress(network, options).content);
  return { bytes: bytes.length, file: readWjz(bytes) };
}

/** A network that the engine runs as it is: float32 and nothing else. */
function asFloats(network: DenseNetwork, input: InputSpec): WjzFile {
  const { content } = compress(network, { ...compressOptions(input, 100), layers: [], rest: 'F32' });
  return readWjz(writeWjz(content));
}

function compressOptions(input: InputSpec, quality: number): CompressOptions {
  return {
    input,
    quality,
    layout: 'auto',
    map: 'min-max',
    scope: 'layer',
    layers: 'auto',
    rest: 'F16',
  };
}
