import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { readFileBytes, writeFileAtomic } from '../../src/node/files.ts';
import { summarize } from '../../src/timing.ts';
import { type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';
import { DATA } from './field.ts';
import { MODELS } from './targets.ts';
import type { WeightFiles } from './weights.ts';

/** Whole processes: Node starts, loads a library and a model, answers for one picture, ends. */
export interface ColdStart {
  readonly name: string;
  readonly milliseconds: number;
  readonly min: number;
  readonly max: number;
  /** Greatest resident set, median of all runs, in bytes. */
  readonly peakRss: number;
}

const PICTURE = { file: join(DATA, 'pictures', 'digit-7.png'), label: '7' };

/**
 * Options with which `wjpeg-infer` times as little as it can beside answering. It still loads and runs the dense
 * baseline once.
 */
const ANSWER_ONLY: readonly string[] = ['--no-baseline', '--json'];

interface Program {
  readonly name: string;
  readonly words: readonly string[];
  /** What standard output must hold: a program that answers wrongly is not timed. */
  readonly expected: RegExp;
}

export interface ColdOptions {
  readonly folder: string;
  readonly input: ImageInputSpec;
  readonly original: WeightFiles;
  readonly originalNetwork: DenseNetwork;
  readonly runs: number;
}

export async function measureColdStarts(options: ColdOptions): Promise<ColdStart[]> {
  const programs = await listPrograms(options);
  const samples = new Map(programs.map(({ name }) => [name, { times: [] as number[], rss: [] as number[] }]));
  // One run of each beforehand: what the disk cache holds afterwards, it holds for all.
  for (const program of programs) await runOnce(program);
  for (let run = 0; run < options.runs; run++) {
    for (let turn = 0; turn < programs.length; turn++) {
      const program = programs[(turn + run) % programs.length];
      const { milliseconds, rss } = await runOnce(program);
      samples.get(program.name)?.times.push(milliseconds);
      samples.get(program.name)?.rss.push(rss);
    }
  }
  return [...samples].map(([name, { times, rss }]) => {
    const { median, min, max } = summarize(times);
    return { name, milliseconds: median, min, max, peakRss: summarize(rss).median };
  });
}

async function listPrograms(options: ColdOptions): Promise<Program[]> {
  const { folder, input, original, originalNetwork } = options;
  const prepared = preparePicture(await readFileBytes(PICTURE.file, 2 ** 20), input, {});
  if (prepared.kind !== 'values') throw new Error(`${PICTURE.file} enters as ${prepared.kind}`);
  const picture = join(folder, 'picture.f32');
  await writeFileAtomic(picture, bytesOf(prepared.values));
  const plain = join(folder, 'plain.f32');
  await writeFileAtomic(plain, plainWeights(originalNetwork));

  const here = (name: string): string => fileURLToPath(new URL(`cold/${name}`, import.meta.url));
  const answer = new RegExp(`^${PICTURE.label}\\n$`);
  const trained = join(DATA, MODELS.trained.file);
  const q20 = join(DATA, MODELS.q20.file);
  const onnx = (who: string, model: string): readonly string[] => [
    here('onnxruntime.mjs'),
    who,
    model,
    picture,
  ];
  return [
    { name: 'bare Node', words: [here('bare.mjs')], expected: /^nothing\n$/ },
    { name: 'wjpeg library, trained', words: [here('wjpeg.mjs'), trained, picture], expected: answer },
    { name: 'wjpeg library, q20', words: [here('wjpeg.mjs'), q20, picture], expected: answer },
    {
      name: `wjpeg-infer ${ANSWER_ONLY.join(' ')}, trained, PNG`,
      words: [join('dist', 'src', 'cli', 'wjpeg-infer.js'), trained, PICTURE.file, ...ANSWER_ONLY],
      expected: new RegExp(`"label": ?"${PICTURE.label}"`),
    },
    { name: 'onnxruntime-node float32', words: onnx('onnxruntime-node', original.float32), expected: answer },
    {
      name: 'onnxruntime-node int8',
      words: onnx('onnxruntime-node', original.dynamicInt8),
      expected: answer,
    },
    { name: 'onnxruntime-web float32', words: onnx('onnxruntime-web', original.float32), expected: answer },
    { name: 'tfjs-wasm float32', words: [here('tfjs.mjs'), plain, picture], expected: answer },
  ];
}

/** Each layer's I × O matrix, then its biases. */
function plainWeights(network: DenseNetwork): Uint8Array {
  const values: number[] = [];
  for (const { weights, bias, inFeatures, outFeatures } of linearLayers(network)) {
    for (let k = 0; k < inFeatures; k++) {
      for (let row = 0; row < outFeatures; row++) values.push(weights[row * inFeatures + k]);
    }
    for (let row = 0; row < outFeatures; row++) values.push(bias?.[row] ?? 0);
  }
  return bytesOf(Float32Array.from(values));
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

const REPORTER = fileURLToPath(new URL('cold/report-memory.cjs', import.meta.url));

function runOnce({ name, words, expected }: Program): Promise<{ milliseconds: number; rss: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, ['-r', REPORTER, ...words], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const collected = ['', '', '', ''];
    for (const stream of [1, 2, 3] as const) {
      child.stdio[stream]?.on('data', (data: Buffer) => {
        collected[stream] += data.toString();
      });
    }
    let milliseconds = 0;
    child.on('exit', () => {
      milliseconds = performance.now() - start;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const [, output, errors, memory] = collected;
      if (code === 0 && expected.test(output)) resolve({ milliseconds, rss: Number(memory) });
      else
        reject(new Error(`${name}: exit code ${code}, printed ${JSON.stringify(output)}, ${errors.trim()}`));
    });
  });
}
