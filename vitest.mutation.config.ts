import { defineConfig } from 'vitest/config';

/** What `npm run mutation` runs for each change to src/jpeg or src/wjz: tests of these, from source, that take seconds. */
export default defineConfig({
  test: {
    // MUTATION_TESTS='test/wjz/zip*.test.ts' for one part.
    include: process.env.MUTATION_TESTS?.split(' ') ?? [
      'test/jpeg/**/*.test.ts',
      'test/wjz/**/*.test.ts',
      'test/fixtures/**/*.test.ts',
    ],
    // They start programs, or look at the sources themselves.
    exclude: ['test/wjz/repeatable.test.ts', 'test/wjz/elsewhere.test.ts', 'test/wjz/specification.test.ts'],
    // One module graph for all files of a run: a third less time for each of some 5,000 changes.
    isolate: false,
    testTimeout: 60_000,
  },
});
