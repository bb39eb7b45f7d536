import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/docs/workplace.ts';

/** Folders with files that the repository does not hold. */
const NOT_OURS = /(^|\/)(node_modules|results|mnist)(\/|$)|^docs\/site\//;

/** The paths of all files of the repository with a name that ends so, from the folder of the package. */
export function filesOf(folders: readonly string[], ending: RegExp): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: folder !== '', encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => ending.test(path) && !NOT_OURS.test(path)),
  );
}

/** The paths of all Markdown files of the repository. */
export function markdownFiles(): string[] {
  return filesOf(['', '.github', 'bench', 'data', 'docs', 'examples', 'test', 'web'], /\.md$/);
}

/** A page without its blocks of code. */
export function withoutCode(page: string): string {
  return page.replaceAll(/^```.*?^```$/gms, '').replaceAll(/^ {4}.*$/gm, '');
}

export const readPage = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
