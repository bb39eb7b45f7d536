import { expect, test } from 'vitest';
import { markdownFiles, readPage, withoutCode } from './markdown-files.ts';

/** Lines that end after column 120, other than rows of tables and code, which cannot be wrapped. */
function longLines(path: string): string[] {
  return withoutCode(readPage(path))
    .split('\n')
    .filter((line) => [...line].length > 120 && !line.startsWith('|') && !line.startsWith('<!--'))
    .map((line) => `${path}: ${line.slice(0, 60)}…`);
}

test('lines of Markdown files end by column 120', () => {
  expect(markdownFiles().flatMap(longLines)).toEqual([]);
});

test('documents state what holds, not who wanted it', () => {
  const told = markdownFiles().flatMap((path) =>
    (withoutCode(readPage(path)).match(/\b(the|this) issue\b|\basked for\b|\bas asked\b/gi) ?? []).map(
      (words) => `${path}: ${words}`,
    ),
  );
  expect(told).toEqual([]);
});
