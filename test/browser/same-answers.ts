import { type CompressOptions, compress } from '../../src/compress.ts';
import { writeWjz } from '../../src/format.ts';
import { InferenceSession } from '../../src/index.ts';
import type { ExecutorOptions } from '../../src/runtime/backends/backend.ts';
import { options, randomNetwork } from '../compress/networks.ts';

const DIGITS = ['pictures/digit-7.png', 'pictures/digit-3-grey.jpg'];

/** Files of data/: linear layers in archives, convolutions and residuals in one JPEG, and the pictures that each is shown. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  'mnist-mlp-512-q20.wjz': DIGITS,
  'mnist-mlp-512-q20-row.wjz': DIGITS,
  'mnist-mlp-512-trained.wjz': DIGITS,
  'mnist-lenet-300-100-trained.wjz': DIGITS,
  'mnist-lenet-8-16-huffman.jpg': DIGITS,
  'mnist-lenet5-trained.jpg': DIGITS,
  'cifar10-resnet8-trained.jpg': ['scenes/cat.jpg', 'scenes/ship.jpg'],
};
export const MODELS = Object.keys(ASKED);
export const PICTURES = [...new Set(Object.values(ASKED).flat())];

const THREADED = { backend: 'wasm', threads: 2 } as const;
const WAYS: readonly (Partial<ExecutorOptions> & { readonly backend: 'reference' | 'wasm' })[] = [
  { backend: 'reference' },
  { backend: 'wasm' },
  { backend: 'wasm', memory: 'compact' },
  { backend: 'wasm', memory: 'stream' },
  { backend: 'wasm', precision: 'int16' },
  { backend: 'wasm', precision: 'int8' },
  THREADED,
];

/**
 * What an engine of JavaScript and WebAssembly makes of the models, and of a network that it compresses: the bytes of
 * every answer, by what it is the answer to. `read` gives a file of data/. `threads`: how many really run where two are
 * asked for, which must not matter; from source, workers start in pages only.
 */
export async function sameAnswers(
  read: (name: string) => Promise<Uint8Array>,
  threads: 1 | 2,
): Promise<Record<string, number[]>> {
  const answers: Record<string, number[]> = {};
  for (const model of MODELS) {
    const bytes = await read(model);
    for (const way of WAYS) {
      const really = way === THREADED ? { ...way, threads } : way;
      const session = await InferenceSession.create(bytes, really);
      const name = (input: string): string => `${model}, ${JSON.stringify(way)}, ${input}`;
      for (const batch of [1, model.endsWith('.wjz') ? 40 : 5]) {
        // No functions whose last bit is an engine's own affair, like Math.sin.
        const values = Float32Array.from(
          { length: batch * session.inFeatures },
          (_, k) => ((k * 2_654_435) % 1009) / 1009,
        );
        answers[name(`batch of ${batch}`)] = bytesOf(await session.runBatch(values, batch));
      }
      for (const picture of ASKED[model])
        answers[name(picture)] = bytesOf((await session.infer(await read(picture))).logits);
      session.dispose();
    }
  }
  for (const coding of [{}, { progressive: true }, { entropy: 'arithmetic' }] as const)
    for (const scope of ['row', 'layer'] as const)
      answers[`compressed, ${JSON.stringify({ scope, ...coding })}`] = [...compressed({ scope, ...coding })];
  return answers;
}

function bytesOf(logits: Float32Array): number[] {
  return [...new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength)];
}

/** No smooth layers: they are made with Math.sin. */
function compressed(changes: Partial<CompressOptions>): Uint8Array {
  const layers = ['fc0', 'fc1'];
  const { content } = compress(
    randomNetwork([256, 70, 10]),
    options(16, 16, { quality: 30, layers, ...changes }),
  );
  return writeWjz(content);
}
