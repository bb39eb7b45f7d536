import { defineConfig } from 'vitest/config';

/** What `npm run mutation` runs for each change to src/jpeg or src/format; tools/mutation.ts names them for each file. */
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
    // One module graph for all files of a run: less time for each change.
    isolate: false,
    testTimeout: 60_000,
  },
});
