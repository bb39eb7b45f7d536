import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readmeExamples, withoutTimes } from '../../tools/readme/examples.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

describe('README.md', () => {
  const examples = readmeExamples(page);

  it('has its examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
  });

  for (const example of examples) {
    const title = example.missing ? `${example.title}: skipped, ${example.missing}` : example.title;
    it.skipIf(example.missing !== undefined)(title, () => {
      expect(withoutTimes(example.run())).toBe(withoutTimes(example.output));
    });
  }

  it('links only to files that are there', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1]);
    for (const link of links)
      expect(() => readFileSync(join(import.meta.dirname, '..', '..', link))).not.toThrow();
  });
});
