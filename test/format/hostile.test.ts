import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { mulberry32 } from '../../src/random.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { fullContent, fullEntries } from './contents.ts';
import { buildZip } from './zip-builder.ts';

/** What reading threw, if anything; what is no WjpegError fails the test. */
function errorOf(read: () => unknown): WjpegError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof WjpegError) return error;
    throw error;
  }
}

/** Copies of `bytes` with 1 to 4 of them changed, cut or doubled. */
function* mutations(bytes: Uint8Array, rounds: number, seed: number): Generator<Uint8Array> {
  const random = mulberry32(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let round = 0; round < rounds; round++) {
    const copy = Array.from(bytes);
    for (let changes = 1 + below(4); changes > 0; changes--) {
      const at = below(copy.length);
      const kind = below(10);
      if (kind === 0) copy.splice(at, 1 + below(8));
      else if (kind === 1) copy.splice(at, 0, ...copy.slice(at, at + 1 + below(8)));
      else if (kind === 2) copy[at] = [0, 0xff, 0x7f, 0x80][below(4)];
      else copy[at] ^= 1 << below(8);
    }
    yield Uint8Array.from(copy);
  }
}

/** Reading any of these takes milliseconds of the processor; a second means that a size was believed. */
const SLOWEST_MICROSECONDS = 1e6;

function refusals(inputs: Iterable<Uint8Array>, read: (bytes: Uint8Array) => unknown): Map<string, number> {
  const codes = new Map<string, number>();
  for (const bytes of inputs) {
    const start = process.cpuUsage();
    const code = errorOf(() => read(bytes))?.code ?? 'read';
    expect(process.cpuUsage(start).user, code).toBeLessThan(SLOWEST_MICROSECONDS);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return codes;
}

const refused = (codes: Map<string, number>): number =>
  [...codes].reduce((sum, [code, count]) => sum + (code === 'read' ? 0 : count), 0);

const model = writeWjz(fullContent());

describe('a value or a WjpegError, and nothing else', () => {
  test('cut off after any byte the file is refused as corrupt', () => {
    for (let length = 0; length < model.length; length++) {
      expect(
        errorOf(() => readWjz(model.subarray(0, length))),
        `${length} bytes`,
      ).toMatchObject({
        kind: 'corrupt',
      });
    }
    expect(errorOf(() => readWjz(model))).toBeUndefined();
  });

  test('no single bit of what the entries hold can be altered', () => {
    const entries = fullEntries().map((entry) => ({ ...entry, method: 0 }));
    const archive = buildZip(entries);
    let at = 0;
    for (const { name, content } of entries) {
      at += 30 + name.length;
      for (const end = at + content.length; at < end; at++) {
        const copy = archive.slice();
        copy[at] ^= 1 << (at % 8);
        expect(errorOf(() => readWjz(copy))?.code, `byte ${at}`).toBe('ZIP_CRC');
      }
    }
  });

  test('bytes of the file', () => {
    const codes = refusals(mutations(model, 1500, 1), readWjz);
    expect(refused(codes)).toBeGreaterThan(1000);
    // Many different rules must have spoken, not the first of them every time.
    expect(codes.size).toBeGreaterThan(8);
  });

  test('bytes of the manifest, the archive being right', () => {
    const json = fullEntries()[0].content;
    const codes = refusals(mutations(json, 1500, 2), (content) =>
      readWjz(buildZip(fullEntries({ 'model.json': { content, method: 0 } }))),
    );
    expect(codes.size).toBeGreaterThan(4);
    expect(codes.get('read') ?? 0).toBeGreaterThan(0);
  });

  test('bytes of the tensors, the archive being right', () => {
    const tensors = fullEntries()[3].content;
    const codes = refusals(mutations(tensors, 1500, 3), (content) =>
      readWjz(buildZip(fullEntries({ 'dense.safetensors': { content, method: 0 } }))),
    );
    expect(codes.size).toBeGreaterThan(4);
    expect(codes.get('read') ?? 0).toBeGreaterThan(0);
    refusals(mutations(tensors, 1000, 4), readSafetensors);
  });

  test('bytes of a JPEG, the archive being right, up to the network', () => {
    const jpeg = fullEntries()[1].content;
    for (const path of ['coefficient', 'expanded'] as const) {
      const codes = refusals(mutations(jpeg, path === 'expanded' ? 500 : 1000, 5), (content) =>
        loadNetwork(readWjz(buildZip(fullEntries({ 'a.jpg': { content } }))), path),
      );
      expect(codes.size).toBeGreaterThan(6);
    }
  });

  test('noise behind the first header', () => {
    const random = mulberry32(6);
    for (let round = 0; round < 500; round++) {
      const noise = model.map((byte, at) =>
        at < 4 || at >= model.length - 22 ? byte : Math.floor(random() * 256),
      );
      expect(['corrupt', 'unsupported', 'limit']).toContain(errorOf(() => readWjz(noise))?.kind);
    }
  });
});
