/**
 * `npm run data:scenes`: draws data/scenes, ten sample pictures in colour, from the drawings in tools/scenes, and the table of
 * where they come from. Needs Chromium, which draws them; another version of it may write other bytes.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../src/node/index.ts';
import { runProgram } from '../src/terminal/program.ts';
import { launchChromium } from './docs/chromium.ts';

const DRAWINGS = join(import.meta.dirname, 'scenes');
const FOLDER = join(import.meta.dirname, '..', 'data', 'scenes');
const SIDE = 96;
const QUALITY = 90;

await runProgram('data:scenes', async () => {
  await mkdir(FOLDER, { recursive: true });
  const rows: string[] = [];
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: SIDE, height: SIDE } });
    for (const drawing of (await readdir(DRAWINGS)).sort()) {
      const name = basename(drawing, '.svg');
      await page.setContent(
        `<body style="margin:0;overflow:hidden">${await readFile(join(DRAWINGS, drawing), 'utf8')}</body>`,
      );
      const bytes = await page.screenshot({ type: 'jpeg', quality: QUALITY });
      await writeFileAtomic(join(FOLDER, `${name}.jpg`), bytes);
      rows.push(`| \`${name}.jpg\` | ${name} | ${bytes.length} |`);
    }
  } finally {
    await browser.close();
  }
  await writeFileAtomic(join(FOLDER, 'README.md'), new TextEncoder().encode(provenance(rows)));
  process.stdout.write(`wrote ${rows.length} pictures and README.md to ${FOLDER}\n`);
});

function provenance(rows: readonly string[]): string {
  return `# Sample pictures in colour

Drawn by \`npm run data:scenes\` (tools/draw-scenes.ts) from tools/scenes, which were drawn for this project; no picture
was taken from elsewhere. JPEG, YCbCr, ${SIDE}×${SIDE}. They are drawings and one for each class, so they are no test of
how well a network knows photographs. Licence: MIT, as the rest of the project. The same script writes this page.

| file | shows | bytes |
|---|---|---|
${rows.join('\n')}
`;
}
