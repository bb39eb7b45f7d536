import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ResumedOutput } from '../../src/cli/score/output.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';
import { scratchFolder } from './scratch.ts';
import type { Target } from './target.ts';

const MODEL = 'sha256:0123';
const FILES = Array.from({ length: 6 }, (_, at) => `pictures/${at}.png`);
const lineOf = (file: string, at: number): string =>
  JSON.stringify(
    at === 2
      ? { file, model: MODEL, error: { code: 'PICTURE_FORMAT', message: 'no picture' } }
      : { file, model: MODEL, label: `${at}`, scores: [0.25, 0.5] },
  );
const LINES = FILES.map(lineOf);
const text = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
const seeds = [text([]), text(LINES.slice(0, 1)), text(LINES.slice(0, 4)), text(LINES)];

function generate(random: Random): Uint8Array {
  const lines = LINES.slice(0, random.below(LINES.length + 1)).map((line) =>
    random.chance(0.15) ? JSON.stringify(mutateJson(JSON.parse(line), random)) : line,
  );
  if (random.chance(0.2))
    lines.splice(random.below(lines.length + 1), 0, random.pick([...LINES, '', 'null', '[]']));
  if (random.chance(0.1)) lines.splice(random.below(lines.length + 1), 1);
  const whole = text(lines);
  return random.chance(0.5) ? whole.subarray(0, random.below(whole.length + 1)) : whole;
}

const folder = scratchFolder();

/** What `wjpeg score --resume` finds: it goes on after whole lines of its own, or refuses and leaves the file as it is. */
export const resume: Target = {
  seeds,
  generate,
  async read(bytes) {
    const path = join(folder, 'lines.ndjson');
    writeFileSync(path, bytes);
    let output: ResumedOutput | undefined;
    try {
      output = await ResumedOutput.open(path, MODEL);
      const wanted: string[] = [];
      for (const file of FILES) if (await output.wants(file)) wanted.push(file);
      output.finish();
      for (const file of wanted) await output.write([LINES[FILES.indexOf(file)]]);
      await output.close();
      output = undefined;
    } catch (error) {
      if (Buffer.compare(readFileSync(path), bytes) !== 0) throw new Error('refused, but changed');
      throw error;
    } finally {
      await output?.close();
    }
    const lines = readFileSync(path, 'utf8').split('\n');
    const files = lines.slice(0, -1).map((line) => JSON.parse(line).file);
    if (lines.at(-1) !== '' || files.join() !== FILES.join()) throw new Error(`resumed to ${files.join()}`);
  },
  // Twice as text of two bytes a character, and as lines.
  memoryCap: (bytes) => 2 ** 18 + 20 * bytes.length,
};
