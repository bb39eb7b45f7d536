import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseBlocks } from '../../tools/docs/blocks.ts';
import { PAGES, readPage, withoutTimes } from '../../tools/docs/examples.ts';
import { ROOT } from '../../tools/docs/workplace.ts';

describe.each(PAGES)('%s', (path) => {
  const page = readPage(path);
  afterAll(() => page.close());

  it('has its examples', () => {
    expect(page.examples.filter(({ output }) => output).length).toBeGreaterThanOrEqual(
      path === 'README.md' ? 3 : 1,
    );
  });

  for (const example of page.examples) {
    const title = example.missing ? `${example.title}: skipped, ${example.missing}` : example.title;
    it.skipIf(example.missing !== undefined)(title, async () => {
      const printed = await example.run();
      if (example.output) expect(withoutTimes(printed)).toBe(withoutTimes(example.output.text));
    });
  }

  it('links only to files that are there', () => {
    const links = [...page.text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1]);
    const missing = links.filter((link) => !existsSync(join(ROOT, dirname(path), link)));
    expect(missing).toEqual([]);
  });
});

it('no page of examples is left out', () => {
  const there = readdirSync(join(ROOT, 'examples')).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  expect(PAGES.filter((path) => path.startsWith('examples/')).toSorted()).toEqual(
    there.map((name) => `examples/${name}`).toSorted(),
  );
});

describe('blocks of a page', () => {
  it('are found with their markers, in order', () => {
    const page =
      'Text\n\n```sh\nls\n```\n\n<!-- output -->\n\n```text\na\n```\n\n<!-- stand-in: x -->\n\n<!-- not run: why -->\n\n```python\n1\n```\n';
    const blocks = parseBlocks(page);
    expect(blocks.map(({ language, marker }) => [language, marker?.kind])).toEqual([
      ['sh', undefined],
      ['text', 'output'],
      ['stand-in', 'stand-in'],
      ['python', 'not run'],
    ]);
    for (const { language, content, start, end } of blocks)
      if (language !== 'stand-in') expect(page.slice(start, end)).toBe(content);
  });

  it('are run, are files, or say why not; anything else is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wjpeg-blocks-'));
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const failing = readPage(write('a.md', '```sh\necho never; false\n```\n'));
    await expect(failing.examples[0].run()).rejects.toThrow();
    failing.close();
    const file = readPage(
      write('b.md', '```js\n// b.mjs\nconsole.log(6 * 7);\n```\n\n```sh\nnode b.mjs\n```\n'),
    );
    const printed: string[] = [];
    for (const example of file.examples) printed.push(await example.run());
    file.close();
    expect(printed).toEqual(['', '42']);
    expect(readPage(write('c.md', '<!-- not run: why -->\n\n```python\nx\n```\n')).examples).toEqual([]);
    expect(() => readPage(write('d.md', '```python\nx\n```\n'))).toThrow(/neither run nor marked/);
    rmSync(folder, { recursive: true });
  });

  it('must follow their markers', () => {
    expect(() => parseBlocks('<!-- output -->\n\nText\n')).toThrow(/has no block/);
  });
});
