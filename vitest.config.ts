import { defineConfig } from 'vitest/config';
import LongestFirst from './test/sequencer.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['./test/array-equality.ts'],
    globalSetup: './test/build-programs.ts',
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/summary-reporter.ts'],
    // By default one core is left idle, on two cores half of the machine.
    maxWorkers: '100%',
    // These only end what hangs: on one core beside other work tests take many times what they take alone.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'kernels/**/*.ts'],
      // AssemblyScript is compiled to wasm, WGSL runs on the GPU: neither is seen here.
      exclude: ['kernels/**/assembly/**', '**/*.d.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
  },
});
