/**
 * npm run mutation [-- FILE…]: changes what reads files, the graphs' plans and the C generator, or these files of them, in one place at
 * a time, runs the tests that matter for the file, and prints how many changes they notice: all changes with all tests would take
 * days. Reports: coverage/mutation/FILE.json.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { markdownTable } from '../bench/markdown.ts';

const DECODER_TESTS =
  'rejections decoder codings huffman block-rows scan-prefix arithmetic jpeg-js recode round-trip dct quantization zigzag';
const ENCODER_TESTS =
  'encoder huffman huffman-table-choice conditioning-choice arithmetic recode jpeg-js round-trip';
const WJZ_TESTS =
  'zip-rejections wjz-rejections manifest-schema manifest-defaults entry-content round-trip partial graph';

/**
 * Tests by the start of a file's name: those of the first that fits, the quickest first, as they run in this order and the first
 * that fails ends a run. What needs the network or other programs is left out, but for libjpeg's and gcc.
 */
const SUITES: readonly (readonly [start: string, tests: (file: string) => readonly string[]])[] = [
  [
    'src/jpeg/lenient/',
    () => [
      'jpeg/exif-orientation',
      'image/orientation',
      'jpeg/sound-scan',
      'image/odd-jpegs',
      'jpeg/lenient',
    ],
  ],
  ['src/jpeg/', (file) => named('jpeg', jpegTests(basename(file)))],
  [
    'src/format/picture/',
    () => named('format/picture', 'sheet packed-tensors tables splits phrases rejections partial round-trip'),
  ],
  ['src/format/', () => named('format', WJZ_TESTS)],
  [
    'src/png/',
    () => [
      'png/encode',
      'png/read-png',
      'image/transparency',
      'image/picture-rejections',
      'image/decode-png',
    ],
  ],
  ['src/graph/', () => named('graph', 'shape sort multiplications plan passes memory-plan session')],
  ['src/exporters/c/', () => ['exporters/c/export']],
  [
    'src/importers/onnx/',
    () => named('importers/onnx', 'windows operators limits import quantized-constants'),
  ],
];

function named(folder: string, names: string): string[] {
  return names.split(' ').map((name) => `${folder}/${name}`);
}

/** Files of src/jpeg that only an encoder uses. */
const ENCODER_FILES =
  /encod|writer|choice|^(arithmetic|progressive|sequential)-coder|sink|decision|script|recode|coefficient-range/;

/** Files of src/jpeg that both ways use. */
const SHARED_FILES =
  /^(arithmetic-(conditioning|estimation|statistics)|limits|markers|mcu-order|progression|quantization|zigzag)\./;

/** What Stryker's report says of a change that counts. */
type Status = 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage';

interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

function jpegTests(name: string): string {
  if (SHARED_FILES.test(name)) return [...new Set(`${DECODER_TESTS} ${ENCODER_TESTS}`.split(' '))].join(' ');
  return ENCODER_FILES.test(name) ? ENCODER_TESTS : DECODER_TESTS;
}

function testsOf(file: string): string {
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

/** Counts of each status, by file, after changing each of these files everywhere; all of them have the same tests. */
function mutate(files: readonly string[]): Record<Status, number>[] {
  execFileSync('npx', ['stryker', 'run', '-m', files.join(',')], {
    // What Stryker says goes to standard error, so that standard output is the table.
    stdio: ['ignore', 2, 'inherit'],
    env: { ...process.env, MUTATION_TESTS: testsOf(files[0]) },
  });
  const report = JSON.parse(readFileSync('coverage/mutation/mutation.json', 'utf8')) as MutationReport;
  return files.map((file) => {
    const own = { ...report, files: { ...(report.files[file] && { [file]: report.files[file] }) } };
    writeFileSync(`coverage/mutation/${file.replaceAll('/', '-')}.json`, JSON.stringify(own));
    const counts = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
    for (const { status } of report.files[file]?.mutants ?? [])
      if (status in counts) counts[status as Status]++;
    return counts;
  });
}

const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : [...new Set(SUITES.map(([start]) => start))]
        .flatMap((folder) =>
          readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
        )
        .filter((name, index, all) => name.endsWith('.ts') && all.indexOf(name) === index);
mkdirSync('coverage/mutation', { recursive: true });
const total: Record<Status, number> = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
const rows: string[][] = [];
// One run for all files with the same tests: it takes half a minute before it changes anything.
const groups = new Map<string, string[]>();
for (const file of files) groups.set(testsOf(file), [...(groups.get(testsOf(file)) ?? []), file]);
for (const group of groups.values()) {
  for (const [index, counts] of mutate(group).entries()) {
    for (const status of Object.keys(total) as Status[]) total[status] += counts[status];
    const row = rowOf(group[index], counts);
    console.log(row.join('  '));
    rows.push(row);
  }
}
const headings = ['file', 'changes', 'failed a test', 'ran on and on', 'unnoticed', 'score'];
console.log(`\n${markdownTable([headings, ...rows, rowOf('all', total)]).join('\n')}`);

function rowOf(name: string, { Killed, Timeout, Survived, NoCoverage }: Record<Status, number>): string[] {
  const all = Killed + Timeout + Survived + NoCoverage;
  const score = all === 0 ? '–' : `${((100 * (Killed + Timeout)) / all).toFixed(1)} %`;
  return [name, String(all), String(Killed), String(Timeout), String(Survived + NoCoverage), score];
}
