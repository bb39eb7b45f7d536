import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisionIndex, readDecisions } from '../../tools/docs/decision-index.ts';
import { ROOT } from '../../tools/docs/workplace.ts';

const decisions = readDecisions();

test('docs/decisions/README.md is current (npm run docs:decisions)', () => {
  expect(decisions.length).toBeGreaterThan(60);
  expect(readFileSync(join(ROOT, 'docs', 'decisions', 'README.md'), 'utf8')).toBe(decisionIndex());
});

test('decisions are numbered by date', () => {
  const dates = decisions.map(({ date }) => date);
  expect(dates).toEqual(dates.toSorted());
});

test('a decision that supersedes another is named there', () => {
  for (const { file, status } of decisions) {
    const [, relation, other] = /(supersedes|superseded by) (\d+)/.exec(status) ?? [];
    if (relation !== 'supersedes') continue;
    const earlier = decisions.find((decision) => decision.file.startsWith(other));
    expect(earlier?.status, file).toBe(`superseded by ${file.slice(0, 4)}`);
  }
});
