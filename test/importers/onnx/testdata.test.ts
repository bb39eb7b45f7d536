import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../tools/docs/workplace.ts';
import { conformancePage } from './conformance-page.ts';
import { type Outcome, runTest, testNames } from './testdata.ts';

/** The folder `data` of Debian's package libonnx-testdata. */
const TESTDATA = process.env.WJPEG_ONNX_TESTDATA_DIR;

/** Under `npm run mutation` one backend is enough: what is changed is the importer. */
const BACKENDS =
  process.env.MUTATION_TESTS === undefined ? (['reference', 'wasm'] as const) : (['reference'] as const);

describe.skipIf(TESTDATA === undefined)("ONNX's own tests of operators (WJPEG_ONNX_TESTDATA_DIR)", () => {
  describe.each(BACKENDS)('%s', (backend) => {
    let running: Promise<Outcome[]> | undefined;
    /** Within a test, not before all of them: of a test it is known what code it runs. */
    const outcomesOnce = (): Promise<Outcome[]> => {
      running ??= runAll(TESTDATA as string, backend);
      return running;
    };

    it('gives the outputs of every test whose model it imports', async () => {
      const outcomes = await outcomesOnce();
      expect(outcomes.filter(({ failed }) => failed !== undefined)).toEqual([]);
      expect(outcomes.filter(({ passed }) => passed !== undefined).length).toBeGreaterThan(500);
    }, 300_000);

    it('passes and refuses what docs/onnx-conformance.md says (npm run docs:onnx)', async () => {
      const page = conformancePage(await outcomesOnce());
      expect(page).toBe(readFileSync(join(ROOT, 'docs', 'onnx-conformance.md'), 'utf8'));
    }, 300_000);
  });
});

async function runAll(root: string, backend: (typeof BACKENDS)[number]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of testNames(root)) outcomes.push(await runTest(root, name, backend));
  return outcomes;
}
