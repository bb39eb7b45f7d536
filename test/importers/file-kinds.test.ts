import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readWeights } from '../../src/importers/read-weights.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const hex = (digits: string, length = 64): Uint8Array => {
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const padded = new Uint8Array(Math.max(length, bytes.length)).fill(7);
  padded.set(bytes);
  return padded;
};

/** A ZIP of small entries. */
function zip(...names: string[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const data = deflateRawSync('content');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(7, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, Buffer.from(name), data]);
    const header = Buffer.alloc(46);
    header.write('PK\x01\x02', 'latin1');
    common.copy(header, 6);
    header.writeUInt32LE(offset, 42);
    directory.push(Buffer.concat([header, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  return Buffer.concat([...parts, ...directory, Buffer.from('504b0506', 'hex'), Buffer.alloc(18)]);
}

/** A protobuf field with a length. */
const field = (number: number, content: Uint8Array): Uint8Array =>
  Uint8Array.from([number * 8 + 2, content.length, ...content]);
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const varint = (number: number, value: number): Uint8Array => Uint8Array.of(number * 8, value);

const onnx = join(
  varint(1, 8),
  field(2, text('pytorch')),
  field(7, text('graph')),
  field(8, Uint8Array.of(16, 13)),
);
const weights = writeSafetensors(new Map([['fc.weight', fromFloat32(new Float32Array(6), [2, 3], 'F32')]]));

describe('a file of another kind is named for what it is, by its content', () => {
  it.each([
    ['ONNX', onnx, /this is an ONNX model.*--dense take it as it is \(docs\/onnx\.md\)/],
    ['ONNX, cut off', onnx.subarray(0, onnx.length - 1), /an ONNX model/],
    [
      'TensorFlow SavedModel',
      join(varint(1, 1), field(2, text('meta'))),
      /SavedModel.*tf2onnx\.convert --saved-model/,
    ],
    ['frozen TensorFlow graph', field(1, text('\x0a\x01x\x12\x05Const')), /frozen TensorFlow graph/],
    [
      'PyTorch',
      zip('model/data.pkl', 'model/data/0', 'model/version'),
      /a PyTorch checkpoint.*python -c.*torch\.load\('my model\.x'/,
    ],
    ['PyTorch, cut off', zip('model/data.pkl', 'model/data/0').subarray(0, 60), /a PyTorch checkpoint/],
    ['PyTorch before 1.6', hex('80028a0a6cfc9c46f9206aa850192e'), /legacy pickle.*torch\.load/],
    [
      'TorchScript',
      zip('m/data.pkl', 'm/code/__torch__.py', 'm/constants.pkl'),
      /TorchScript.*torch\.jit\.load/,
    ],
    ['another pickle', hex('80049512'), /a Python pickle/],
    ['Keras .h5', hex('894844460d0a1a0a'), /HDF5.*keras\.models\.load_model/],
    [
      'Keras .keras',
      zip('metadata.json', 'config.json', 'model.weights.h5'),
      /\.keras.*keras\.models\.load_model/,
    ],
    ['.npz', zip('fc1.weight.npy'), /\.npz.*np\.load/],
    ['.npy', hex('934e554d50590100'), /single NumPy array.*np\.load/],
    ['.wjz', zip('model.json', 'fc1.jpg'), /\.wjz, compressed already.*original weights/],
    ['a ZIP with weights', zip('a/model.safetensors'), /ZIP.*unpack/],
    ['another ZIP', zip('readme.txt'), /ZIP archive without a model/],
    [
      'TensorFlow Lite',
      hex('1c00000054464c33'),
      /TensorFlow Lite.*tf2onnx\.convert --tflite 'my model\.x' --opset/,
    ],
    ['GGUF', hex('4747554603000000'), /GGUF/],
    ['PNG', hex('89504e470d0a1a0a'), /a PNG picture.*wjpeg-infer/],
    ['JPEG', hex('ffd8ffe000104a464946'), /a JPEG picture.*wjpeg-infer/],
    ['GIF', text('GIF89a...........'), /a GIF picture/],
    ['WebP', text('RIFF....WEBPVP8 .........'), /a WebP picture/],
    ['gzip', hex('1f8b08'), /gzip.*gunzip/],
    ['PDF', text('%PDF-1.7 ...........'), /PDF/],
    ['text', text('fc1.weight 0.1 0.2 0.3\n'), /a text file/],
    ['short text', text('hi'), /a text file/],
    ['HTML', text('<!DOCTYPE html><html>404</html>'), /HTML.*Fetch the file itself/],
    ['Git LFS', text('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), /git lfs pull/],
    ['an index of parts', text('{"metadata": {}, "weight_map": {}}'), /several safetensors files/],
    [
      'a description',
      text('{ "input": [4], "layers": [] }'),
      /a description of a network.*name this file with --architecture/,
    ],
    ['TensorFlow.js', text('{"format": "layers-model", "modelTopology": {}}'), /TensorFlow\.js/],
    ['unknown bytes', hex('fefdfcfbfaf9f8f7'), /no format that wjpeg knows \(first bytes fefdfcfbfaf9f8f7\)/],
  ])('%s', (_, bytes, message) => {
    expect(() => readWeights(bytes, { file: 'my model.x' })).toThrow(
      expect.objectContaining({
        code: 'MODEL_WRONG_FILE',
        kind: 'unsupported',
        message: expect.stringMatching(message),
      }),
    );
  });

  it.each([
    ['empty', new Uint8Array(0), /an empty file.*fetch the file again/],
    ['only the beginning', weights.subarray(0, 30), /the beginning of a safetensors file \(30 bytes/],
  ])('%s', (_, bytes, message) => {
    expect(() => readWeights(bytes)).toThrow(
      expect.objectContaining({
        code: 'MODEL_WRONG_FILE',
        kind: 'corrupt',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('tensors that are cut off', () => {
    expect(() => readWeights(weights.subarray(0, weights.length - 1))).toThrow(
      /'fc\.weight' ends at 24, expected at most 23.*the file was cut off, fetch the file again/,
    );
  });

  it('quotes the name of the file for Python', () => {
    expect(() => readWeights(zip('m/data.pkl'), { file: "it's.pt" })).toThrow(/torch\.load\('it\\'s\.pt'/);
  });
});
