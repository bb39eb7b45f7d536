import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Broken links of built pages, one line each: to missing files, or to places that a page lacks. Links to other hosts are not followed. */
export function brokenLinks(folder: string): string[] {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  );
  const ids = new Map<string, Set<string>>();
  const idsOf = (page: string): Set<string> => {
    let known = ids.get(page);
    if (!known) {
      known = new Set(
        [...readFileSync(join(folder, page), 'utf8').matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id),
      );
      ids.set(page, known);
    }
    return known;
  };
  return pages.flatMap((page) =>
    [...readFileSync(join(folder, page), 'utf8').matchAll(/\s(?:href|src)="([^"]*)"/g)].flatMap(
      ([, link]) => {
        if (/^[a-z]+:/i.test(link)) return [];
        const [path, fragment] = link.split('#', 2).map(decodeURIComponent);
        const target = path === '' ? page : normalize(join(dirname(page), path.replace(/\?.*/, '')));
        const missing = !existsSync(join(folder, target));
        const nowhere = !missing && fragment && target.endsWith('.html') && !idsOf(target).has(fragment);
        return missing || nowhere ? [`${page}: broken link ${link}`] : [];
      },
    ),
  );
}
