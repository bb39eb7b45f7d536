import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Block, fileOf, parseBlocks } from './blocks.ts';
import { missingChromium } from './chromium.ts';
import { openPage } from './open-page.ts';
import { STAND_INS } from './stand-ins.ts';
import { ROOT, Workplace } from './workplace.ts';

/** A thing that a page shows, and what it says comes out. */
export interface Example {
  readonly title: string;
  /** Position of the printed output in the page; undefined where it shows none. */
  readonly output: { readonly start: number; readonly end: number; readonly text: string } | undefined;
  /** Undefined where it can run, else what is missing. */
  readonly missing: string | undefined;
  /** Runs it on what has been built; returns what it prints. */
  run(): Promise<string>;
}

/** A page and its examples, which share a folder: run them in order. */
export interface ExamplePage {
  readonly path: string;
  readonly text: string;
  readonly examples: readonly Example[];
  /** Removes the folder. */
  close(): void;
}

/** Pages whose examples are executed, from the folder of the package. */
export const PAGES: readonly string[] = [
  'README.md',
  'docs/library.md',
  'docs/guide.md',
  'docs/onnx.md',
  'docs/migration.md',
  'examples/compress.md',
  'examples/train.md',
  'examples/run-in-node.md',
  'examples/run-in-page.md',
  'examples/own-backend.md',
];

/** Pages that are written for a checkout. */
const CHECKOUT = ['README.md', 'docs/library.md', 'docs/migration.md'];

/**
 * Reads a page. Code of pages for a checkout runs in the folder of the package, and only what shows an output is run. In all others every block counts: it is run, is a file for those that are run, or says why it is not run.
 */
export function readPage(path: string): ExamplePage {
  const text = readFileSync(resolve(ROOT, path), 'utf8');
  const workplace = new Workplace();
  const every = !CHECKOUT.includes(path);
  const blocks = parseBlocks(text);
  const examples = blocks.flatMap((block, index) => {
    const next = blocks[index + 1];
    const output = next?.marker?.kind === 'output' ? next : undefined;
    const runs = action(block, workplace, every, output !== undefined);
    if (!runs) return [];
    const shown = block.language === 'text' ? block : output;
    return [
      {
        ...runs,
        output: shown && { start: shown.start, end: shown.end, text: shown.content },
      },
    ];
  });
  return { path, text, examples, close: () => workplace.remove() };
}

/** What a block does; undefined where it does nothing. */
function action(
  block: Block,
  workplace: Workplace,
  every: boolean,
  hasOutput: boolean,
): Omit<Example, 'output'> | undefined {
  const { language, content, marker } = block;
  const title = content.split('\n')[0];
  const run = (does: () => Promise<string>, what = title, missing?: string): Omit<Example, 'output'> => ({
    title: what,
    missing,
    run: does,
  });
  switch (marker?.kind) {
    case 'example': {
      const needs = marker.value.includes('$REFERENCE') && !process.env.WJPEG_REFERENCE_MODEL;
      const missing = needs ? 'WJPEG_REFERENCE_MODEL is not set' : undefined;
      return run(async () => workplace.program(marker.value), marker.value, missing);
    }
    case 'page':
      return run(() => openPage(workplace.folder, marker.value), `page ${marker.value}`, missingChromium);
    case 'stand-in':
      return run(() => standIn(marker.value, workplace), `stand-in: ${marker.value}`);
    case 'output':
    case 'not run':
      return undefined;
  }
  if (!every && !hasOutput) return undefined;
  const file = fileOf(block);
  if (file !== undefined) {
    return run(async () => {
      writeFileSync(join(workplace.folder, file), `${content}\n`);
      return '';
    }, file);
  }
  if (language === 'sh') return run(async () => workplace.shell(content));
  if (language === 'ts') return run(async () => workplace.typescript(content, every));
  throw new Error(
    `a block in '${language}' that begins with '${title}' is neither run nor marked as not run`,
  );
}

async function standIn(name: string, workplace: Workplace): Promise<string> {
  const make = STAND_INS[name];
  if (!make) throw new Error(`no stand-in '${name}', there are: ${Object.keys(STAND_INS).join(', ')}`);
  make(workplace.folder);
  return '';
}

/** Times and their ratios differ from run to run; everything else must not. */
export function withoutTimes(output: string): string {
  return output
    .replace(/[\d.]+ (µs|ms)/g, '# µs')
    .replace(/ +# µs/g, ' # µs')
    .replace(/^(.* ÷ .*×) +[\d.]+×$/gm, '$1 #×');
}
