import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const FOLDER = import.meta.dirname;

/** Files that take 25 seconds or more, the longest first: begun last, one of them would keep one core busy and the others idle. */
const LONG = [
  'cli/terminal',
  'web/page',
  'report/page',
  'browser/chromium',
  'docs/pages',
  'runtime/verify',
  'bundle/bundlers',
  'cli/score',
  'web/first-answer',
  'train/folders',
  'report/cli',
  'cli/programs',
  'faults/kill',
  'bench/frontier',
  'conformance/jpeg',
  'exporters/c/export',
  'jpeg/libjpeg-encoder',
  'cli/architectures',
  'web/train',
  'cli/jpeg-files',
  'cli/hostile-text',
  'train/cli',
  'fuzz/fuzz',
  'format/repeatable',
  'bench/large',
].map((name) => join(FOLDER, `${name}.test.ts`));

const missing = LONG.filter((file) => !existsSync(file));
if (missing.length > 0) throw new Error(`test/sequencer.ts names missing files: ${missing.join(', ')}`);

/** Long files first; all others in Vitest's order. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.indexOf(moduleId);
      return place < 0 ? LONG.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
