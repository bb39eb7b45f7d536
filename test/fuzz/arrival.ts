import type { Random } from './random.ts';

/** Something that comes from far away breaks off. */
export class ConnectionLost extends Error {}

/** Cuts a file into pieces: bytes singly, packets, all at once, now and then none at all. */
export function cut(bytes: Uint8Array, random: Random): Uint8Array[] {
  const max = random.chance(0.05) ? 1 : random.pick([16, 100, 400, 1500, bytes.length]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = random.below(max + 1);
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** What comes after the last piece of a stream. */
export type StreamEnd = 'close' | 'error' | 'silence';

/**
 * A stream of pieces. Between some of them others get a turn, so that a net is made ready before more of it comes.
 *
 * @param endOf asked before each piece: `more` goes on
 */
export function streamOf(
  pieces: readonly Uint8Array[],
  random: Random,
  endOf: (place: number) => 'more' | StreamEnd,
): ReadableStream<Uint8Array> {
  const pause = random.pick([0, 0.1, 1]);
  let place = 0;
  return new ReadableStream({
    async pull(controller) {
      const end = endOf(place);
      if (end === 'close') controller.close();
      else if (end === 'error') controller.error(new ConnectionLost('the stream broke off'));
      else if (end === 'silence') await new Promise(() => {});
      else {
        if (random.chance(pause)) await turn();
        controller.enqueue(pieces[place++]);
      }
    },
  });
}

/** Lets everything that waits go on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Calls `use` with a `fetch` that serves `bytes` in the place of the global one, as servers do that know ranges and as
 * others do; connections break, and some answers are none.
 */
export async function serving<T>(bytes: Uint8Array, random: Random, use: () => Promise<T>): Promise<T> {
  const original = globalThis.fetch;
  globalThis.fetch = (_source, init) => answer(bytes, random, new Headers(init?.headers), init?.signal);
  try {
    return await use();
  } finally {
    globalThis.fetch = original;
  }
}

async function answer(
  bytes: Uint8Array,
  random: Random,
  asked: Headers,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  signal?.throwIfAborted();
  const [, first] = /^bytes=(\d+)-$/.exec(asked.get('range') ?? '') ?? [];
  const headers = new Headers();
  if (random.chance(0.9)) headers.set('etag', random.chance(0.98) ? '"a"' : random.pick(['"b"', 'W/"a"']));
  if (random.chance(0.1)) throw new ConnectionLost('no connection');
  if (random.chance(0.1)) return new Response(null, { status: random.pick([404, 429, 500, 503]) });
  const isPart = first !== undefined && random.chance(0.8);
  const from = isPart ? Number(first) : 0;
  if (isPart && from >= bytes.length) return new Response(null, { status: 416 });
  if (random.chance(0.8)) headers.set('content-length', String(bytes.length - from));
  if (isPart) headers.set('content-range', contentRange(from, bytes.length, random));
  const pieces = cut(bytes.subarray(from), random);
  const breakAt = random.chance(0.5) ? random.below(pieces.length + 1) : pieces.length;
  const end: StreamEnd = random.chance(0.3) || breakAt === pieces.length ? 'close' : 'error';
  const body = streamOf(pieces, random, (place) => (place < breakAt ? 'more' : end));
  return new Response(body, { status: isPart ? 206 : 200, headers });
}

function contentRange(from: number, total: number, random: Random): string {
  if (random.chance(0.03)) return random.pick(['', 'bytes', `bytes ${from + 1}-${total}/${total}`]);
  const said = random.chance(0.98) ? String(total) : random.pick(['*', String(total + 1)]);
  return `bytes ${from}-${total - 1}/${said}`;
}
