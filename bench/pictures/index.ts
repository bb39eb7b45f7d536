/**
 * npm run bench:pictures: from the bytes of a PNG or JPEG to a network's answer, beside jpeg-js and fast-png with our own pixels
 * path, and sharp (libvips) with onnxruntime-node; one thread each. Pictures are made here. Answers are compared first; what
 * disagrees is not timed. All take turns in one process.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode as decodeFastPng } from 'fast-png';
import jpegJs from 'jpeg-js';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { compress } from '../../src/compress/compress.ts';
import { WjpegError } from '../../src/errors.ts';
import { exportOnnx } from '../../src/exporters/onnx/index.ts';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { decodeJpegCoefficients } from '../../src/image/decode-jpeg.ts';
import { decodeScale } from '../../src/image/decode-size.ts';
import { normalizeSamples } from '../../src/image/normalization.ts';
import { readPng } from '../../src/png/decode.ts';
import { inflateRows } from '../../src/png/inflate-rows.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatMicroseconds, formatRatio } from '../../src/text/numbers.ts';
import { formatTable } from '../../src/text/table.ts';
import { samplerOf, type TimingPlan, timeInTurn } from '../../src/timing.ts';
import { lowPassNetwork } from '../large/networks.ts';
import { describeMachine } from '../machine.ts';
import { DATA } from '../peers/field.ts';
import { installPeers } from '../peers/install.ts';
import { FULL_PLAN, QUICK_PLAN } from '../plans.ts';
import { loadSharp, onnxRunner, type Sharp } from './peers.ts';
import { digits, type PictureSet, scenes } from './pictures.ts';

/** Greatest relative error of logits at which a way is timed: their means of pixels differ, theirs are rounded. */
const TOLERANCE = 0.1;
/** Pictures above this take seconds: fewer of them are timed. */
const LARGE_MEGAPIXELS = 1;
const LIMITS = { maxPixels: 2 ** 26 };

const WAYS = ['wjpeg', 'jpeg-js or fast-png, our pixels path', 'sharp, onnxruntime-node'];

interface Network {
  readonly session: InferenceSession;
  readonly spec: ImageInputSpec;
  readonly runOnnx: (values: Float32Array) => Promise<Float32Array>;
}

interface Way {
  readonly name: string;
  readonly answer: (file: Uint8Array) => Promise<Float32Array>;
}

await runProgram('bench:pictures', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:pictures --')
    .options({
      largest: { type: 'number', default: 48, describe: 'Megapixels of the largest pictures' },
      quick: { type: 'boolean', default: false, describe: 'Few samples: shows that it works, not how fast' },
    })
    .strict()
    .parseAsync();
  installPeers();
  const sharp = loadSharp();
  const grey = await openNetwork(readFileSync(join(DATA, 'mnist-mlp-512-trained.wjz')));
  const colour = await openNetwork(colourNetwork());
  const all: [Network, () => Promise<PictureSet[]>][] = [
    [grey, () => digits(sharp)],
    [colour, () => scenes(sharp, 32, 32, false)],
    [colour, () => scenes(sharp, 640, 480, false)],
    [colour, () => scenes(sharp, 4000, 3000, true)],
    [colour, () => scenes(sharp, 8000, 6000, true)],
  ];
  const times = [['picture', 'file', ...WAYS, 'decoder ÷ wjpeg', 'sharp ÷ wjpeg']];
  const stages = [
    ['picture', 'to coefficients, samples or rows', 'to the network’s input', 'network', 'all'],
  ];
  for (const [network, make] of all) {
    for (const set of await make()) {
      if (set.megapixels > options.largest) continue;
      process.stderr.write(`${set.format} ${set.name}\n`);
      const plan = planFor(set, options.quick);
      times.push(await timeWays(set, network, sharp, plan));
      stages.push(await timeStages(set, network, plan));
    }
  }
  process.stdout.write(`${describeMachine()}; sharp ${sharp.versions.sharp}; medians of a picture\n\n`);
  process.stdout.write(`${formatTable(times)}\n\n${formatTable(stages)}\n`);
  if (options.quick) process.stdout.write('\nA quick run: too few samples for figures.\n');
});

function planFor({ files, megapixels }: PictureSet, quick: boolean): TimingPlan {
  const plan = { ...(quick ? QUICK_PLAN : FULL_PLAN), cycle: files.length };
  return megapixels < LARGE_MEGAPIXELS
    ? plan
    : { ...plan, rounds: quick ? 1 : 7, sampleMilliseconds: 1, warmUpMilliseconds: 1 };
}

async function openNetwork(bytes: Uint8Array): Promise<Network> {
  const session = await InferenceSession.create(bytes, { pictureLimits: LIMITS });
  const spec = session.input as ImageInputSpec;
  const { bytes: model } = await exportOnnx(await readWjz(bytes));
  return {
    session,
    spec,
    runOnnx: await onnxRunner(model, session.inputMetadata[0].shape.slice(1) as number[]),
  };
}

