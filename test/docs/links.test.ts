import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../tools/docs/workplace.ts';
import { filesOf, markdownFiles, readPage, withoutCode } from './markdown-files.ts';

/** The anchors of a page, as code hosts make them of headings: lower case, blanks as hyphens, no other punctuation. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutCode(page).matchAll(/^#+ (.+)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** What is wrong with the links of a page. */
function brokenLinks(path: string, page: string): string[] {
  return [
    ...withoutCode(page)
      .replaceAll(/`[^`]*`/g, '')
      .matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g),
  ]
    .filter(([, file, anchor]) => {
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target === path ? page : readPage(target)).has(anchor);
    })
    .map(([link]) => `${path}: ${link}`);
}

test('every link of a Markdown file leads to a file, and to a heading of it', () => {
  const paths = markdownFiles();
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'docs/guide.md', 'docs/lab/README.md', 'data/README.md']),
  );
  expect(paths.flatMap((path) => brokenLinks(path, readPage(path)))).toEqual([]);
});

test('broken links are found', () => {
  const page =
    '# A `b`: c, 1.2\n\n[a](#a-b-c-12) [b](#b) [c](missing.md) [d](LICENSE)\n[e](docs/guide.md#1-install) [f](docs/guide.md#x)';
  expect(brokenLinks('README.md', page)).toEqual([
    'README.md: ](#b)',
    'README.md: ](missing.md)',
    'README.md: ](docs/guide.md#x)',
  ]);
});

test('every page of docs/ that a comment or a message names exists', () => {
  const paths = [
    ...filesOf(
      ['.github', 'bench', 'kernels', 'src', 'test', 'tools', 'web'],
      /\.(ts|mjs|cjs|js|py|yml|html)$/,
    ),
    ...markdownFiles(),
  ];
  expect(paths.length).toBeGreaterThan(500);
  const missing = paths.flatMap((path) =>
    [...readPage(path).matchAll(/(?<![\w./-])docs\/[\w/-]+\.(?:md|json|svg)/g)]
      .filter(([name]) => !existsSync(join(ROOT, name)))
      .map(([name]) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('every source that a document names exists', () => {
  // A changelog and notes of a day's run keep the names of then.
  const paths = markdownFiles().filter((path) => !/CHANGELOG|coverage-and-mutation/.test(path));
  const named = paths.flatMap((path) =>
    [
      ...readPage(path).matchAll(
        /(?<![\w./<-])(?:bench(?!\/results)|kernels|src|test|tools|web)\/[\w./-]*\w/g,
      ),
    ].map(([name]) => `${path}: ${name}`),
  );
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter((line) => {
    const [, name] = line.split(': ');
    return !['', '.ts', '.test.ts'].some((ending) => existsSync(join(ROOT, name + ending)));
  });
  expect(missing).toEqual([]);
});
