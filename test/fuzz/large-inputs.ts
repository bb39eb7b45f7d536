import { deflateSync } from 'node:zlib';
import { encodeCoefficients } from '../../src/jpeg/index.ts';
import { fullEntries } from '../format/contents.ts';
import { buildZip, concat } from '../format/zip-builder.ts';
import { chunk, headerChunk, PNG_SIGNATURE } from '../image/png-builder.ts';
import { DQT, decisions, EOI, frame, SOI, scan, segment, stream } from '../jpeg/stream-builder.ts';

/** An input made to be slow, or to take much memory, for what it weighs. Read with the default limits. */
export interface LargeInput {
  readonly reader: 'jpeg' | 'wjz' | 'safetensors' | 'png' | 'idx';
  readonly what: string;
  /** Where it is known to take longer than others: docs/limits.md says so. */
  readonly msPerMegabyte?: number;
  /** Takes many seconds beside other work: `npm run fuzz -- --large` tries it, CI does not. */
  readonly onDemand?: true;
  make(): Uint8Array;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const repeated = (part: ArrayLike<number>, times: number): Uint8Array => {
  const bytes = new Uint8Array(part.length * times);
  for (let i = 0; i < times; i++) bytes.set(part, i * part.length);
  return bytes;
};

/** A grey picture of `side`² samples, each block of which is filled by `value`. */
function filled(side: number, entropy: 'huffman' | 'arithmetic', value: (k: number) => number): Uint8Array {
  const coefficients = Int16Array.from({ length: side * side }, (_, k) => value(k % 64));
  const quantization = new Uint16Array(64).fill(1);
  const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, quantization, coefficients };
  const conditioning = entropy === 'arithmetic' ? ({ conditioning: 'default' } as const) : {};
  return encodeCoefficients(
    { width: side, height: side, components: [component] },
    { entropy, ...conditioning },
  );
}

/** 2^20 blocks in a few bytes: no differences, and one decision for each coefficient. */
function slowProgressive(): Uint8Array {
  const blocks = 2 ** 20;
  const dc = decisions((dcBin) => {
    for (let block = 0; block < blocks; block++) dcBin(0, 0);
  });
  const last = decisions((_, ac) => {
    for (let block = 0; block < blocks; block++) {
      ac(0, 0);
      for (let k = 1; k < 63; k++) ac(3 * k - 2, 0);
      ac(3 * 63 - 2, 1);
      ac(245, 0);
      ac(3 * 63 - 1, 0);
    }
  });
  const scans = [scan({ parameters: [0, 0, 0] }), dc, scan({ parameters: [1, 63, 1] }), last];
  return stream(SOI, DQT, frame({ marker: 0xca, width: 8192, height: 8192 }), ...scans, EOI);
}

/** A PNG of `side`² grey samples, its image data in chunks of `step` bytes. */
function pngInPieces(side: number, step: number): Uint8Array {
  const packed = deflateSync(new Uint8Array((side + 1) * side), { level: 0 });
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += step) pieces.push(chunk('IDAT', packed.subarray(at, at + step)));
  return concat(
    Uint8Array.from(PNG_SIGNATURE),
    headerChunk({ width: side, height: side }),
    ...pieces,
    chunk('IEND'),
  );
}

function safetensors(header: string): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return concat(length, text(header));
}

const manifest = (json: string): Uint8Array =>
  buildZip([{ name: 'model.json', content: text(json) }, ...fullEntries().slice(1)]);

export const LARGE_INPUTS: readonly LargeInput[] = [
  {
    reader: 'jpeg',
    what: 'a million Huffman tables of no codes',
    make: () => concat(Uint8Array.from(SOI), repeated(segment(0xc4, ...new Array(17 * 3000).fill(0)), 40)),
  },
  {
    reader: 'jpeg',
    what: 'empty comments',
    make: () => concat(Uint8Array.from(SOI), repeated(segment(0xfe), 500_000)),
  },
  {
    reader: 'jpeg',
    what: 'fill bytes',
    make: () => concat(Uint8Array.from(SOI), new Uint8Array(2 ** 21).fill(0xff)),
  },
  {
    reader: 'jpeg',
    what: 'a picture of the largest size, all zeros, in 99 bytes',
    onDemand: true,
    make: () => filled(8192, 'arithmetic', () => 0),
  },
  {
    reader: 'jpeg',
    what: 'a picture of the largest size, a decision a coefficient, in few bytes',
    onDemand: true,
    make: slowProgressive,
  },
  {
    reader: 'jpeg',
    what: 'Huffman codes of the greatest coefficients',
    make: () => filled(1024, 'huffman', (k) => (k > 0 ? 1023 : 0)),
  },
  {
    reader: 'jpeg',
    what: 'arithmetic coding of one magnitude',
    onDemand: true,
    msPerMegabyte: 5000,
    make: () => filled(2048, 'arithmetic', (k) => (k > 0 ? 512 : 0)),
  },
  { reader: 'png', what: 'image data in chunks of one byte', make: () => pngInPieces(299, 1) },
  {
    reader: 'png',
    what: 'text chunks of no bytes',
    make: () =>
      concat(
        Uint8Array.from(PNG_SIGNATURE),
        headerChunk({ width: 9, height: 9 }),
        repeated(chunk('tEXt'), 2 ** 17),
      ),
  },
  {
    reader: 'png',
    what: 'a bomb: 128 MiB of zeros for a picture of 9×9',
    make: () => {
      const data = chunk('IDAT', deflateSync(new Uint8Array(2 ** 27)));
      return concat(
        Uint8Array.from(PNG_SIGNATURE),
        headerChunk({ width: 9, height: 9 }),
        data,
        chunk('IEND'),
      );
    },
  },
  {
    reader: 'safetensors',
    what: 'tensors of no elements',
    make: () => {
      const entry = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
      return safetensors(`{${Array.from({ length: 40_000 }, (_, i) => `"${i}":${entry}`).join()}}`);
    },
  },
  {
    reader: 'safetensors',
    what: 'nested arrays',
    make: () => safetensors(`{"a":${'['.repeat(10 ** 6)}${']'.repeat(10 ** 6)}}`),
  },
  {
    reader: 'safetensors',
    what: 'a shape of a million sizes',
    make: () => safetensors(`{"a":{"dtype":"F32","shape":[${'1,'.repeat(10 ** 6)}1],"data_offsets":[0,4]}}`),
  },
  {
    reader: 'wjz',
    what: 'a manifest of nested arrays',
    make: () => manifest(`{"format":"wjz","version":"2.0","x":${'['.repeat(500_000)}${']'.repeat(500_000)}}`),
  },
  {
    reader: 'wjz',
    what: 'a manifest of 40,000 layers',
    make: () =>
      manifest(
        `{"format":"wjz","version":"2.0","input":{"kind":"vector","length":1},"layers":[${'{"type":"relu"},'.repeat(40_000)}{"type":"relu"}]}`,
      ),
  },
  {
    reader: 'wjz',
    what: 'a bomb: 16 MiB of zeros as tensors',
    make: () =>
      buildZip(fullEntries({ 'dense.safetensors': { content: new Uint8Array(2 ** 24), method: 8 } })),
  },
  {
    reader: 'wjz',
    what: 'twenty thousand entries of no bytes',
    make: () =>
      buildZip(Array.from({ length: 20_000 }, (_, i) => ({ name: `${i}`, content: new Uint8Array() }))),
  },
  {
    reader: 'idx',
    what: 'four thousand million pictures of no size',
    make: () => Uint8Array.of(0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0),
  },
];
