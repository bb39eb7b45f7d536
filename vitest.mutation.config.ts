import { defineConfig } from 'vitest/config';

/** What `npm run mutation` runs for each change to src/jpeg or src/wjz; tools/mutation.ts names them for each file. */
export default defineConfig({
  test: {
    // Without names, all tests of these folders that run from source and take seconds.
    include: process.env.MUTATION_TESTS?.split(' ') ?? [
      'test/jpeg/**/*.test.ts',
      'test/wjz/**/*.test.ts',
      'test/fixtures/**/*.test.ts',
    ],
    // They start programs, or look at the sources themselves.
    exclude: ['test/wjz/repeatable.test.ts', 'test/wjz/elsewhere.test.ts', 'test/wjz/specification.test.ts'],
    // One module graph for all files of a run: less time for each change.
    isolate: false,
    testTimeout: 60_000,
  },
});
