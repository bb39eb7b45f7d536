// Who may import whom: `npm run check:arrows`. Types count as imports; `import()` does not make a circle, since it runs later.

/** What each folder of src may import besides itself and COMMON, each below those that import it. */
const ALLOWED = {
  jpeg: ['kernels/jpeg-pixels'],
  png: [],
  options: [],
  safetensors: ['src/options'],
  weights: [
    'src/format/manifest',
    'src/jpeg',
    'kernels/block-dct/tile-geometry',
    'kernels/coefficient-multiply',
  ],
  operators: ['src/graph/(graph|shape)', 'src/options'],
  graph: ['src/operators', 'src/weights', 'kernels/node'],
  format: [
    'src/graph',
    'src/jpeg',
    'src/operators',
    'src/options',
    'src/safetensors',
    'src/weights',
    'kernels/block-dct/tile-geometry',
  ],
  importers: ['src/options', 'src/safetensors', 'src/weights'],
  image: ['src/format/manifest', 'src/jpeg', 'src/options', 'src/png', 'kernels/block-dct/tile-geometry'],
  node: ['src/image'],
  runtime: [
    'src/format',
    'src/graph',
    'src/image',
    'src/importers',
    'src/jpeg',
    'src/node/file-errors',
    'src/operators',
    'src/options',
    'src/safetensors',
    'src/weights',
    'kernels',
  ],
  compress: [
    'src/format',
    'src/image/labelled-pictures',
    'src/importers',
    'src/jpeg',
    'src/options',
    'src/runtime',
    'src/safetensors',
    'src/weights',
    'kernels',
  ],
  train: [
    'src/compress',
    'src/format',
    'src/image',
    'src/jpeg',
    'src/options',
    'src/runtime',
    'src/safetensors',
    'src/weights',
    'kernels',
  ],
  report: [
    'src/compress',
    'src/format',
    'src/image',
    'src/importers',
    'src/jpeg',
    'src/png',
    'src/runtime',
    'src/safetensors',
    'src/weights',
    'kernels',
  ],
};

/** Imported by everything: errors and their texts, checksums. */
const COMMON = '^src/(errors|error-codes|visible-text|crc32)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Move what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    ...Object.entries(ALLOWED).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      comment: `docs/architecture.md says what src/${folder} is for.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: {
        path: '^(src|kernels)/',
        pathNot: [`^src/${folder}/`, COMMON, ...allowed.map((path) => `^${path}`)],
      },
    })),
    {
      name: 'kernels-import-data-only',
      comment: 'Kernels take arrays: of the library they know only the DCT.',
      severity: 'error',
      from: { path: '^kernels/' },
      to: {
        path: '^src/',
        pathNot: [COMMON, '^src/jpeg/dct/'],
      },
    },
    {
      name: 'library-without-programs',
      comment: 'The library runs in browsers: programs use it, not the reverse.',
      severity: 'error',
      from: { path: '^(src|kernels)/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
