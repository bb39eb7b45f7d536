import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The folder of the package. */
export const ROOT: string = join(import.meta.dirname, '..', '..');

/**
 * A folder like that of somebody who has run `npm install wjpeg esbuild`: what was built here stands in its node_modules, so
 * that `wjpeg` means this package, by its exports, as it will for users.
 */
export class Workplace {
  #folder: string | undefined;

  /** Made when it is first asked for. */
  get folder(): string {
    this.#folder ??= furnish(mkdtempSync(join(tmpdir(), 'wjpeg-docs-')));
    return this.#folder;
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true });
    this.#folder = undefined;
  }

  /** Runs one of the package's programs in the folder of the package. */
  program(line: string): string {
    const [program, ...words] = line.split(' ');
    const values: Readonly<Record<string, string>> = {
      $REFERENCE: process.env.WJPEG_REFERENCE_MODEL ?? '',
      $TEMPORARY: this.folder,
    };
    const given = words.map((word) => word.replace(/\$[A-Z]+/, (name) => values[name] ?? name));
    const script = join('dist', 'src', 'cli', `${program}.js`);
    return this.#run(process.execPath, [script, ...given], ROOT).replaceAll(`${this.folder}/`, '');
  }

  /** Runs lines of a shell; the first that fails ends them. */
  shell(lines: string): string {
    return this.#run('bash', ['-euo', 'pipefail', '-c', lines], this.folder);
  }

  /** Runs a module, in this folder or, for pages that are written for a checkout, in that of the package. */
  typescript(code: string, here: boolean): string {
    const file = join(this.folder, 'example.mts');
    writeFileSync(file, code);
    const tsx = createRequire(import.meta.url).resolve('tsx/cli');
    return this.#run(process.execPath, [tsx, file], here ? this.folder : ROOT);
  }

  #run(command: string, words: readonly string[], cwd: string): string {
    const path = [join(this.folder, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH: path };
    try {
      return execFileSync(command, words, { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      throw stderr ? new Error(`${words.at(-1)}: ${stderr}`, { cause: error }) : error;
    }
  }
}

function furnish(folder: string): string {
  const programs = join(folder, 'node_modules', '.bin');
  mkdirSync(programs, { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules', 'wjpeg'));
  for (const name of ['wjpeg', 'wjpeg-infer'])
    symlinkSync(join(ROOT, 'dist', 'src', 'cli', `${name}.js`), join(programs, name));
  symlinkSync(join(ROOT, 'node_modules', '.bin', 'esbuild'), join(programs, 'esbuild'));
  return folder;
}
