// Who may import whom: `npm run check:arrows`. Types count as imports; `import()` does not make a circle, since it runs later.

/** What each folder of src may import besides itself and COMMON, each below those that import it. */
const ALLOWED = {
  jpeg: ['kernels/jpeg-pixels'],
  png: [],
  options: [],
  safetensors: ['src/options'],
  weights: ['src/jpeg', 'kernels/coefficient-multiply'],
  operators: ['src/graph/(graph|shape)', 'src/options'],
  graph: ['src/operators', 'src/weights', 'src/jpeg/dct/basis', 'kernels/node'],
  format: ['src/graph', 'src/jpeg', 'src/operators', 'src/options', 'src/safetensors', 'src/weights'],
  importers: ['src/graph', 'src/operators', 'src/options', 'src/safetensors', 'src/weights'],
  image: ['src/format/manifest', 'src/jpeg', 'src/options', 'src/png'],
  node: ['src/compress', 'src/format', 'src/image', 'src/runtime'],
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
    'src/graph',
    'src/image/(labelled-pictures|normalization)',
    'src/importers',
    'src/jpeg',
    'src/operators/window',
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
    'src/text',
    'src/train/trainer',
    'src/weights',
    'kernels',
  ],
  text: [],
  terminal: ['src/text'],
};

/** Imported by everything: errors and their texts, checksums, random numbers, bytes, rounding, timer, platform. */
const COMMON = '^src/(errors|error-codes|visible-text|crc32|random|bytes|rounding|timing|platform)\\.ts$';

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
      name: 'reference-kernels-for-reference-only',
      comment:
        'Plain loops that others are held against. What needs exact transforms takes src/jpeg/dct/transforms.',
      severity: 'error',
      from: {
        pathNot: [
          '^src/runtime/graph/graph-oracle\\.ts$',
          '^src/runtime/backends/reference',
          '^kernels/[^/]+/reference\\.ts$',
          '^kernels/tables/reference\\.ts$',
        ],
      },
      to: { path: '^kernels/.+/reference\\.ts$' },
    },
    {
      name: 'library-without-programs',
      comment: 'The library runs in browsers: programs use it, not the reverse.',
      severity: 'error',
      from: { path: '^(src|kernels|web)/', pathNot: '^src/(cli|terminal)/' },
      to: { path: '^src/(cli|terminal)/' },
    },
    {
      name: 'programs-are-no-library',
      comment: 'What programs share stands in src/terminal, src/text, src/node or the library.',
      severity: 'error',
      from: { path: '^(bench|tools)/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'product-without-workshop',
      comment: 'The package and its page stand alone: benchmarks, tools and tests use them, not the reverse.',
      severity: 'error',
      from: { path: '^(src|kernels|web)/' },
      to: { path: '^(bench|tools|test)/' },
    },
    {
      name: 'workshop-without-tests',
      comment: 'What a test shares with a benchmark or a tool stands there.',
      severity: 'error',
      from: { path: '^(bench|tools)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
