import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const named = process.env.MUTATION_TESTS?.split(' ') ?? [];

/** The order in which they are named, instead of Vitest's, which begins with the largest. */
class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      named.findIndex((name) => moduleId.endsWith(name));
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

/** What `npm run mutation` runs for each change to a file; tools/mutation/suites.ts names them for each. */
export default defineConfig({
  test: {
    // Without names, all tests of these folders that run from source and take seconds.
    include: process.env.MUTATION_TESTS?.split(' ') ?? [
      'test/jpeg/**/*.test.ts',
      'test/format/**/*.test.ts',
      'test/fixtures/**/*.test.ts',
    ],
    setupFiles: ['./test/array-equality.ts'],
    // They start programs, or look at the sources themselves.
    exclude: [
      'test/format/repeatable.test.ts',
      'test/format/elsewhere.test.ts',
      'test/format/specification.test.ts',
    ],
    sequence: { sequencer: AsNamed },
    // One module graph for all files of a run: less time for each change.
    isolate: false,
    testTimeout: 60_000,
  },
});
