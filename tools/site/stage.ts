import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { FOLDERS, SECTIONS, type Section } from './sections.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

/**
 * Copies the pages of the site into an empty folder, in the same tree, as typedoc takes them: titles as front matter, one
 * more page per section that lists its own. Links stay as they are, but those to code, which the site lacks, become text.
 * Returns the pages of the sections.
 */
export function stagePages(folder: string): string[] {
  const sections = allSections();
  const pages = new Set(['README.md', ...sections.flatMap((section) => section.pages)]);
  for (const page of pages) {
    const { title, text } = titled(page);
    // The first page has a heading of the generator's own.
    const head = page === 'README.md' ? '' : `${frontMatter({ title })}# ${escaped(title)}\n`;
    write(folder, page, `${head}${withLiveBlocks(withLinks(text, page, pages, folder))}`);
  }
  return sections.map((section) => {
    const path = pageOf(section);
    const children = section.pages.map((page) => `../${page}`);
    const list = section.pages.map((page) => `- [${escaped(titled(page).title)}](../${page})`).join('\n');
    write(
      folder,
      path,
      `${frontMatter({ title: section.title, children })}# ${section.title}\n\n${section.about}\n\n${list}\n`,
    );
    return join(folder, path);
  });
}

function allSections(): Section[] {
  const ofFolders = FOLDERS.map(({ folder, ...section }) => {
    const names = readdirSync(join(ROOT, folder)).filter((name) => /^(?!README).*\.md$/.test(name));
    return { ...section, pages: names.toSorted().map((name) => `${folder}/${name}`) };
  });
  return [...SECTIONS, ...ofFolders];
}

/** The first heading of a page, and what comes after it. */
function titled(page: string): { title: string; text: string } {
  const whole = readFileSync(join(ROOT, page), 'utf8');
  const match = /^# (.+)\n/.exec(whole);
  if (!match) throw new Error(`${page} does not begin with a heading`);
  return { title: match[1].replaceAll('`', ''), text: whole.slice(match[0].length) };
}

/** A title as the text of a link. */
function escaped(title: string): string {
  return title.replaceAll(/[[\]<>*_]/g, '\\$&');
}

function frontMatter(values: Record<string, string | readonly string[]>): string {
  const lines = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `---\n${lines.join('\n')}\n---\n`;
}

/** Copies the pictures and files that a page links to; unlinks code and folders. */
function withLinks(text: string, page: string, pages: ReadonlySet<string>, folder: string): string {
  return text.replace(
    /(!?)\[([^\]]*)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g,
    (link, picture, words, target, fragment = '') => {
      const path = relative(ROOT, resolve(ROOT, dirname(page), target));
      if (pages.has(path)) return link;
      // What lists the pages of a folder is the page of that section.
      const listing = FOLDERS.find(({ folder: each }) => path === `${each}/README.md`);
      if (listing) return `[${words}](${relative(dirname(page), pageOf(listing))}${fragment})`;
      if (!existsSync(join(ROOT, path))) throw new Error(`${page}: no file ${target}`);
      if (/\.(svg|png|webp|jpg|wjz|json)$/.test(path)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        cpSync(join(ROOT, path), join(folder, path));
        return link;
      }
      return picture === '!' ? link : `${words} (\`${path}\`)`;
    },
  );
}

/** A block after `<!-- live -->` can be edited and run in the page, see live.js. */
function withLiveBlocks(text: string): string {
  return text.replaceAll(/^<!-- live -->$/gm, '<div class="live"></div>');
}

/** Where the page of a section is staged. */
function pageOf({ title }: Pick<Section, 'title'>): string {
  return `sections/${title.toLowerCase().replaceAll(' ', '-')}.md`;
}

function write(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Markdown files of docs/ and examples/ that no section has. */
export function forgottenPages(): string[] {
  const there = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  const listed = new Set(SECTIONS.flatMap(({ pages }) => pages));
  return there.filter((page) => !listed.has(page));
}
