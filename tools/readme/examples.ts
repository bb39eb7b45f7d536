import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A thing that README.md shows and what it says comes out. */
export interface Example {
  readonly title: string;
  /** Position of the printed output in the page. */
  readonly start: number;
  readonly end: number;
  readonly output: string;
  /** Undefined where it can run, else what is missing. */
  readonly missing: string | undefined;
  /** Runs it, from the folder of the package, on what has been built. */
  run(): string;
}

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAM = /<!-- example: ([^\n]+) -->\n\n```text\n([\s\S]*?)\n```/g;
const CODE = /```ts\n([\s\S]*?)\n```\n\n<!-- output -->\n\n```text\n([\s\S]*?)\n```/g;

/** Programs: `<!-- example: wjpeg … -->` before a text block. Code: a ts block, `<!-- output -->`, a text block. */
export function readmeExamples(page: string): Example[] {
  const place = (match: RegExpExecArray) => {
    const output = match[2];
    const end = match.index + match[0].length - '\n```'.length;
    return { output, end, start: end - output.length };
  };
  const programs = [...page.matchAll(PROGRAM)].map((match): Example => {
    const needsReference = match[1].includes('$REFERENCE');
    return {
      title: match[1],
      ...place(match),
      missing:
        needsReference && !process.env.WJPEG_REFERENCE_MODEL ? 'WJPEG_REFERENCE_MODEL is not set' : undefined,
      run: () => runProgram(match[1]),
    };
  });
  const code = [...page.matchAll(CODE)].map(
    (match): Example => ({
      title: match[1].split('\n')[0],
      ...place(match),
      missing: undefined,
      run: () => runCode(match[1]),
    }),
  );
  return [...programs, ...code].sort((a, b) => a.start - b.start);
}

/** Times and their ratios differ from run to run; everything else must not. */
export function withoutTimes(output: string): string {
  return output
    .replace(/[\d.]+ (µs|ms)/g, '# µs')
    .replace(/ +# µs/g, ' # µs')
    .replace(/^(.* ÷ .*×) +[\d.]+×$/gm, '$1 #×');
}

function runProgram(line: string): string {
  const temporary = mkdtempSync(join(tmpdir(), 'wjpeg-readme-'));
  try {
    const [program, ...words] = line.split(' ');
    const values: Readonly<Record<string, string>> = {
      $REFERENCE: process.env.WJPEG_REFERENCE_MODEL ?? '',
      $TEMPORARY: temporary,
    };
    const given = words.map((word) => word.replace(/\$[A-Z]+/, (name) => values[name] ?? name));
    const script = join('dist', 'src', 'cli', `${program}.js`);
    const output = execFileSync(process.execPath, [script, ...given], { cwd: ROOT, encoding: 'utf8' });
    return output.replaceAll(`${temporary}/`, '').trimEnd();
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** Inside dist/, so that `wjpeg` means this package, by its exports, as it will for users. */
function runCode(code: string): string {
  const file = join(ROOT, 'dist', 'readme-example.mts');
  writeFileSync(file, code);
  try {
    const tsx = createRequire(import.meta.url).resolve('tsx/cli');
    return execFileSync(process.execPath, [tsx, file], { cwd: ROOT, encoding: 'utf8' }).trimEnd();
  } finally {
    rmSync(file);
  }
}
