/**
 * npm run mutation [-- FILE…]: changes what reads files, the graphs' plans and the C generator, or these files of them, in one place at
 * a time, runs the tests that matter for the file, and prints how many changes they notice: all changes with all tests would take
 * days. Ctrl-C and SIGTERM end it with what it has so far. Reports: coverage/mutation/FILE.json.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from '../../bench/markdown.ts';
import { noteInterruption } from '../interruption.ts';
import { type Change, count, PROGRESS_FILE, readProgress } from './progress.ts';
import { SUITES, testsOf } from './suites.ts';

const STRYKER = 'node_modules/@stryker-mutator/core/bin/stryker.js';
/** Where Stryker copies the project to; it leaves the copy behind if it is interrupted. */
const COPIES = `.stryker-tmp/${process.pid}`;

const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : [...new Set(SUITES.map(([start]) => start))]
        .flatMap((folder) =>
          readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
        )
        .filter((name, index, all) => name.endsWith('.ts') && all.indexOf(name) === index);
// One run for all files with the same tests: it takes half a minute before it changes anything.
const groups = new Map<string, string[]>();
for (const file of files) groups.set(testsOf(file), [...(groups.get(testsOf(file)) ?? []), file]);

let running: ReturnType<typeof spawn> | undefined;
const interruption = noteInterruption(() => running?.kill('SIGTERM'));
mkdirSync('coverage/mutation', { recursive: true });
const rows: string[][] = [];
const all: Change[] = [];
for (const [tests, group] of groups) {
  if (interruption.signal !== undefined) break;
  const failed = await mutate(group, tests);
  const changes = readProgress();
  for (const file of group) {
    const own = changes.filter((change) => change.file === file);
    // Files of which an interrupted run knows nothing yet.
    if (own.length === 0 && failed) continue;
    writeFileSync(`coverage/mutation/${file.replaceAll('/', '-')}.json`, `${JSON.stringify(own)}\n`);
    rows.push(rowOf(file, own));
    console.log(rows[rows.length - 1].join('  '));
  }
  all.push(...changes);
  if (failed) {
    process.exitCode = interruption.exitCode || 1;
    break;
  }
}
const unnoticed = all.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
if (unnoticed.length > 0) console.log('\nUnnoticed:');
for (const { file, line, column, mutator, replacement } of unnoticed)
  console.log(`${file}:${line}:${column}  ${mutator}: ${replacement.replaceAll(/\s+/g, ' ')}`);
const headings = ['file', 'changes', 'tested', 'failed a test', 'ran on and on', 'unnoticed', 'score'];
console.log(`\n${markdownTable([headings, ...rows, rowOf('all', all)]).join('\n')}`);
if (interruption.signal !== undefined) {
  console.log(`\nInterrupted by ${interruption.signal}: the counts are of what was tested until then.`);
  process.exit(interruption.exitCode);
}

/** Changes these files everywhere; all of them have the same tests. True if Stryker failed, or was interrupted. */
async function mutate(group: readonly string[], tests: string): Promise<boolean> {
  rmSync(PROGRESS_FILE, { force: true });
  const child = spawn(process.execPath, [STRYKER, 'run', '-m', group.join(','), '--tempDirName', COPIES], {
    // What Stryker says goes to standard error, so that standard output is the report.
    stdio: ['ignore', 2, 'inherit'],
    env: { ...process.env, MUTATION_TESTS: tests },
  });
  running = child;
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  running = undefined;
  rmSync(COPIES, { recursive: true, force: true, maxRetries: 3 });
  return code !== 0;
}

function rowOf(name: string, changes: readonly Change[]): string[] {
  const { planned, killed, timedOut, unnoticed } = count(changes);
  const tested = killed + timedOut + unnoticed;
  const score = tested === 0 ? '–' : `${((100 * (killed + timedOut)) / tested).toFixed(1)} %`;
  return [name, ...[planned, tested, killed, timedOut, unnoticed].map(String), score];
}
