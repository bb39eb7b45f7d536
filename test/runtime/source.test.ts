import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceBytes as bytesOf } from '../../src/runtime/source.ts';
import type { ModelSource } from '../../src/runtime/source-kinds.ts';
import { Host } from '../parts/host.ts';

const BYTES = Uint8Array.from({ length: 20_000 }, (_, index) => index % 251);

const sourceBytes = (source: ModelSource): Promise<Uint8Array> =>
  bytesOf(source, { what: 'model', maxBytes: 1e6 });

let host: Host;
beforeAll(async () => {
  host = await Host.open();
});
afterAll(() => host.close());

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < BYTES.length; at += 3000) yield BYTES.subarray(at, at + 3000);
}

async function codeOf(source: unknown): Promise<unknown> {
  return sourceBytes(source as ModelSource).then(
    () => 'none',
    ({ kind, code, message }) => [kind, code, message],
  );
}

describe('the bytes of a model', () => {
  test('come from an address', async () => {
    const address = host.offer(BYTES);
    for (const source of [address, new URL(address), new Request(address), await fetch(address)])
      expect(await sourceBytes(source)).toEqual(BYTES);
  });

  test('come from what holds them, and from streams', async () => {
    const inside = new Uint8Array(BYTES.length + 10);
    inside.set(BYTES, 5);
    const sources: ModelSource[] = [
      BYTES.slice().buffer,
      inside.subarray(5, -5),
      new Blob([BYTES]),
      new Blob([BYTES]).stream(),
      new Response(BYTES),
      pieces(),
    ];
    for (const source of sources) expect(await sourceBytes(source)).toEqual(BYTES);
  });
});

describe('what gives none', () => {
  test('an address that the server does not know, which is named', async () => {
    const address = `${host.address}/other.wjz`;
    const refusal = ['unavailable', 'FETCH_FAILED', `${address}: the server answered 404`];
    expect(await codeOf(address)).toEqual(refusal);
    expect(await codeOf(new URL(address))).toEqual(refusal);
    expect(await codeOf(new Request(address))).toEqual(refusal);
    expect(await codeOf(await fetch(address))).toEqual(refusal);
  });

  test('an address where no server is', async () => {
    const gone = await Host.open();
    const { address } = gone;
    await gone.close();
    expect(await codeOf(address)).toMatchObject([
      'unavailable',
      'FETCH_FAILED',
      expect.stringMatching(/could not be fetched/),
    ]);
  });

  test('a connection or a stream that breaks off', async () => {
    const refusal = ['unavailable', 'FETCH_FAILED', expect.stringMatching(/could not be read/)];
    expect(await codeOf(host.offer(BYTES, { cuts: [9000] }))).toEqual(refusal);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield BYTES;
      throw new Error('no more');
    }
    expect(await codeOf(broken())).toEqual(refusal);
  });

  test('a response that has been read, or has no body', async () => {
    const used = new Response(BYTES);
    await used.arrayBuffer();
    for (const response of [used, new Response(null)])
      expect(await codeOf(response)).toMatchObject(['misuse', 'SOURCE_USED', expect.any(String)]);
  });

  test('a stream that something else is reading, or has read from', async () => {
    const locked = new Blob([BYTES]).stream();
    locked.getReader();
    const lockedBody = new Response(BYTES);
    lockedBody.body?.getReader();
    const begun = new Blob([BYTES]).stream();
    const reader = begun.getReader();
    await reader.read();
    reader.releaseLock();
    for (const source of [locked, lockedBody, begun])
      expect(await codeOf(source)).toMatchObject(['misuse', 'SOURCE_USED', expect.any(String)]);
  });

  test.each([[{}], [new Map()], [[1, 2]]])('%o', async (source) => {
    expect(await codeOf(source)).toMatchObject(['misuse', 'SOURCE_TYPE', expect.any(String)]);
  });
});
