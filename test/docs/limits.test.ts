import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_PICTURE_BYTES } from '../../src/cli/options.ts';
import { FREE_BYTES, DEFAULT_LIMITS as WJZ } from '../../src/format/limits.ts';
import { DEFAULT_LIMITS as PICTURE } from '../../src/image/limits.ts';
import { FREE_COEFFICIENTS, DEFAULT_LIMITS as JPEG } from '../../src/jpeg/limits.ts';
import { MAX_MODEL_BYTES } from '../../src/node/model-file.ts';
import { DEFAULT_LIMITS as SAFETENSORS } from '../../src/safetensors/read.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'limits.md'), 'utf8');

/** The rows of the tables of a section whose first cell is a name in code: name and default. */
function limitsIn(section: string): Record<string, number> {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const rows = text.split('\n## ')[0].matchAll(/^\| `(\w+)` \| ([\d,]+) \| `[A-Z_]+`/gm);
  return Object.fromEntries([...rows].map(([, name, value]) => [name, Number(value.replaceAll(',', ''))]));
}

describe('docs/limits.md has every limit with its default', () => {
  test.each([
    ['`.wjz` files', WJZ],
    ['JPEG', JPEG],
    ['safetensors', SAFETENSORS],
    ['Pictures', PICTURE],
  ])('%s', (section, limits) => {
    expect(limitsIn(section)).toEqual(limits);
  });

  test('and what is allowed in any case, and the programs', () => {
    for (const bytes of [FREE_BYTES, FREE_COEFFICIENTS, MAX_MODEL_BYTES, MAX_PICTURE_BYTES])
      expect(page).toContain(bytes.toLocaleString('en'));
  });
});