/** A layer of random low-pass weights over 32×32 pixels in colour. */
function colourNetwork(): Uint8Array {
  const input = { kind: 'image', width: 32, height: 32, channels: 3 } as const;
  const { content } = compress(lowPassNetwork([3072, 10]), { input, quality: 90 });
  return writeWjz(content);
}

/** Scenes are stretched: how the rest of a square is filled up is another question. */
function runOptions({ colour }: PictureSet): { readonly fit: 'stretch' } | undefined {
  return colour ? { fit: 'stretch' } : undefined;
}

function waysFor(set: PictureSet, { session, spec, runOnnx }: Network, sharp: Sharp): Way[] {
  const { width, height, channels } = spec;
  const run = runOptions(set);
  const decode = set.format === 'jpeg' ? decodeWithJpegJs : decodeWithFastPng;
  return [
    { name: WAYS[0], answer: async (file) => (await session.infer(file, run)).logits },
    { name: WAYS[1], answer: async (file) => (await session.infer(decode(file), run)).logits },
    {
      name: WAYS[2],
      answer: async (file) => {
        const pixels = await sharp(file, { limitInputPixels: false })
          .resize(width, height, { fit: 'fill', kernel: 'linear' })
          .toColourspace(channels === 1 ? 'b-w' : 'srgb')
          .raw()
          .toBuffer();
        return runOnnx(normalizeSamples(planar(pixels, channels), spec, false, channels));
      },
    },
  ];
}

function planar(pixels: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return pixels;
  const area = pixels.length / channels;
  return Uint8Array.from(pixels, (_, at) => pixels[(at % area) * channels + Math.floor(at / area)]);
}

function decodeWithJpegJs(file: Uint8Array) {
  const { data, width, height } = jpegJs.decode(file, {
    useTArray: true,
    maxResolutionInMP: 64,
    maxMemoryUsageInMB: 4096,
  });
  return { data, width, height };
}

function decodeWithFastPng(file: Uint8Array) {
  const { data, width, height, channels } = decodeFastPng(file);
  return { data: data as Uint8Array, width, height, channels: channels as 1 | 3 };
}

async function timeWays(
  set: PictureSet,
  network: Network,
  sharp: Sharp,
  plan: TimingPlan,
): Promise<string[]> {
  const ways = waysFor(set, network, sharp);
  for (const [index, file] of set.files.entries()) {
    const [expected, ...others] = await Promise.all(ways.map(({ answer }) => answer(file)));
    others.forEach((logits, other) => {
      const error = relativeError(logits, Float64Array.from(expected));
      if (error <= TOLERANCE) return;
      throw new WjpegError(
        'corrupt',
        'BENCH_DISAGREES',
        `${set.format} ${set.name}, picture ${index}: ${ways[other + 1].name} differs by ${error.toExponential(1)}, ` +
          `expected at most ${TOLERANCE}: not timed`,
      );
    });
  }
  const timed = await timeInTurn(
    ways.map(({ answer }) => samplerOf((call) => answer(set.files[call % set.files.length]))),
    plan,
  );
  const [ours, decoder, theirs] = timed.map(({ median }) => median);
  const bytes = set.files.reduce((sum, { length }) => sum + length, 0) / set.files.length;
  return [
    `${set.name}, ${set.format.toUpperCase()}`,
    bytes < 10000 ? `${bytes.toFixed(0)} B` : `${(bytes / 1000).toFixed(0)} kB`,
    ...timed.map(({ median }) => formatMicroseconds(median)),
    formatRatio(decoder / ours),
    formatRatio(theirs / ours),
  ];
}

/** Each stage includes the ones before it; what is printed is what it adds. */
async function timeStages(set: PictureSet, { session, spec }: Network, plan: TimingPlan): Promise<string[]> {
  const run = runOptions(set);
  const fit = run?.fit ?? spec.preprocessing.fit ?? 'contain';
  const decode =
    set.format === 'png'
      ? (file: Uint8Array) => readPng(file, () => {}, inflateRows).visitRows(() => {})
      : (file: Uint8Array) =>
          decodeJpegCoefficients(file, LIMITS, ({ frame }) => decodeScale(frame, spec, fit));
  const prepared = await Promise.all(set.files.map((file) => session.prepare(file, run)));
  const at = (call: number) => call % set.files.length;
  const [decoding, preparing, network, all] = await timeInTurn(
    [
      samplerOf(async (call) => decode(set.files[at(call)])),
      samplerOf((call) => session.prepare(set.files[at(call)], run)),
      samplerOf((call) => session.runPrepared(prepared[at(call)])),
      samplerOf((call) => session.infer(set.files[at(call)], run)),
    ],
    plan,
  );
  return [
    `${set.name}, ${set.format.toUpperCase()}`,
    formatMicroseconds(decoding.median),
    formatMicroseconds(preparing.median - decoding.median),
    formatMicroseconds(network.median),
    formatMicroseconds(all.median),
  ];
}
