/** `npm run data:pictures`: draws data/pictures, the sample pictures and the table of where they come from. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../src/node/index.ts';
import { type SamplePicture, samplePictures } from './digits/pictures.ts';

const folder = fileURLToPath(new URL('../data/pictures/', import.meta.url));

function provenance(pictures: readonly SamplePicture[]): string {
  return `# Sample pictures

All drawn by \`npm run data:pictures\` (tools/draw-digits.ts) from the pen strokes in tools/digits/strokes.ts, which were
written for this project; no picture was taken from elsewhere. Licence: MIT, as the rest of the project. The same script
writes this page.

| file | digit | what it is | bytes |
|---|---|---|---|
${pictures.map(({ name, digit, description, bytes }) => `| \`${name}\` | ${digit} | ${description} | ${bytes.length} |`).join('\n')}
`;
}

const pictures = samplePictures();
await mkdir(folder, { recursive: true });
for (const { name, bytes } of pictures) await writeFileAtomic(`${folder}${name}`, bytes);
await writeFileAtomic(`${folder}README.md`, new TextEncoder().encode(provenance(pictures)));
console.log(`wrote ${pictures.length} pictures and README.md to ${folder}`);
