/**
 * What pages show and what is done with it. A marker stands alone, with an empty line between it and its block:
 *
 * - `<!-- example: wjpeg … -->` before a text block: what that program prints;
 * - `<!-- output -->` before a text block: what the block above prints;
 * - `<!-- page: index.html -->` before a text block: what that file shows in its `<output>`, in Chromium;
 * - `<!-- not run: reason -->` before any block: it is only shown;
 * - `<!-- stand-in: name -->` by itself: does what a block that is not run would have done, see stand-ins.ts.
 *
 * Blocks in sh and ts are run. A block whose first line is a comment with a file name is that file.
 */
export interface Block {
  /** `sh`, `ts`, `text`, …; `stand-in` for a marker without a block. */
  readonly language: string;
  readonly content: string;
  /** Position of the content in the page. */
  readonly start: number;
  readonly end: number;
  readonly marker: { readonly kind: string; readonly value: string } | undefined;
}

const BLOCK =
  /^(?:<!-- (example|output|page|not run|stand-in)(?:: ([^\n]*?))? -->\n\n?)?(?:```(\w*)\n([\s\S]*?)\n```$)?/gm;

/** The blocks of a page, in order. */
export function parseBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  for (const match of page.matchAll(BLOCK)) {
    const [whole, kind, value = '', language, content] = match;
    if (whole === '') continue;
    const marker = kind === undefined ? undefined : { kind, value };
    if (kind === 'stand-in') {
      const end = match.index + whole.length;
      blocks.push({ language: 'stand-in', content: value, start: end, end, marker });
      if (content === undefined) continue;
    }
    if (content === undefined) throw new Error(`marker '${whole.trim()}' has no block after it`);
    const end = match.index + whole.length - '\n```'.length;
    blocks.push({
      language,
      content,
      start: end - content.length,
      end,
      marker: kind === 'stand-in' ? undefined : marker,
    });
  }
  return blocks;
}

/** The file that a block is, by a comment in its first line. */
export function fileOf({ content }: Block): string | undefined {
  return /^(?:\/\/|#|<!--|\/\*) ([\w-]+\.\w+)(?: -->| \*\/)?\n/.exec(content)?.[1];
}
