/** npm run docs:readme: runs the examples of README.md and puts what they print into the page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readmeExamples } from './readme/examples.ts';

let page = readFileSync('README.md', 'utf8');
// From the end, so that the places of those before stay right.
for (const example of readmeExamples(page).reverse()) {
  if (example.missing !== undefined) throw new Error(`${example.title}: ${example.missing}`);
  page = page.slice(0, example.start) + example.run() + page.slice(example.end);
  console.log(`${example.title}: done`);
}
writeFileSync('README.md', page);
