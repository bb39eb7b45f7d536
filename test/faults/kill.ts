import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mulberry32 } from '../../src/random.ts';
import { startWjpeg, type WritingProgram } from './programs.ts';

/** What stands where the output is to come: no program writes this. */
const EARLIER: Uint8Array = new TextEncoder().encode('an earlier version\n'.repeat(1000));
const TEMPORARY = /^\.wjpeg-[0-9a-f-]{36}\.tmp$/;

export interface KillReport {
  readonly kills: number;
  /** Runs that had ended before the signal came. */
  readonly tooLate: number;
  /** Killed while a temporary file was there: in the middle of writing. */
  readonly whileWriting: number;
  /** Killed when the output was still the earlier version, or still missing, and when it was already the new one. */
  readonly before: number;
  readonly after: number;
  readonly failures: readonly string[];
}

/**
 * Kills a program with `signal` at `times` random moments of its run, every other time at one shortly after it has begun to
 * write, with an earlier version of its output in place or (every third time) with none. Then every file must be whole,
 * the earlier version or the new one, and the same command, given again, must come to its end and write what it
 * writes undisturbed. With SIGKILL a temporary file may be left behind, with other signals none may.
 */
export async function killAtRandomMoments(
  program: WritingProgram,
  folder: string,
  options: { times: number; seed: number; signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM' },
): Promise<KillReport> {
  const random = mulberry32(options.seed);
  const { finished, milliseconds, changes } = await undisturbed(program, join(folder, 'undisturbed'));
  const report = { kills: 0, tooLate: 0, whileWriting: 0, before: 0, after: 0, failures: [] as string[] };
  for (let time = 0; time < options.times; time++) {
    const place = join(folder, `${program.name}-${time}`);
    mkdirSync(place);
    // What lines are added to is no earlier version.
    const earlier = !program.resume && time % 3 !== 2;
    if (earlier) writeFileSync(join(place, program.output), EARLIER);
    const running = startWjpeg(program.words(place));
    const kill = () => void running.child.kill(options.signal);
    const aim =
      time % 2 === 0 ? onWriting(place, 1 + Math.floor(random() * changes), random() * 4, kill) : undefined;
    // The last of these at once: however long a busy machine took for the undisturbed run, one signal is in time.
    const atOnce = !aim && time >= options.times - 2;
    if (atOnce) kill();
    const timer = aim || atOnce ? undefined : setTimeout(kill, random() * milliseconds);
    const { signal } = await running.ended;
    aim?.close();
    clearTimeout(timer);
    if (signal === options.signal) report.kills++;
    else report.tooLate++;
    const fail = (what: string) => report.failures.push(`${program.name}, kill ${time}: ${what}`);
    const names = readdirSync(place);
    const temporary = names.filter((name) => TEMPORARY.test(name));
    if (temporary.length > 0) report.whileWriting++;
    if (temporary.length > (options.signal === 'SIGKILL' ? 1 : 0))
      fail(`${temporary.join(', ')} left behind`);
    if (earlier && !names.includes(program.output)) fail('the earlier version is lost');
    let isNew = false;
    for (const name of names) {
      if (temporary.includes(name)) continue;
      const bytes = readFileSync(join(place, name));
      const isEarlier = name === program.output && Buffer.compare(bytes, EARLIER) === 0;
      if (isEarlier) continue;
      isNew ||= name === program.output;
      tryCheck(() => program.check(name, bytes, finished), name, fail);
    }
    if (isNew) report.after++;
    else report.before++;
    // The same command again, as a user would.
    const again = await startWjpeg((program.resume ?? program.words)(place)).ended;
    if (again.code !== 0) fail(`given again it ends with ${again.code}: ${again.stderr}`);
    for (const [name, { length }] of finished) {
      const bytes = readFileSync(join(place, name));
      tryCheck(() => program.check(name, bytes, finished), `${name}, again`, fail);
      if (program.resume && bytes.length !== length)
        fail(`${name}, again: ${bytes.length} bytes, expected ${length}`);
    }
    rmSync(place, { recursive: true });
  }
  return report;
}

async function undisturbed(
  program: WritingProgram,
  place: string,
): Promise<{ finished: Map<string, Uint8Array>; milliseconds: number; changes: number }> {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  let changes = 0;
  const watcher = watch(place, () => {
    changes++;
  });
  const start = performance.now();
  const { code, stderr } = await startWjpeg(program.words(place)).ended;
  const milliseconds = performance.now() - start;
  watcher.close();
  if (code !== 0) throw new Error(`${program.name} ends with ${code}: ${stderr}`);
  const finished = new Map(
    readdirSync(place).map((name) => [name, readFileSync(join(place, name))] as const),
  );
  for (const [name, bytes] of finished) program.check(name, bytes, finished);
  return { finished, milliseconds, changes };
}

/** Calls `kill` some milliseconds after the folder has changed for the `count`-th time: most changes are of temporary files. */
function onWriting(place: string, count: number, milliseconds: number, kill: () => void): { close(): void } {
  let changes = 0;
  return watch(place, () => {
    if (++changes === count) setTimeout(kill, Math.floor(milliseconds));
  });
}

function tryCheck(check: () => void, name: string, fail: (what: string) => void): void {
  try {
    check();
  } catch (error) {
    fail(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
