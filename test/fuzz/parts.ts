import { readFileSync } from 'node:fs';
import { WjpegError } from '../../src/errors.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { SessionOptions } from '../../src/runtime/options.ts';
import type { LoadProgress } from '../../src/runtime/parts/loading.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import type { ModelSource } from '../../src/runtime/source-kinds.ts';
import { fullContent } from '../format/contents.ts';
import { byParts, embedded } from '../parts/models.ts';
import { cut, serving, streamOf, turn } from './arrival.ts';
import { mutateStream } from './jpeg.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';
import { entriesOf, LIMITS, mutateArchive, wjzMemoryCap } from './wjz.ts';

const seeds = [
  byParts(writeWjz(fullContent())),
  new Uint8Array(readFileSync(new URL('../fixtures/progressive-arithmetic.wjz', import.meta.url))),
  byParts(embedded('mnist-lenet-300-100-trained')),
  byParts(embedded('mnist-mlp-512-trained')),
];
const contents = seeds.map(entriesOf);

/**
 * How a file arrives: all of it from a stream or a response; from a stream that breaks off; from servers that break off
 * and are asked again; while the session is disposed of; from a stream that falls silent until then.
 */
const ARRIVALS = ['stream', 'stream', 'response', 'breaks', 'download', 'disposed', 'silent'] as const;
type Arrival = (typeof ARRIVALS)[number];

/** Loading by parts: what comes of a file must be what comes of it where it is read whole. */
export const parts: Target = {
  seeds,
  generate: (random) =>
    random.chance(0.2) ? random.pick(seeds) : mutateArchive(random.pick(contents), random, mutateStream),
  async read(bytes, variant) {
    const random = new Random(variant);
    const arrival = random.pick(ARRIVALS);
    const options: SessionOptions = {
      limits: variant % 1001 === 0 ? {} : LIMITS,
      backends: [variant % 16 === 1 ? 'wasm' : 'reference'],
      retries: 2,
      retryDelay: 0,
    };
    const arrived = await outcomeOf(arrive(bytes, arrival, options, random));
    if (arrival === 'stream' || arrival === 'response' || arrived instanceof Float32Array) {
      const whole = await outcomeOf(InferenceSession.create(bytes, options).then(askAndDispose));
      if (describe(whole) !== describe(arrived)) {
        throw new Error(`by parts (${arrival}): ${describe(arrived)}; whole: ${describe(whole)}`);
      }
    }
    if (arrived instanceof WjpegError) throw arrived;
  },
  // Beside the net of the whole file there may be one for each scan.
  memoryCap: (bytes) => (2 + scansIn(bytes)) * wjzMemoryCap(bytes),
};

/** The answer of the net that has arrived; undefined where the session was disposed of before. */
async function arrive(
  bytes: Uint8Array,
  arrival: Arrival,
  options: SessionOptions,
  random: Random,
): Promise<Float32Array | undefined> {
  const watch = new ProgressWatch();
  const load = (source: ModelSource): Promise<Float32Array | undefined> =>
    loadByParts(source, arrival, { ...options, progressive: true, onProgress: watch.note }, random);
  if (arrival === 'download') {
    return serving(bytes, random, () => load('http://localhost/model.wjz'));
  }
  const pieces = cut(bytes, random);
  const last = random.below(pieces.length + 1);
  const stream = streamOf(pieces, random, (place) => {
    if (arrival === 'breaks' && place === last) return 'error';
    // Before a net answers there is no session yet that could be disposed of.
    if (arrival === 'silent' && watch.scans > 0) return 'silence';
    return place < pieces.length ? 'more' : 'close';
  });
  const result = await load(arrival === 'response' ? new Response(stream) : stream);
  if (arrival === 'breaks' && result) throw new Error('complete, although the stream broke off');
  return result;
}

/** Opens a session, asks it while it gets better, and when it is complete. */
async function loadByParts(
  source: ModelSource,
  arrival: Arrival,
  options: SessionOptions,
  random: Random,
): Promise<Float32Array | undefined> {
  const session = await InferenceSession.create(source, options);
  try {
    for (let asked = random.below(4); asked > 0; asked--) {
      await outcomeOf(ask(session));
      await turn();
    }
    if (arrival === 'disposed' || arrival === 'silent') {
      session.dispose();
      await session.complete;
      return undefined;
    }
    const broken = await outcomeOf(session.complete);
    if (broken instanceof WjpegError && broken.code === 'DOWNLOAD_BROKEN') await session.resume();
    await session.complete;
    if (session.progress?.complete !== true) throw new Error('complete, but says that it is not');
    return await ask(session);
  } finally {
    session.dispose();
  }
}

async function askAndDispose(session: InferenceSession): Promise<Float32Array> {
  return ask(session).finally(() => session.dispose());
}

async function ask(session: InferenceSession): Promise<Float32Array> {
  const input = Float32Array.from({ length: session.inFeatures }, (_, i) => ((i * 7) % 32) / 32);
  const { logits, probabilities } = await session.infer(input);
  const sum = probabilities.reduce((before, one) => before + one, 0);
  if (!logits.every(Number.isFinite) || !(Math.abs(sum - 1) < 1e-3)) {
    throw new Error(`answered ${logits.join()}, probabilities ${probabilities.join()}`);
  }
  return logits;
}

/** The value, or the WjpegError that there is instead; any other error is thrown on. */
async function outcomeOf<T>(promise: Promise<T>): Promise<T | WjpegError> {
  return promise.catch((error: unknown) => {
    if (error instanceof WjpegError) return error;
    throw error;
  });
}

/** Logits to the bit; one error is as good as another, as checks come in another order. */
function describe(outcome: unknown): string {
  return outcome instanceof Float32Array ? outcome.join() : 'an error';
}

/** What is reported on the way may only grow, and never goes beyond the end. */
class ProgressWatch {
  scans = 0;
  #received = 0;
  #complete = false;

  readonly note = ({ received, scans, complete }: LoadProgress): void => {
    if (this.#complete || received < this.#received || scans < this.scans) {
      throw new Error(`reports ${received} bytes, ${scans} scans after ${this.#received}, ${this.scans}`);
    }
    this.#received = received;
    this.scans = scans;
    this.#complete = complete;
  };
}

/** SOS markers, wherever they stand. */
function scansIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda) count++;
  }
  return count;
}
