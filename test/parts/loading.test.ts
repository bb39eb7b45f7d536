import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WjpegError } from '../../src/errors.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import { type LoadProgress, PartLoading } from '../../src/runtime/parts/loading.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import type { ModelSource } from '../../src/runtime/source-kinds.ts';
import { Host } from './host.ts';
import { byParts, embedded, strokes } from './models.ts';

const ordinary = embedded('mnist-mlp-512-q20');
const progressive = byParts(ordinary);
const [input] = strokes(1);
/** Enough bytes of the progressive model for a first network. */
const HELD = 25_000;
const FAST = { progressive: true, retryDelay: 1 } as const;

let host: Host;
let expected: Float32Array;

beforeAll(async () => {
  host = await Host.open();
  const session = await InferenceSession.create(ordinary);
  expected = (await session.infer(input)).logits;
  session.dispose();
});
afterAll(() => host.close());

async function logitsOf(session: InferenceSession): Promise<Float32Array> {
  return (await session.infer(input)).logits;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: WjpegError) => error.code,
  );
}

/** Pieces of a file; what lies beyond the first HELD bytes waits for `rest`. */
async function* pieces(bytes: Uint8Array, size: number, rest?: Promise<void>): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    if (at + size > HELD) await rest;
    yield bytes.subarray(at, at + size);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** A stream of the first HELD bytes of a model, from which a session answers; the test sends what follows. */
function beginning(model: Uint8Array) {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
      controller.enqueue(model.slice(0, HELD));
    },
  });
  return { stream, controller };
}

/** Options of a download that the host cuts only once the session has received all that it sent. */
function inStep() {
  let received = 0;
  let check = () => {};
  return {
    options: {
      ...FAST,
      onProgress: (progress: LoadProgress) => {
        received = progress.received;
        check();
      },
    },
    beforeCut: (sent: number) =>
      new Promise<void>((resolve) => {
        check = () => received >= sent && resolve();
        check();
      }),
  };
}

describe('a session whose model arrives by parts', () => {
  it.each([997, 4096, 100_000])(
    'answers from the first scans, and at the end as the file does (pieces of %i)',
    async (size) => {
      const seen: LoadProgress[] = [];
      let sendRest = () => {};
      const rest = new Promise<void>((resolve) => {
        sendRest = resolve;
      });
      if (size > HELD) sendRest();
      const session = await InferenceSession.create(pieces(progressive, size, rest), {
        progressive: true,
        onProgress: (progress) => seen.push(progress),
      });
      if (size < HELD) {
        expect(session.progress?.complete).toBe(false);
        const first = await logitsOf(session);
        expect(first.every(Number.isFinite)).toBe(true);
        expect(relativeError(first, expected)).toBeGreaterThan(1e-3);
        sendRest();
      }
      await session.complete;
      expect(relativeError(await logitsOf(session), expected)).toBeLessThanOrEqual(1e-6);
      expect(session.progress).toMatchObject({ complete: true, received: progressive.length });
      const scans = seen.map((progress) => progress.scans);
      expect(scans).toEqual(scans.toSorted((a, b) => a - b));
      expect(seen.filter(({ complete }) => complete)).toHaveLength(1);
      session.dispose();
    },
  );

  it('takes an ordinary file, which is a net once its JPEG is whole', async () => {
    const session = await InferenceSession.create(pieces(ordinary, 4096), { progressive: true });
    await session.complete;
    expect(relativeError(await logitsOf(session), expected)).toBeLessThanOrEqual(1e-6);
    session.dispose();
  });

  it('takes bytes, a Blob, a Response and a stream', async () => {
    const sources = [
      progressive,
      new Blob([new Uint8Array(progressive)]),
      new Response(new Uint8Array(progressive)),
      new Response(new Uint8Array(progressive)).body as ReadableStream<Uint8Array>,
    ];
    for (const source of sources) {
      const session = await InferenceSession.create(source, { progressive: true });
      await session.complete;
      expect(relativeError(await logitsOf(session), expected)).toBeLessThanOrEqual(1e-6);
      session.dispose();
    }
  });
});

