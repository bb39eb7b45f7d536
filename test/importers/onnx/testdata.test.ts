import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../../tools/docs/workplace.ts';
import { conformancePage } from './conformance-page.ts';
import { type Outcome, runTest, testNames } from './testdata.ts';

/** The folder `data` of Debian's package libonnx-testdata. */
const TESTDATA = process.env.WJPEG_ONNX_TESTDATA_DIR;

describe.skipIf(TESTDATA === undefined)("ONNX's own tests of operators (WJPEG_ONNX_TESTDATA_DIR)", () => {
  describe.each(['reference', 'wasm'] as const)('%s', (backend) => {
    let outcomes: Outcome[];
    beforeAll(async () => {
      outcomes = [];
      for (const name of testNames(TESTDATA as string))
        outcomes.push(await runTest(TESTDATA as string, name, backend));
    }, 300_000);

    it('gives the outputs of every test whose model it imports', () => {
      expect(outcomes.filter(({ failed }) => failed !== undefined)).toEqual([]);
      expect(outcomes.filter(({ passed }) => passed !== undefined).length).toBeGreaterThan(500);
    });

    it('passes and refuses what docs/onnx-conformance.md says (npm run docs:onnx)', () => {
      expect(conformancePage(outcomes)).toBe(readFileSync(join(ROOT, 'docs', 'onnx-conformance.md'), 'utf8'));
    });
  });
});
