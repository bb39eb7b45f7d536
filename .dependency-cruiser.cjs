// Who may import whom: `npm run check:arrows`. Types count as imports; `import()` does not make a circle, since it runs later.

/** What each folder of src may import besides itself and the files at the top of src that import nothing above them. */
const ALLOWED = {
  jpeg: ['kernels/jpeg-pixels'],
  png: [],
  options: [],
  safetensors: ['src/options'],
  model: ['src/jpeg', 'src/safetensors', 'src/wjz', 'kernels/coefficient-multiply'],
  operators: ['src/graph', 'src/wjz/structure'],
  graph: ['src/model', 'src/operators', 'kernels/node'],
  wjz: ['src/graph', 'src/jpeg', 'src/model', 'src/operators', 'src/options', 'src/safetensors'],
  input: ['src/engine', 'src/jpeg', 'src/model', 'src/options', 'src/png', 'src/wjz'],
  node: ['src/input'],
  engine: [
    'src/graph',
    'src/input',
    'src/jpeg',
    'src/model',
    'src/node/file-errors',
    'src/operators',
    'src/options',
    'src/safetensors',
    'src/wjz',
    'kernels',
  ],
  compress: [
    'src/engine',
    'src/input/labelled-pictures',
    'src/jpeg',
    'src/model',
    'src/options',
    'src/safetensors',
    'src/wjz',
    'kernels',
  ],
  train: [
    'src/compress',
    'src/engine',
    'src/input',
    'src/jpeg',
    'src/model',
    'src/options',
    'src/safetensors',
    'src/wjz',
    'kernels',
  ],
  report: [
    'src/compress',
    'src/engine',
    'src/input',
    'src/jpeg',
    'src/model',
    'src/png',
    'src/safetensors',
    'src/wjz',
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
      comment: 'Kernels take arrays; they know of networks only the types that describe one, and the DCT.',
      severity: 'error',
      from: { path: '^kernels/' },
      to: {
        path: '^src/',
        pathNot: [
          COMMON,
          '^src/jpeg/(dct|dct-basis)\\.ts$',
          '^src/model/network\\.ts$',
          '^src/jpeg/types\\.ts$',
        ],
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