describe('a download that breaks off', () => {
  it('asks for the rest, and only for that', async () => {
    const { options, beforeCut } = inStep();
    const address = host.offer(progressive, { cuts: [9000, 5000], beforeCut });
    const session = await InferenceSession.create(address, options);
    await session.complete;
    expect(host.ranges).toEqual([undefined, 'bytes=9000-', 'bytes=14000-']);
    expect(relativeError(await logitsOf(session), expected)).toBeLessThanOrEqual(1e-6);
    session.dispose();
  });

  it('hears everything again from a host that knows no ranges', async () => {
    const { options, beforeCut } = inStep();
    const address = host.offer(progressive, { ranges: false, cuts: [9000], beforeCut });
    const session = await InferenceSession.create(address, options);
    await session.complete;
    expect(host.ranges).toEqual([undefined, 'bytes=9000-']);
    expect(session.progress?.received).toBe(progressive.length);
    expect(relativeError(await logitsOf(session), expected)).toBeLessThanOrEqual(1e-6);
    session.dispose();
  });

  it('is given up where nothing comes any more; what is there answers, and it can be resumed', async () => {
    const { options, beforeCut } = inStep();
    const address = host.offer(progressive, { cuts: [20_000, 0, 0, 0], beforeCut });
    const session = await InferenceSession.create(address, { ...options, retries: 2 });
    expect(await codeOf(session.complete)).toBe('DOWNLOAD_BROKEN');
    expect(session.progress).toMatchObject({ complete: false, received: 20_000 });
    expect((await logitsOf(session)).every(Number.isFinite)).toBe(true);
    await session.resume();
    expect(host.ranges.at(-1)).toBe('bytes=20000-');
    expect(session.progress?.complete).toBe(true);
    expect(relativeError(await logitsOf(session), expected)).toBeLessThanOrEqual(1e-6);
    session.dispose();
  });

  it('rejects where not even a net has come', async () => {
    const address = host.offer(progressive, { cuts: [100, 0, 0, 0, 0, 0] });
    expect(await codeOf(InferenceSession.create(address, { ...FAST, retries: 1 }))).toBe('DOWNLOAD_BROKEN');
  });

  it('is refused where the host has another file by then', async () => {
    const { options, beforeCut } = inStep();
    const address = host.offer(progressive, { cuts: [20_000], beforeCut, tag: (request) => `"${request}"` });
    const session = await InferenceSession.create(address, options);
    expect(await codeOf(session.complete)).toBe('DOWNLOAD_CHANGED');
    session.dispose();
  });
});

describe('a stream that has no address', () => {
  it('that breaks off is one error, with its cause; what is there answers', async () => {
    const cause = new Error('the cable');
    const { stream, controller } = beginning(progressive);
    const session = await InferenceSession.create(stream, { progressive: true });
    controller.error(cause);
    await expect(session.complete).rejects.toMatchObject({ code: 'FETCH_FAILED', cause });
    expect((await logitsOf(session)).every(Number.isFinite)).toBe(true);
    session.dispose();
  });

  it('that falls silent is let go when the session is disposed of', async () => {
    const session = await InferenceSession.create(beginning(progressive).stream, { progressive: true });
    session.dispose();
    expect(await codeOf(session.complete)).toBe('SESSION_DISPOSED');
  });
});

describe('the nets on the way', () => {
  /** What a loading makes of the progressive model, with nets that take a while. */
  function loadSlowly(source: ModelSource): {
    loading: PartLoading;
    nets: { from: number; to: number; scans: number }[];
  } {
    const nets: { from: number; to: number; scans: number }[] = [];
    const loading = new PartLoading(source, {}, async () => {
      const from = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 20));
      nets.push({ from, to: performance.now(), scans: loading.progress.jpegs[0].scans });
    });
    return { loading, nets };
  }

  it('come after rests as long as all of them took', async () => {
    // All times are the fake clock's; what it does not rule, as inflating, only lengthens the download.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { loading, nets } = loadSlowly(pieces(progressive, 100));
    let done = false;
    const complete = loading.complete.finally(() => {
      done = true;
    });
    while (!done) {
      await vi.advanceTimersByTimeAsync(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await complete;
    expect(nets.length).toBeGreaterThan(2);
    let spent = 0;
    // The last is the whole file, which waits for nothing.
    for (const [index, { from, to }] of nets.slice(0, -2).entries()) {
      spent += to - from;
      expect(nets[index + 1].from - to).toBeGreaterThanOrEqual(spent);
    }
  });

  it('get as good as they can where nothing more comes', async () => {
    const silent = new ReadableStream<Uint8Array>({
      start(controller) {
        // The first scans alone, and while they are made ready nearly all; then nothing.
        controller.enqueue(progressive.slice(0, 20_000));
        controller.enqueue(progressive.slice(20_000, -10));
      },
    });
    const { loading, nets } = loadSlowly(silent);
    await loading.usable;
    const [{ scans }] = loading.progress.jpegs;
    await vi.waitFor(() => expect(loading.progress.scans).toBe(scans), 600_000);
    expect(nets).toHaveLength(2);
    loading.stop();
    expect(await codeOf(loading.complete)).toBe('SESSION_DISPOSED');
  });
});

describe('a model that arrives damaged', () => {
  it('is never complete: the CRC of the entry tells', async () => {
    const damaged = progressive.slice();
    // The last quarter lies in the last scans of the layer's JPEG.
    damaged[Math.floor(damaged.length * 0.75)] ^= 1;
    const { stream, controller } = beginning(damaged);
    const session = await InferenceSession.create(stream, { progressive: true });
    controller.enqueue(damaged.slice(HELD));
    controller.close();
    expect(await codeOf(session.complete)).toBe('ZIP_CRC');
    expect(session.progress?.complete).toBe(false);
    session.dispose();
  });

  it('is never complete where the stream just ends', async () => {
    const session = await InferenceSession.create(pieces(progressive.subarray(0, 25_000), 4096), {
      progressive: true,
    });
    expect(await codeOf(session.complete)).toBe('ZIP_END');
    expect((await logitsOf(session)).every(Number.isFinite)).toBe(true);
    session.dispose();
  });
});
