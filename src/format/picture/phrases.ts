import { ByteBuffer } from '../../bytes.ts';
import { WjpegError } from '../../errors.ts';

/**
 * Manifests in few bytes (docs/model-jpeg.md, 3): bytes from 0x80 on stand for phrases of this table, all others for
 * themselves. The JSON that a picture holds is ASCII, so nothing else has such bytes. The table is part of the format: phrases
 * may be added at its end, none may be changed.
 */

const HEAD = '{"format":"wjz","version":"2.0",';
const MNIST =
  '"input":{"kind":"image","width":28,"height":28,"preprocessing":{"fit":"center-of-mass"}},"layers":[';
const MATRIX = '"weight":{"layout":"matrix","affineMap":{"scale":0.0';
const NEXT_LINEAR = '{"type":"relu"},{"type":"linear","outFeatures":';
const MAX_POOL = '{"type":"max-pool","strides":[2,2],"kernel":[2,2]},';

export const PHRASES: readonly string[] = [
  // The beginning.
  HEAD,
  `${HEAD}${MNIST}{"type":"linear","outFeatures":`,
  `${HEAD}"requires":["graph","conv2d","max-pool"],${MNIST}{"type":"conv2d","weight":{"layout":"`,
  `${HEAD}"requires":["graph","conv2d","flatten","max-pool"],${MNIST}{"type":"conv2d",`,
  `${HEAD}"requires":["graph",`,
  MNIST,
  '"input":{"kind":"image","width":',
  '"input":{"kind":"image","width":28,"height":28',
  '"input":{"kind":"image","width":32,"height":32,"channels":3',
  '"input":{"kind":"vector","length":',
  ',"height":',
  ',"channels":3',
  ',"mean":',
  ',"std":',
  '0.00392156862745098',
  ',"preprocessing":{"fit":"center-of-mass"}',
  ',"preprocessing":{"fit":"stretch"}',
  ',"preprocessing":{"background":"light"}',
  ',"preprocessing":{"background":"light","fit":"',
  '},"layers":[',
  '},"labels":["',
  '},"labels":["0","1","2","3","4","5","6","7","8","9"],"layers":[',
  '"],"layers":[',
  '","',
  '"name":"',
  '","description":"',
  '","license":"MIT",',
  '","license":"',
  '",',
  '"outputs":["',
  '"],',
  // Operators.
  '"conv2d","max-pool"],',
  'conv2d',
  'max-pool',
  'average-pool',
  'global-average-pool',
  'flatten',
  'concatenate',
  'add',
  'multiply',
  'sigmoid',
  'clip',
  'leaky-relu',
  'softmax',
  'relu',
  // Linear layers.
  '{"type":"linear","outFeatures":',
  '{"type":"linear","inFeatures":',
  '{"type":"linear","name":"',
  '","inFeatures":',
  '","outFeatures":',
  ',"outFeatures":',
  `,${MATRIX}`,
  `,"outFeatures":10,${MATRIX}`,
  `100,${MATRIX}`,
  `,"outFeatures":500,${MATRIX}`,
  ',"weight":{"layout":"matrix","affineMap":{"scale":',
  ',"weight":{"layout":"rows","tile":{"x":2,"y":2},"affineMap":{"scale":0.0',
  '300,"weight":{"layout":"rows","tile":{"x":2,"y":2},"affineMap":{"scale":0.0',
  ',"weight":{"layout":"rows","tile":{',
  ',"weight":{"layout":"rows","affineMap":{"scale":',
  '},"affineMap":{"scale":',
  '{},"offset":{}',
  ',"offset":',
  ',"weight":{}',
  ',"bias":{}',
  ',"component":1',
  ',"component":2',
  '}}},',
  '}},"bias":{}},',
  `}}},${NEXT_LINEAR}`,
  `}},"bias":{}},${NEXT_LINEAR}`,
  `},"component":1},"bias":{}},${NEXT_LINEAR}`,
  `},"component":1}},${NEXT_LINEAR}`,
  '},"component":2}}]}',
  NEXT_LINEAR,
  '{"type":"relu"},',
  '{"type":"relu"},{"type":"linear","name":"',
  '{"type":"relu"},{"type":"linear","inFeatures":',
  // Convolutions and what goes with them.
  '{"type":"conv2d",',
  '{"type":"conv2d","name":"',
  '{"type":"conv2d","weight":{"layout":"taps","shape":[',
  '{"type":"conv2d","weight":{"layout":"matrix","shape":[',
  '{"type":"conv2d","weight":{}',
  '{"type":"conv2d","pads":[1,1,1,1],"weight":{"layout":"taps","shape":[',
  'matrix","shape":[20,1,5,5],"affineMap":{"scale":0.0',
  'taps","shape":[',
  '"weight":{"layout":"taps","shape":[',
  '"weight":{"layout":"matrix","shape":[',
  ',5,5],"affineMap":{"scale":0.0',
  ',3,3],"affineMap":{"scale":0.0',
  ',1,1],"affineMap":{"scale":0.0',
  '],"affineMap":{"scale":',
  '50,20,5,5],"affineMap":{"scale":0.0',
  '"strides":[2,2],',
  '"strides":[',
  '"pads":[1,1,1,1]',
  '"pads":[2,2,2,2]',
  '"pads":[',
  '"groups":',
  '"kernel":[',
  MAX_POOL,
  `}}},${MAX_POOL}`,
  `}}},${MAX_POOL}{"type":"conv2d","weight":{"layout":"`,
  `}}},{"type":"relu"},${MAX_POOL}{"type":"conv2d","weight":{"layout":"`,
  `}}},{"type":"relu"},{"type":"linear","inFeatures":`,
  `}},"bias":{}},${MAX_POOL}`,
  `{"type":"relu"},${MAX_POOL}`,
  `}}},${MAX_POOL}{"type":"linear","inFeatures":`,
  `}},"bias":{}},${MAX_POOL}{"type":"linear","inFeatures":`,
  '"inputs":["',
  '"inputs":["input"',
  '{"type":"',
  '"},',
  '"]},',
  // The end.
  '}}}]}',
  '}},"bias":{}}]}',
  '{"type":"softmax"}]}',
  '],"origin":{"tool":"wjpeg","denseBytes":',
  ',"denseAccuracy":0.',
  ',"settings":{"maxError":',
  ',"settings":{"',
  ',"rest":"F16"}}}',
  '":"',
  '":',
  '0.00',
];

