import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PHRASES } from '../../../src/format/picture/phrases.ts';

const ROOT = join(import.meta.dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/model-jpeg.md'), 'utf8');

const codesIn = (text: string): string[] =>
  [...new Set(text.match(/(?<=['`])MODEL_[A-Z_]+(?=['`])/g))].sort();

const sources = (folder: string): string =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
    .join('\n');

test('docs/model-jpeg.md names every error code of the container, and each has a test', () => {
  const codes = codesIn(sources('src/format/picture'));
  expect(codes).toHaveLength(8);
  expect(codesIn(page)).toEqual(codes);
  expect(codesIn(sources('test/format/picture'))).toEqual(expect.arrayContaining(codes));
});

test('it lists the phrases', () => {
  const [, table = ''] = /```text\n([\s\S]*?)\n```/.exec(page) ?? [];
  const listed = table.split('\n').map((line) => [Number.parseInt(line.slice(0, 2), 16), line.slice(3)]);
  expect(listed).toEqual(PHRASES.map((phrase, index) => [0x80 + index, phrase]));
});
