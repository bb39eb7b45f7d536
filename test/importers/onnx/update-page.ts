/** npm run docs:onnx: writes docs/onnx-conformance.md from Debian's libonnx-testdata (WJPEG_ONNX_TESTDATA_DIR). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/docs/workplace.ts';
import { conformancePage } from './conformance-page.ts';
import { type Outcome, runTest, testNames } from './testdata.ts';

const folder = process.env.WJPEG_ONNX_TESTDATA_DIR ?? '/usr/share/libonnx-testdata/data';
const outcomes: Outcome[] = [];
for (const name of testNames(folder)) outcomes.push(await runTest(folder, name, 'reference'));
for (const { name, failed } of outcomes) {
  if (failed === undefined) continue;
  console.error(`${name}: ${failed}`);
  process.exitCode = 1;
}
writeFileSync(join(ROOT, 'docs', 'onnx-conformance.md'), conformancePage(outcomes));
