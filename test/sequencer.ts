import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const FOLDER = import.meta.dirname;

/** Files that take half a minute or more, the longest first: begun last, one of them would keep one core busy and the others idle. */
const LONG = [
  'web/page',
  'cli/terminal',
  'runtime/verify',
  'conformance/jpeg',
  'report/page',
  'fuzz/fuzz',
  'runtime/mnist',
  'browser/chromium',
  'faults/kill',
  'cli/hostile-text',
  'format/repeatable',
  'jpeg/libjpeg-encoder',
  'bench/frontier',
  'docs/pages',
  'bundle/bundlers',
  'runtime/backends',
  'cli/programs',
  'jpeg/libjpeg',
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
