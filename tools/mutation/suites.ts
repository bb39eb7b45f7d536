import { existsSync } from 'node:fs';
import { basename } from 'node:path';

const DECODER_TESTS =
  'rejections decoder codings huffman block-rows scan-prefix arithmetic jpeg-js recode round-trip dct quantization zigzag';
const ENCODER_TESTS =
  'encoder huffman huffman-table-choice conditioning-choice arithmetic recode jpeg-js round-trip';
const WJZ_TESTS =
  'zip-rejections wjz-rejections manifest-schema manifest-defaults entry-content round-trip partial graph';

/** Tests of files of src/jpeg/lenient, streams of a few bytes that take milliseconds. */
const LENIENT_TESTS: readonly (readonly [file: RegExp, tests: string])[] = [
  [
    /(readers|resync|recent-tables|refuse-process|standard-huffman|warnings)\.ts$/,
    'lenient-parts lenient-readers',
  ],
  [/lenient-parser\.ts$/, 'lenient-parser'],
  [/lenient-decoder\.ts$/, 'lenient-scans known-head'],
  [/known-head\.ts$/, 'known-head'],
  [/(sound-scan|targets)\.ts$/, 'lenient-targets'],
];

/**
 * Tests by the start of a file's name: those of the first that fits, the quickest first, as they run in this order and the first
 * that fails ends a run. What needs the network or other programs is left out, but for libjpeg's and gcc.
 */
export const SUITES: readonly (readonly [start: string, tests: (file: string) => readonly string[]])[] = [
  [
    'src/jpeg/lenient/',
    (file) => {
      const quick = LENIENT_TESTS.find(([pattern]) => pattern.test(file));
      return quick ? named('jpeg', quick[1]) : ['jpeg/exif-orientation', 'image/orientation'];
    },
  ],
  ['src/jpeg/', (file) => named('jpeg', jpegTests(basename(file)))],
  ['src/format/picture/', (file) => named('format/picture', pictureTests(basename(file, '.ts')))],
  ['src/format/', () => named('format', WJZ_TESTS)],
  [
    'src/png/',
    () => [
      'png/encode',
      'png/read-png',
      'png/pieces',
      'image/transparency',
      'image/picture-rejections',
      'image/decode-png',
    ],
  ],
  [
    'src/graph/',
    () =>
      named(
        'graph',
        'shape sort multiplications plan passes chain-of drop-nodes fuse-relus non-negative coefficient-convolutions transformed-channels memory-plan session',
      ),
  ],
  ['src/exporters/c/', (file) => named('exporters/c', cTests(basename(file, '.ts')))],
  [
    'src/importers/onnx/fold/',
    () => named('importers/onnx', 'fold quantized-constants layout quantized import limits'),
  ],
  [
    'src/importers/onnx/operators/',
    () =>
      named(
        'importers/onnx',
        'windows transposed-convolutions products elementwise layout selection resize integers operators import quantized quantized-constants limits',
      ),
  ],
  [
    'src/importers/onnx/',
    () =>
      named(
        'importers/onnx',
        'budget exported channels-first tensors external-tensors inputs outputs refusals import integers windows transposed-convolutions quantized-constants limits operators count-items opsets fold',
      ),
  ],
];

/** Those of a file with tests of its own, which take milliseconds; compiled programs, which take seconds, for the others. */
function cTests(name: string): string {
  if (['codes', 'prune', 'ranges', 'text'].includes(name)) return name;
  if (name === 'integers') return 'integers small';
  return ['plan', 'finish'].includes(name) ? 'plan refused finish small' : 'small refused';
}

/** As for C: files with tests of their own have no use for those of whole pictures. */
function pictureTests(name: string): string {
  if (['check-value', 'payload'].includes(name)) return 'payload';
  if (name === 'parts') return 'payload rejections';
  if (name === 'write') return 'writing';
  if (name === 'reading') return 'reading';
  if (
    ['entries', 'manifest', 'packed-tensors', 'phrases', 'sheet', 'splits', 'tables', 'widths'].includes(name)
  )
    return name;
  return 'rejections partial round-trip';
}

function named(folder: string, names: string): string[] {
  return names.split(' ').map((name) => `${folder}/${name}`);
}

/** Files of src/jpeg that only an encoder uses. */
const ENCODER_FILES =
  /encod|writer|choice|^(arithmetic|progressive|sequential)-coder|sink|decision|script|recode|coefficient-range/;

/** Files of src/jpeg that both ways use. */
const SHARED_FILES =
  /^(arithmetic-(conditioning|estimation|statistics)|limits|markers|mcu-order|progression|quantization|zigzag)\./;

function jpegTests(name: string): string {
  if (SHARED_FILES.test(name)) return [...new Set(`${DECODER_TESTS} ${ENCODER_TESTS}`.split(' '))].join(' ');
  return ENCODER_FILES.test(name) ? ENCODER_TESTS : DECODER_TESTS;
}

/** The tests that matter for a file, separated by spaces. */
export function testsOf(file: string): string {
  const suite = SUITES.find(([start]) => file.startsWith(start));
  if (suite === undefined) {
    const starts = SUITES.map(([start]) => start).join(', ');
    throw new Error(`${file}: no tests are named for it, expected a file of ${starts}`);
  }
  return suite[1](file)
    .map((test) => `test/${test}`)
    .map((test) => (existsSync(test) ? `${test}/**/*.test.ts` : `${test}.test.ts`))
    .join(' ');
}
