/** npm run docs:examples: runs the examples of README.md, the guide and examples/, and puts what they print into the pages. */
import { writeFileSync } from 'node:fs';
import { PAGES, readPage } from './docs/examples.ts';

for (const path of process.argv.length > 2 ? process.argv.slice(2) : PAGES) {
  const page = readPage(path);
  const printed: { start: number; end: number; text: string }[] = [];
  try {
    for (const { title, missing, output, run } of page.examples) {
      if (missing !== undefined) throw new Error(`${path}, ${title}: ${missing}`);
      const text = await run();
      if (output) printed.push({ ...output, text });
      console.log(`${path}, ${title}: done`);
    }
  } finally {
    page.close();
  }
  // From the end, so that the places of those before stay right.
  const text = printed.reduceRight(
    (whole, { start, end, text: output }) => whole.slice(0, start) + output + whole.slice(end),
    page.text,
  );
  if (text !== page.text) writeFileSync(path, text);
}
