/**
 * npm run compression: every network given, stored as `wjpeg compress --input 28x28` stores it without a quality and
 * without data, and measured on test pictures. With --qualities or --max-errors also with these, to see which losses `wjpeg compress`
 * warns of. Prints Markdown and writes compression.md and compression.json to bench/results/.
 */
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { writeFileAtomic } from '../../src/node/files.ts';
import { loadHeldOut, loadValidation, type Validation } from '../../src/node/training-pictures.ts';
import { failUsage, runProgram } from '../../src/terminal/program.ts';
import { withProgress } from '../../src/terminal/progress.ts';
import { describeMachine } from '../machine.ts';
import { makeOutputFolder } from '../output-folder.ts';
import { type Row, type Setting, SubjectMeasure } from './measure.ts';
import { type DataSet, readSubject, type Skipped, type Subject, safetensorsFiles } from './networks.ts';
import {
  bandTable,
  defaultTable,
  isDefault,
  pointsLost,
  skippedLines,
  warningSummary,
  warningTable,
} from './report.ts';

/** Where the networks are, by the environment that tests use too. */
const KNOWN = [process.env.WJPEG_REFERENCE_MODEL, process.env.WJPEG_NETS_DIR].flatMap((path) => path ?? []);

await runProgram('compression', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run compression --')
    .usage('$0 [files and folders of safetensors]')
    .options({
      data: {
        type: 'string',
        default: process.env.WJPEG_MNIST_DIR,
        describe: 'Folder of MNIST; WJPEG_MNIST_DIR names it too',
      },
      fashion: {
        type: 'string',
        default: process.env.WJPEG_FASHION_DIR,
        describe: 'Folder of Fashion-MNIST, for networks of it; WJPEG_FASHION_DIR names it too',
      },
      qualities: { type: 'number', array: true, default: [], describe: 'JPEG qualities to compare with' },
      'max-errors': {
        type: 'number',
        array: true,
        default: [],
        describe: 'Bounds (--max-error) to compare with',
      },
      'held-out': {
        type: 'boolean',
        default: false,
        describe: 'Measure on the last 5,000 training pictures instead: settings are decided on these',
      },
      out: { type: 'string', default: join('bench', 'results'), describe: 'Folder for the reports' },
    })
    .strictOptions()
    .parseAsync();
  await makeOutputFolder(options.out);
  const given = options._.map(String);
  const files = await safetensorsFiles(given.length > 0 ? given : KNOWN);
  if (files.length === 0) {
    failUsage(
      'compression',
      'no safetensors files: name files or folders, or set WJPEG_REFERENCE_MODEL and WJPEG_NETS_DIR',
    );
  }
  const read = await Promise.all(files.map(readSubject));
  const skipped = read.filter((item): item is Skipped => 'reason' in item);
  const folders: Record<DataSet, string | undefined> = {
    mnist: options.data,
    'fashion-mnist': options.fashion,
  };
  const subjects = read.filter((item): item is Subject => {
    if ('reason' in item) return false;
    if (folders[item.data] !== undefined) return true;
    skipped.push({ name: item.name, reason: `no folder of ${item.data} is named` });
    return false;
  });
  const others: Setting[] = [
    ...options.qualities.map((quality) => ({ quality })),
    ...options.maxErrors.map((maxError) => ({ maxError })),
  ];
  const rows = await measure(subjects, folders, [{}, ...others], options.heldOut);
  const bounded = rows.filter(isDefault);
  const worst = bounded.reduce((max, row) => Math.max(max, pointsLost(row)), -Infinity);
  const report = [
    `${describeMachine()}; ${options.heldOut ? 'the last 5,000 training pictures' : '10,000 test pictures'}`,
    '',
    ...defaultTable(bounded),
    '',
    `At most ${worst.toFixed(2)} points are lost.`,
    ...(others.length > 0
      ? ['', ...bandTable(rows), '', warningSummary(rows), '', ...warningTable(rows)]
      : []),
    ...(skipped.length > 0 ? ['', ...skippedLines(skipped)] : []),
    '',
  ].join('\n');
  process.stdout.write(report);
  const write = (name: string, text: string): Promise<void> =>
    writeFileAtomic(join(options.out, name), new TextEncoder().encode(text));
  await write('compression.md', report);
  await write(
    'compression.json',
    `${JSON.stringify({ machine: describeMachine(), rows, skipped }, null, 2)}\n`,
  );
});

async function measure(
  subjects: readonly Subject[],
  folders: Readonly<Record<DataSet, string | undefined>>,
  settings: readonly Setting[],
  heldOut: boolean,
): Promise<Row[]> {
  const validations = new Map<DataSet, Validation>();
  const rows: Row[] = [];
  for (const subject of subjects) {
    const { data, input, name } = subject;
    const validation =
      validations.get(data) ??
      (await (heldOut ? loadHeldOut : loadValidation)(folders[data] as string, { input }));
    validations.set(data, validation);
    const measure = new SubjectMeasure(subject, validation.pictures);
    await withProgress(name, settings.length, async (advance) => {
      for (const [index, setting] of settings.entries()) {
        rows.push(await measure.row(setting));
        advance(index + 1);
      }
    });
  }
  return rows;
}
