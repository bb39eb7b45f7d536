import { extname, sep } from 'node:path';
import { isLitter } from '../node/picture-folder/walk.ts';
import { formatCount } from '../text/numbers.ts';
import { visibleText } from '../visible-text.ts';

/** Endings that are named. */
const NAMED = 6;

/** Files of folders that are left out because of their endings, counted by these. */
export class LeftOut {
  readonly #counts = new Map<string, number>();

  /** @param path below the folder that was named */
  add(path: string): void {
    // What systems leave in folders is no picture that is missing.
    if (path.split(sep).some(isLitter)) return;
    const ending = extname(path).toLowerCase() || 'without an ending';
    this.#counts.set(ending, (this.#counts.get(ending) ?? 0) + 1);
  }

  /** One line on standard error, if any were left out. */
  say(program: string): void {
    const counts = [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) return;
    const kinds = counts.slice(0, NAMED).map(([ending, count]) => `${formatCount(count)} ${ending}`);
    if (counts.length > NAMED) kinds.push('…');
    process.stderr.write(
      `${program}: left out ${formatCount(total)} ${total === 1 ? 'file' : 'files'} that ${total === 1 ? 'does' : 'do'} not end in .png, .jpg or .jpeg: ${visibleText(kinds.join(', '))}\n`,
    );
  }
}
