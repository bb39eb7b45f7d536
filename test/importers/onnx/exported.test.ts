import { describe, expect, it } from 'vitest';
import { exportedNotes } from '../../../src/importers/onnx/exported.ts';

const text = (field: number, ...content: number[]) => [8 * field + 2, content.length, ...content];
const utf8 = (value: string) => [...new TextEncoder().encode(value)];

/** A model of a producer with metadata, as bytes. */
function model(producer: string, metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(metadata).flatMap(([key, value]) =>
    text(14, ...text(1, ...utf8(key)), ...text(2, ...utf8(value))),
  );
  return Uint8Array.of(...text(2, ...utf8(producer)), ...entries);
}

const vector = JSON.stringify({ kind: 'vector', length: 3 });

describe('what wjpeg notes in a model', () => {
  it('is how inputs are prepared, and labels', () => {
    expect(exportedNotes(model('wjpeg', { licence: 'MIT', labels: '["a","b"]', input: vector }))).toEqual({
      input: { kind: 'vector', length: 3 },
      labels: ['a', 'b'],
    });
    expect(exportedNotes(model('wjpeg', { input: vector }))).toEqual({
      input: { kind: 'vector', length: 3 },
    });
    expect(exportedNotes(model('wjpeg', { labels: '["a"]' }))).toEqual({ labels: ['a'] });
  });

  it('is not looked for in models of others', () => {
    expect(exportedNotes(model('pytorch', { labels: '["a","b"]', input: vector }))).toEqual({});
    expect(exportedNotes(new Uint8Array())).toEqual({});
  });

  it.each([
    { labels: '"a"' },
    { labels: '["a", 1]' },
    { labels: '["a"' },
    { input: '{"kind":"sound"}' },
    { input: '7' },
    {},
  ])('is left out where it is something else: %j', (metadata) => {
    expect(exportedNotes(model('wjpeg', metadata as Record<string, string>))).toEqual({});
  });
});