/** The byte that stands for the first phrase. */
const FIRST = 0x80;

const BYTES = PHRASES.map((phrase) => new TextEncoder().encode(phrase));

/** ASCII text in the fewest bytes. */
export function toPhrases(text: string): Uint8Array {
  // From the end: the fewest bytes from each place on, and the phrase there, if one is best.
  const costs = new Uint32Array(text.length + 1);
  const choices = new Int16Array(text.length).fill(-1);
  for (let at = text.length - 1; at >= 0; at--) {
    costs[at] = costs[at + 1] + 1;
    for (const index of BY_FIRST.get(text[at]) ?? []) {
      const phrase = PHRASES[index];
      const cost = costs[at + phrase.length] + 1;
      if (cost < costs[at] && text.startsWith(phrase, at)) {
        costs[at] = cost;
        choices[at] = index;
      }
    }
  }
  const output = new ByteBuffer();
  for (let at = 0; at < text.length; ) {
    const choice = choices[at];
    output.byte(choice < 0 ? text.charCodeAt(at) : FIRST + choice);
    at += choice < 0 ? 1 : PHRASES[choice].length;
  }
  return output.toUint8Array();
}

/** Places in the table by first character. */
const BY_FIRST = new Map<string, number[]>();
for (const [index, [first]] of PHRASES.entries())
  BY_FIRST.set(first, [...(BY_FIRST.get(first) ?? []), index]);

/**
 * The text of such bytes, as bytes.
 *
 * @throws MODEL_VERSION for a phrase that this version does not know, MODEL_SIZE for more than `max` bytes
 */
export function fromPhrases(bytes: Uint8Array, max: number): Uint8Array {
  const output = new ByteBuffer();
  for (const byte of bytes) {
    const phrase = BYTES[byte - FIRST];
    if (byte < FIRST) output.byte(byte);
    else if (phrase === undefined) {
      throw new WjpegError(
        'unsupported',
        'MODEL_VERSION',
        `the manifest has phrase ${byte - FIRST}, this version of wjpeg knows ${PHRASES.length}: update wjpeg`,
      );
    } else output.append(phrase);
    if (output.bytes.length > max) {
      throw new WjpegError('limit', 'MODEL_SIZE', `the manifest has more than ${max} bytes`);
    }
  }
  return output.toUint8Array();
}
