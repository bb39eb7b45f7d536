import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../tools/docs/workplace.ts';

/** Phrases that plain technical English does not use, each with what it uses instead. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bcan not\b/i, 'cannot'],
  [/\bto be had\b/i, 'available'],
  [/\b(is|are|was|were) not there\b/i, 'is missing, is unavailable'],
  [/\b(is|are) there whole\b|\barrived whole\b/i, 'is complete'],
  [/\bindexOfGreatest\b/, 'argmax'],
  [/\bwhoever\b/i, 'the caller, the one that'],
  [/\bat the (most|least)\b/i, 'at most, at least'],
  [/\bnobody\b/i, 'no caller, no reader'],
  [
    /\b(one|bytes|multiplications?|values?|floats?|bits|threads?|numbers?|samples?) an? (row|column|lane|image|layer|neuron|weight|output|label|nonzero|coefficient|picture|block|epoch|call)\b/i,
    'per',
  ],
  [/\bwritten again with Huffman\b/i, 'recoded'],
  [/\b(what|which) (is|are) asked for\b/i, 'requested'],
  [/\bsurely finite\b/i, 'known to be finite'],
  [/\bas it stands in\b|\bas they stand in\b/i, 'of, stored in'],
];

const FOLDERS = ['src', 'kernels', 'web', 'docs', 'examples', 'bench', 'tools', 'data'];
const FILES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'package.json'];

const paths = [
  ...FILES,
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|md|html|css)$/.test(name))
      .map((name) => join(folder, name))
      // Lab notes are diaries; the generated site repeats the sources; packages are those of others.
      .filter((path) => !/^docs\/(lab|site)\/|(^|\/)node_modules\//.test(path)),
  ),
];

test('sources and docs are in plain technical English', () => {
  expect(paths.length).toBeGreaterThan(250);
  const found = paths.flatMap((path) =>
    readFileSync(join(ROOT, path), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        PHRASES.filter(([phrase]) => phrase.test(line)).map(
          ([phrase, instead]) => `${path}:${index + 1}: '${phrase.exec(line)?.[0]}', say: ${instead}`,
        ),
      ),
  );
  expect(found).toEqual([]);
});
